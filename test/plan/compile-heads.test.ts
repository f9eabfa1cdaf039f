import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { WasmBackend } from '../../src/backend/wasm/index.js';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import { createRng, type Rng } from '../../src/core/rng.js';
import type { Shape } from '../../src/core/shape.js';
import { trace } from '../../src/graph/trace.js';
import type { Network } from '../../src/nn/network.js';
import { WiredNetwork, type WiredLayer } from '../../src/nn/wired-network.js';
import { add } from '../../src/ops/add.js';
import { concat } from '../../src/ops/concat.js';
import { crop } from '../../src/ops/crop.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { relu } from '../../src/ops/relu.js';
import { softmax } from '../../src/ops/softmax.js';
import { compile } from '../../src/plan/compile.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, SEED, upTo } from '../support/arbitraries.js';
import { releaseAfterEachTest, wasmBackend } from '../support/backends.js';
import { networkCases, RandomHeads } from './random-network.js';
import { allEagerly, assertSameBits, image } from './same-bits.js';

const layer = (forward: WiredLayer['forward']): WiredLayer => ({ forward });

/** Two streams that meet, with an output on the way and a crop at the end. */
const TWO_STREAMS = new WiredNetwork(
  ['colour', 'hha', 'unread'],
  [
    { name: 'a', inputs: ['colour'], outputs: ['a'], layer: layer(([x]) => [relu(x)]) },
    { name: 'b', inputs: ['hha'], outputs: ['b'], layer: layer(([x]) => [softmax(x)]) },
    { name: 'fuse', inputs: ['a', 'b'], outputs: ['fused'], layer: layer(([a, b]) => [add(a, b)]) },
    {
      ...{ name: 'score', inputs: ['fused'], outputs: ['score'] },
      layer: layer(([x]) => [crop(x, [1, 1], [2, 3])]),
    },
  ],
  ['score', 'b', 'fused', 'hha'],
);

const STREAM_SHAPES = new Map<string, Shape>([
  ['colour', [2, 3, 5, 6]],
  ['hha', [2, 3, 5, 6]],
  ['unread', [2, 1, 1, 1]],
]);

function images(rng: Rng, shapes: ReadonlyMap<string, Shape>): Map<string, Float32Array> {
  return new Map([...shapes].map(([name, shape]) => [name, image(rng, shape)]));
}

/** Fails unless a plan gives the bits of the network, twice. */
function check(
  backend: WasmBackend,
  network: Network,
  shapes: ReadonlyMap<string, Shape>,
  rng: Rng,
): void {
  using plan = compile(network, shapes, { backend });
  for (let run = 0; run < 2; run++) {
    const given = images(rng, shapes);
    const arrays = [...given].map(([name, data]) => {
      return [name, { data, shape: shapes.get(name) ?? [] }] as const;
    });
    const expected = allEagerly(backend, network, new Map(arrays));
    const got = plan.run(given);
    assert.deepEqual([...got.keys()], network.outputs);
    for (const [name, numbers] of got) {
      assertSameBits(numbers, expected.get(name) ?? new Float32Array(0));
    }
  }
}

