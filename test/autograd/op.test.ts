import assert from 'node:assert/strict';
import { backward } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/no-grad.js';
import { applyRule } from '../../src/autograd/op.js';
import type { OpRule } from '../../src/autograd/op-rule.js';
import type { FloatArray } from '../../src/backend/attributes.js';
import { createReferenceBackend } from '../../src/backend/reference/index.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { IDENTITY_MAP } from '../../src/core/coordinate-map.js';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import { POINTWISE } from '../../src/core/geometry.js';
import { add } from '../../src/ops/add.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { relu } from '../../src/ops/relu.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32, reference64, wasmBackend } from '../support/backends.js';

interface Factor {
  readonly factor: number;
}

/** y = factor · x; keeps one buffer for backward, with the factor in it. */
let saved: FloatArray[] = [];
const timesRule: OpRule<readonly [Tensor, (Tensor | undefined)?], Factor> = {
  name: 'times',
  computedBy: 'plain-loops',
  geometry: POINTWISE,
  inferShape([x], { factor }) {
    if (factor === 0) throw new ShapeError('times: nothing is left');
    return x.shape;
  },
  forward(backend, [x], { factor }, y) {
    if (Number.isNaN(factor)) throw new FcnError('times: no factor');
    const kept = backend.alloc(1).fill(factor);
    saved.push(kept);
    y.data.set(x.data.map((value) => factor * value));
    return [kept];
  },
  backward(...[backend, [x], , y, [kept]]) {
    backend.addScaled(y.grad, kept[0], x.grad);
  },
};

function times(inputs: readonly [Tensor, (Tensor | undefined)?], attrs: Factor): Tensor {
  return applyRule(timesRule, inputs, attrs);
}

describe('applyRule', () => {
  beforeEach(() => {
    saved = [];
  });

  it('computes, records, and keeps what backward needs', () => {
    const x = Tensor.from(reference64, [1, 2], [2], { requiresGrad: true });
    const y = times([x], { factor: 3 });
    assert.deepEqual([...y.data], [3, 6]);
    assert.deepEqual(y.creator?.inputs, [x]);
    assert(reference64.isLive(saved[0]));
    backward(y, [1, 10]);
    assert.deepEqual([...x.grad], [3, 30]);
    assert(reference64.isLive(saved[0]), 'a second backward needs it again');
  });

  it('gives back what backward will not ask for', () => {
    const learned = Tensor.from(reference64, [1], [1], { requiresGrad: true });
    const fixed = Tensor.from(reference64, [1], [1]);
    const made = [times([fixed], { factor: 2 }), noGrad(() => times([learned], { factor: 2 }))];
    for (const y of made) assert.deepEqual([y.creator, y.requiresGrad], [null, false]);
    assert.deepEqual(
      saved.map((buffer) => reference64.isLive(buffer)),
      [false, false],
    );
  });

  it('puts every tensor into the graph, without the inputs that were left out', () => {
    const x = Tensor.dry([1, 1, 2, 2], 'data');
    const y = times([x, undefined], { factor: 3 });
    assert.deepEqual(
      { ...y.origin },
      {
        rule: timesRule,
        op: 'times',
        attrs: { factor: 3 },
        inputs: [x.origin],
        maps: [IDENTITY_MAP],
        shape: [1, 1, 2, 2],
        name: undefined,
      },
    );
    const convolved = conv2d(x, Tensor.dry([1, 1, 1, 1]), Tensor.dry([1]));
    assert.deepEqual(convolved.origin.maps.slice(1), [null, null], 'weights have no pixels');
  });

  it('leaves no memory allocated where shapes do not fit, or forward fails', async () => {
    const wasm = await createWasmBackend({ capacityBytes: 65536 });
    const x = Tensor.zeros(wasm, [1000], { requiresGrad: true });
    const live = wasm.arena.liveBytes();
    assert.throws(() => times([x], { factor: 0 }), ShapeError);
    assert.throws(() => times([x], { factor: NaN }), /no factor/);
    assert.equal(wasm.arena.liveBytes(), live);
    // Room for the output of a pooling, but not for the places of its maxima.
    const map = Tensor.zeros(wasm, [1, 1, 1, 7500], { requiresGrad: true });
    const used = wasm.arena.liveBytes();
    assert.throws(() => maxPool2d(map, { kernelSize: 1 }), /^FcnError: arena: out of memory/);
    assert.equal(wasm.arena.liveBytes(), used);
    assert.equal(maxPool2d(map.detach(), { kernelSize: 1 }).shape[3], 7500);
  });

  it('refuses inputs on different backends', async () => {
    const others = [reference32, createReferenceBackend('float64'), await wasmBackend()];
    for (const other of others) {
      const [a, b] = [reference64, other].map((backend) => Tensor.zeros(backend, [1]));
      for (const pair of [
        [a, b],
        [b, a],
      ]) {
        assert.throws(() => add(pair[0], pair[1]), {
          name: 'FcnError',
          message: 'add: inputs are on different backends',
        });
      }
      b.free();
    }
  });

  it('tells ops apart that were given the same tensor', () => {
    const x = Tensor.from(reference64, [1], [1], { requiresGrad: true });
    const [a, b] = [relu(x), relu(x)];
    assert.notEqual(a.creator?.serial, b.creator?.serial);
    assert.notEqual(a.origin, b.origin);
  });
});
