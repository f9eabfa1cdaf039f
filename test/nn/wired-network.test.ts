import assert from 'node:assert/strict';
import { backward } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/no-grad.js';
import { FcnError } from '../../src/core/errors.js';
import { WiredNetwork, type Wire, type WiredLayer } from '../../src/nn/wired-network.js';
import { add } from '../../src/ops/add.js';
import { elementwise } from '../../src/ops/elementwise.js';
import { relu } from '../../src/ops/relu.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { wasmBackend } from '../support/backends.js';

const sum: WiredLayer = { forward: ([a, b]) => [add(a, b)] };
const rectified: WiredLayer = { forward: ([x]) => [relu(x)] };
const nothing: WiredLayer = { forward: (inputs) => inputs };

/** Two inputs, a layer in place, one that does nothing, a skip, two outputs. */
const WIRES: readonly Wire[] = [
  { name: 'relu_a', inputs: ['a'], outputs: ['a'], layer: rectified },
  { name: 'drop', inputs: ['a'], outputs: ['dropped'], layer: nothing },
  { name: 'fuse', inputs: ['dropped', 'b'], outputs: ['fused'], layer: sum },
  { name: 'unread', inputs: ['fused'], outputs: ['unread'], layer: rectified },
  { name: 'skip', inputs: ['fused', 'a'], outputs: ['skipped'], layer: sum },
];

describe('a network of wires', () => {
  it('ties values by name, also where one replaces another', async () => {
    const backend = await wasmBackend();
    const network = new WiredNetwork(['a', 'b'], WIRES, ['skipped', 'fused']);
    const inputs = new Map([
      ['a', Tensor.from(backend, [-1, 2], [1, 1, 1, 2])],
      ['b', Tensor.from(backend, [10, 20], [1, 1, 1, 2])],
    ]);
    const seen: string[] = [];
    const outputs = network.run(inputs, (name) => seen.push(name));
    assert.deepEqual(
      [...outputs].map(([name, { data }]) => [name, ...data]),
      [
        ['skipped', 10, 24],
        ['fused', 10, 22],
      ],
    );
    assert.deepEqual(seen, ['a', 'b', 'a', 'dropped', 'fused', 'unread', 'skipped']);
    assert.equal(outputs.get('fused')?.origin.name, 'fuse');
  });

  it('leaves nothing in memory but inputs and outputs', async () => {
    const backend = await wasmBackend();
    const network = new WiredNetwork(['a', 'b'], WIRES, ['skipped']);
    const mark = backend.mark();
    const a = Tensor.from(backend, [-1, 2], [1, 1, 1, 2]);
    const b = Tensor.from(backend, [3, 4], [1, 1, 1, 2]);
    const before = backend.arena.liveBytes();
    const outputs = noGrad(() => network.run(new Map(Object.entries({ a, b }))));
    assert.equal(backend.arena.liveBytes() - before, 64);
    assert.deepEqual([...(outputs.get('skipped')?.data ?? [])], [3, 8]);
    assert.deepEqual([...a.data, ...b.data], [-1, 2, 3, 4]);
    backend.release(mark);
  });

  it('keeps what backward looks at, be it recorded itself or not', async () => {
    const backend = await wasmBackend();
    const product: WiredLayer = { forward: ([x, y]) => [elementwise(x, y, 'mul')] };
    const wires: readonly Wire[] = [
      { name: 'factor', inputs: ['b'], outputs: ['factor'], layer: rectified },
      { name: 'product', inputs: ['a', 'factor'], outputs: ['product'], layer: product },
      { name: 'last', inputs: ['product'], outputs: ['last'], layer: rectified },
    ];
    const mark = backend.mark();
    const a = Tensor.from(backend, [1, 2], [2], { requiresGrad: true });
    const b = Tensor.from(backend, [3, 4], [2]);
    const network = new WiredNetwork(['a', 'b'], wires, ['last']);
    const last = network.run(new Map(Object.entries({ a, b }))).get('last');
    assert.ok(last);
    backward(last, [1, 1]);
    assert.deepEqual([...a.grad], [3, 4]);
    backend.release(mark);
  });

  it('hands gradients back through all ways', async () => {
    const backend = await wasmBackend();
    const network = new WiredNetwork(['a', 'b'], WIRES, ['skipped']);
    const a = Tensor.from(backend, [5], [1, 1, 1, 1], { requiresGrad: true });
    const b = Tensor.from(backend, [7], [1, 1, 1, 1], { requiresGrad: true });
    const output = network.run(new Map(Object.entries({ a, b }))).get('skipped');
    assert.ok(output);
    backward(output);
    assert.deepEqual([...a.grad, ...b.grad], [2, 1]);
  });

  it('refuses wires out of order and inputs that are missing', () => {
    assert.throws(() => new WiredNetwork(['a'], WIRES, ['fused']), {
      name: FcnError.name,
      message: 'fuse reads b, which nothing writes',
    });
    assert.throws(() => new WiredNetwork(['a', 'b'], WIRES, ['score']), /the output reads score/);
    assert.throws(
      () => new WiredNetwork(['a', 'b'], WIRES, ['fused']).run(new Map()),
      /input a is missing/,
    );
  });
});
