import assert from 'node:assert/strict';
import { noGrad } from '../../../src/autograd/no-grad.js';
import { FcnError } from '../../../src/core/errors.js';
import { createRng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import { OnnxNetwork } from '../../../src/formats/onnx/onnx-network.js';
import type { OnnxModel } from '../../../src/io/onnx/model.js';
import { readOnnx } from '../../../src/io/onnx/read-model.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { SEED } from '../../support/arbitraries.js';
import { reference32 } from '../../support/backends.js';
import { badFiles } from '../../support/corpus.js';
import { fixture } from '../../support/fixtures.js';
import { fuzzRuns, mutate } from '../../support/mutate.js';
import { floats, int64s, ints, modelOf, nodeOf } from '../../support/onnx-model.js';

const MAP: Shape = [1, 2, 4, 4];

/** Builds the network of a model for an input of this shape. */
function build(model: OnnxModel, shape: Shape = MAP): void {
  const network = new OnnxNetwork(model, null);
  network.describe(new Map(network.inputs.map((name) => [name, shape])));
}

const W = floats('w', [2, 2, 3, 3], Array<number>(36).fill(0.1));
const conv = (attributes: Parameters<typeof nodeOf>[3]): OnnxModel =>
  modelOf({ initializers: [W], nodes: [nodeOf('Conv', ['x', 'w'], 'y', attributes)] });
const one = (
  op: string,
  inputs: string[],
  attributes: Parameters<typeof nodeOf>[3] = {},
  opset = 13,
): OnnxModel => modelOf({ nodes: [nodeOf(op, inputs, 'y', attributes)], opset });

/** Models that are refused, with the expected message. */
const REFUSED: Readonly<Record<string, readonly [OnnxModel, RegExp]>> = {
  'an unknown operator': [
    one('Einsum', ['x']),
    /Einsum "node_y" \(ai.onnx 13\): this operator is unsupported/,
  ],
  'an operator of another domain': [
    modelOf({ nodes: [{ ...nodeOf('Relu', ['x'], 'y'), domain: 'com.example' }] }),
    /Relu "node_y" \(com.example 0\)/,
  ],
  'an operator named like a method': [one('constructor', ['x']), /this operator is unsupported/],
  'an unknown attribute': [
    one('Relu', ['x'], { slope: ints(1) }),
    /attribute slope is unsupported/,
  ],
  'an attribute of another kind': [
    one('Softmax', ['x'], { axis: ints(1) }),
    /attribute axis has the wrong kind \(got ints, expected int\)/,
  ],
  'a cycle': [
    modelOf({ nodes: [nodeOf('Add', ['x', 'z'], 'y'), nodeOf('Relu', ['y'], 'z')] }),
    /input z is missing \(not a graph input, an initializer or an output of an earlier node\)/,
  ],
  'a missing input': [one('Relu', ['nothing']), /input nothing is missing/],
  'no input at all': [one('Relu', []), /input 0 is missing/],
  'a value that is written twice': [
    modelOf({ nodes: [nodeOf('Relu', ['x'], 'y'), nodeOf('Relu', ['x'], 'y')] }),
    /output y is already the name of another value/,
  ],
  'an output that nothing writes': [
    modelOf({ nodes: [nodeOf('Relu', ['x'], 'z')] }),
    /no node writes the graph output y/,
  ],
  'a kernel of 0': [
    one('MaxPool', ['x'], { kernel_shape: ints(0, 2) }),
    /invalid kernel_shape \(got 0, 2, expected 2 integers from 1 to 65536\)/,
  ],
  'a stride of 0': [conv({ strides: ints(0, 1) }), /invalid strides/],
  'a dilation of 0': [conv({ dilations: ints(1, 0) }), /invalid dilations/],
  'pads of 2^31': [conv({ pads: ints(2147483648, 0, 0, 0) }), /invalid pads/],
  'pads that make a huge map': [conv({ pads: ints(65536, 65536, 0, 0) }), /value is too large/],
  'negative pads': [conv({ pads: ints(-1, 0, 0, 0) }), /invalid pads/],
  'a kernel of another size than the filters': [
    conv({ kernel_shape: ints(5, 5) }),
    /kernel_shape does not fit the filters \(got 5×5, expected 3×3\)/,
  ],
  'groups that do not divide': [conv({ group: { kind: 'int', value: 3 } }), /channels/],
  'no groups': [conv({ group: { kind: 'int', value: 0 } }), /groups/],
  'a size that depends on the input': [
    modelOf({
      nodes: [
        nodeOf('Cast', ['x'], 'size', { to: { kind: 'int', value: 7 } }),
        nodeOf('Reshape', ['x', 'size'], 'y'),
      ],
    }),
    /input 1 \(size\) must be a constant, but depends on the network's input/,
  ],
  'a shape with another number of elements': [
    modelOf({ initializers: [int64s('s', 5, -1)], nodes: [nodeOf('Reshape', ['x', 's'], 'y')] }),
    /cannot reshape \[1, 2, 4, 4\] to/,
  ],
  'an index out of range': [
    modelOf({ initializers: [int64s('i', 9)], nodes: [nodeOf('Gather', ['x', 'i'], 'y')] }),
    /index out of range \(got 9 for extent 1\)/,
  ],
  'a step of 0': [
    modelOf({
      initializers: [int64s('a', 0), int64s('b', 4), int64s('c', 2), int64s('d', 0)],
      nodes: [nodeOf('Slice', ['x', 'a', 'b', 'c', 'd'], 'y')],
    }),
    /invalid step \(got 0,/,
  ],
  'a resize to 2^32 pixels': [
    modelOf({
      initializers: [floats('s', [4], [1, 1, 16384, 16384])],
      nodes: [nodeOf('Resize', ['x', '', 's'], 'y', { mode: { kind: 'text', value: 'linear' } })],
    }),
    /value is too large/,
  ],
  'a resize to an axis of 2^20': [
    modelOf({
      initializers: [floats('s', [4], [1, 1, 1, 262144])],
      nodes: [nodeOf('Resize', ['x', '', 's'], 'y', { mode: { kind: 'text', value: 'cubic' } })],
    }),
    /cannot resize an axis of 4 \(got size 1048576, expected 1 to 65536\)/,
  ],
  'a repetition to an axis of 2^21': [
    modelOf({
      initializers: [int64s('r', 1, 1, 1, 524288)],
      nodes: [nodeOf('Tile', ['x', 'r'], 'y')],
    }),
    /Tile "node_y" .*: axis is too long \(got extent 2097152, at most 2\^20\)/,
  ],
  'a constant of 2^40 numbers': [
    modelOf({
      initializers: [int64s('s', 1048576, 1048576)],
      nodes: [nodeOf('ConstantOfShape', ['s'], 'y')],
    }),
    /constant is too large/,
  ],
  'axes that repeat': [one('Transpose', ['x'], { perm: ints(0, 0, 1, 2) }), /invalid perm/],
  'shapes that do not fit': [
    modelOf({
      initializers: [floats('b', [3], [1, 2, 3])],
      nodes: [nodeOf('Sub', ['x', 'b'], 'y')],
    }),
    /do not fit/,
  ],
  antialiasing: [
    modelOf({
      opset: 18,
      initializers: [int64s('z', 1, 2, 8, 8)],
      nodes: [nodeOf('Resize', ['x', '', '', 'z'], 'y', { antialias: { kind: 'int', value: 1 } })],
    }),
    /attribute antialias is unsupported/,
  ],
};

describe('ONNX graphs that are refused', () => {
  for (const [what, [model, message]] of Object.entries(REFUSED)) {
    it(what, () => {
      const check = (error: unknown): boolean =>
        error instanceof FcnError && message.test(error.message);
      assert.throws(() => build(model), check);
    });
  }

  for (const file of badFiles('onnx-graph-')) {
    it(file, () => {
      const bytes = fixture(`bad/${file}`);
      assert.throws(() => build(readOnnx(bytes)), FcnError);
    });
  }

  it('a chain of doublings is refused at the size limit of a value', () => {
    const nodes = Array.from({ length: 60 }, (_, i) =>
      nodeOf('Concat', [`v${String(i)}`, `v${String(i)}`], `v${String(i + 1)}`),
    );
    const model = modelOf({ inputs: { v0: MAP }, outputs: ['v60'], nodes });
    assert.throws(() => build(model), /value is too large/);
  });

  it('a chain of 20,000 nodes is built in less than two seconds', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) =>
      nodeOf('Relu', [`v${String(i)}`], `v${String(i + 1)}`),
    );
    const began = process.cpuUsage();
    build(modelOf({ inputs: { v0: MAP }, outputs: ['v20000'], nodes }));
    assert.ok(process.cpuUsage(began).user < 2e6);
  });

  it('damaged files give typed errors or networks that run', function () {
    this.timeout(120_000);
    const file = fixture('onnx/fcn-narrow-12.onnx');
    const rng = createRng(SEED);
    const runs = fuzzRuns(300);
    const shape = [1, 3, 9, 8];
    let built = 0;
    let slowest = 0;
    for (let i = 0; i < runs; i++) {
      const mutant = mutate(file, rng);
      const began = process.cpuUsage();
      const mark = reference32.mark();
      try {
        const network = new OnnxNetwork(readOnnx(mutant), reference32);
        const shapes = new Map(network.inputs.map((name) => [name, shape]));
        const results = network.describe(shapes);
        built++;
        if (results.every((result) => numel(result.shape) < 1e4) && i % 5 === 0) {
          const x = Tensor.zeros(reference32, shape);
          noGrad(() => network.run(new Map(network.inputs.map((name) => [name, x]))));
        }
      } catch (error) {
        assert.ok(error instanceof FcnError, `${String(error)} ${(error as Error).stack ?? ''}`);
      }
      reference32.release(mark);
      slowest = Math.max(slowest, process.cpuUsage(began).user);
    }
    assert.ok(built > 0 && built < runs, `${String(built)} of ${String(runs)} were built`);
    assert.ok(slowest < 2e6, `one took ${String(slowest / 1e6)} s`);
  });
});