describe('plans of several inputs and outputs', () => {
  let backend: WasmBackend;

  before(async () => {
    backend = await wasmBackend();
  });
  releaseAfterEachTest();

  it('give the bits of the eager ops for random networks', () => {
    fc.assert(
      fc.property(
        networkCases,
        fc.array(between(0, 9), { minLength: 1, maxLength: 4 }),
        upTo(2),
        (one, picks, batch) => {
          const inner = backend.mark();
          const network = new RandomHeads(backend, one, picks, batch);
          check(backend, network, network.shapes, one.rng());
          backend.release(inner);
        },
      ),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('crop inputs that no layer reads', () => {
    const cut = layer(([x]) => [crop(x, [2, 1], [3, 2])]);
    const padded = layer(([x]) => [maxPool2d(relu(x), { kernelSize: 9, padding: 8 })]);
    const network = new WiredNetwork(
      ['image', 'other'],
      [
        { name: 'cut', inputs: ['other'], outputs: ['cut'], layer: cut },
        { name: 'pool', inputs: ['image'], outputs: ['pooled'], layer: padded },
      ],
      ['cut', 'pooled'],
    );
    const shapes = new Map<string, Shape>([
      ['image', [2, 1, 6, 7]],
      ['other', [2, 3, 5, 6]],
    ]);
    check(backend, network, shapes, createRng(2));
    const alone = new WiredNetwork(
      ['other'],
      [{ name: 'cut', inputs: ['other'], outputs: ['cut'], layer: cut }],
      ['cut'],
    );
    check(backend, alone, new Map([['other', [2, 3, 5, 6]]]), createRng(3));
  });

  it('name the inputs and outputs of wired networks', () => {
    check(backend, TWO_STREAMS, STREAM_SHAPES, createRng(1));
    using plan = compile(TWO_STREAMS, STREAM_SHAPES, { backend });
    assert.deepEqual(plan.inputs, STREAM_SHAPES);
    assert.deepEqual(
      [...plan.outputs],
      [
        ['score', [2, 3, 2, 3]],
        ['b', [2, 3, 5, 6]],
        ['fused', [2, 3, 5, 6]],
        ['hha', [2, 3, 5, 6]],
      ],
    );
    assert.deepEqual(
      plan.layers.map(({ name }) => name),
      ['a', 'b', 'fuse'],
    );
  });

  it('return constants, which are the same for every image', () => {
    const constant = Tensor.from(backend, [1, -2], [1, 2]);
    const network: Network = {
      ...{ inputs: ['data'], outputs: ['table', 'data'] },
      run: (inputs) => new Map([['table', constant], ...inputs]),
      parameters: () => new Map([['table', constant]]),
    };
    check(backend, network, new Map([['data', [1, 1, 2, 2]]]), createRng(2));
    const two = [2, 1, 2, 2];
    assert.throws(() => compile(network, two, { backend }), /got \[1, 2\] for a batch/);
  });

  it('run in place for one image', () => {
    const shapes = new Map([...STREAM_SHAPES].map(([name, [, ...rest]]) => [name, [1, ...rest]]));
    using plan = compile(TWO_STREAMS, shapes, { backend });
    const given = images(createRng(3), shapes);
    const copies = plan.run(given);
    for (const [name, view] of plan.runInPlace(given)) {
      assertSameBits(view, copies.get(name) ?? view.slice(0, 0));
    }
  });

  it('have a hash that depends on the names of inputs', () => {
    const doubled = (name: string): string => {
      const wire = { name: 'twice', inputs: [name], outputs: ['y'] };
      const network = new WiredNetwork(
        [name],
        [{ ...wire, layer: layer(([x]) => [concat([x, x])]) }],
        ['y'],
      );
      using plan = compile(network, [1, 2, 3, 3], { backend });
      return plan.hash;
    };
    assert.equal(doubled('a'), doubled('a'));
    assert.notEqual(doubled('a'), doubled('b'));
  });

  it('refuse other names, other counts, and single arrays', () => {
    const wrong = new Map(STREAM_SHAPES).set('depth', [2, 1, 1, 1]);
    const three = new Map(STREAM_SHAPES).set('hha', [3, 3, 5, 6]);
    const few = new Map<string, Shape>([['hha', [2, 3, 5, 6]]]);
    const refused = (shapes: ReadonlyMap<string, Shape> | Shape, message: RegExp): void => {
      assert.throws(
        () => compile(TWO_STREAMS, shapes, { backend }),
        (error) => error instanceof FcnError && message.test(error.message),
      );
    };
    refused(wrong, /unknown input depth/);
    refused(few, /missing shape of input colour/);
    refused([2, 3, 5, 6], /missing shape of input hha/);
    refused(three, /inputs: different batch sizes \(got 2, 3, 2\)/);

    using plan = compile(TWO_STREAMS, STREAM_SHAPES, { backend });
    const given = images(createRng(4), STREAM_SHAPES);
    assert.throws(
      () => plan.run(new Float32Array(180)),
      /missing names \(got one array for 3 inputs and 4 outputs\)/,
    );
    assert.throws(
      () => plan.runInPlace(given),
      /runInPlace: batch too large \(got 2, expected 1\)/,
    );
    const short = new Map(given).set('hha', new Float32Array(3));
    assert.throws(() => plan.run(short), /input hha: unexpected length \(got 3, expected 180\)/);
    given.delete('unread');
    assert.throws(() => plan.run(given), ShapeError);
    given.set('more', new Float32Array(1));
    assert.throws(() => plan.run(given), /unexpected input more/);
  });

  it('refuse networks without a named output', () => {
    const network: Network = {
      ...{ inputs: ['data'], outputs: ['score'] },
      run: () => new Map<string, Tensor>(),
      parameters: () => new Map<string, Tensor>(),
    };
    assert.throws(() => trace(network, [1, 1, 1, 1]), /does not give its output score/);
  });
});
