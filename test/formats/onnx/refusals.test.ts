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

/** Models that are refused, and what the message has to say. */
const REFUSED: Readonly<Record<string, readonly [OnnxModel, RegExp]>> = {
  'an unknown operator': [one('Einsum', ['x']), /Einsum "node_y" \(ai.onnx 13\): .*not supported/],
  'an operator of another domain': [
    modelOf({ nodes: [{ ...nodeOf('Relu', ['x'], 'y'), domain: 'com.example' }] }),
    /Relu "node_y" \(com.example 0\)/,
  ],
  'an operator called like a method': [one('constructor', ['x']), /not supported/],
  'an unknown attribute': [one('Relu', ['x'], { slope: ints(1) }), /attribute slope/],
  'an attribute of another kind': [one('Softmax', ['x'], { axis: ints(1) }), /kind ints, not int/],
  'a cycle': [
    modelOf({ nodes: [nodeOf('Add', ['x', 'z'], 'y'), nodeOf('Relu', ['y'], 'z')] }),
    /reads z, which nothing before it writes/,
  ],
  'a missing input': [one('Relu', ['nothing']), /reads nothing/],
  'no input at all': [one('Relu', []), /input 0 is missing/],
  'a value that is written twice': [
    modelOf({ nodes: [nodeOf('Relu', ['x'], 'y'), nodeOf('Relu', ['x'], 'y')] }),
    /writes y, which is there already/,
  ],
  'an output that nothing writes': [
    modelOf({ nodes: [nodeOf('Relu', ['x'], 'z')] }),
    /nothing writes the output y/,
  ],
  'a kernel of 0': [
    one('MaxPool', ['x'], { kernel_shape: ints(0, 2) }),
    /kernel_shape has to be 2 integers/,
  ],
  'a stride of 0': [conv({ strides: ints(0, 1) }), /strides has to be/],
  'a dilation of 0': [conv({ dilations: ints(1, 0) }), /dilations has to be/],
  'pads of 2^31': [conv({ pads: ints(2147483648, 0, 0, 0) }), /pads has to be/],
  'pads that make a huge map': [
    conv({ pads: ints(65536, 65536, 0, 0) }),
    /more numbers than a value may have/,
  ],
  'negative pads': [conv({ pads: ints(-1, 0, 0, 0) }), /pads has to be/],
  'a kernel that the filters are not': [conv({ kernel_shape: ints(5, 5) }), /5×5, but filters of/],
  'groups that do not divide': [conv({ group: { kind: 'int', value: 3 } }), /channels/],
  'no groups': [conv({ group: { kind: 'int', value: 0 } }), /groups/],
  'a size that depends on the input': [
    modelOf({
      nodes: [
        nodeOf('Cast', ['x'], 'size', { to: { kind: 'int', value: 7 } }),
        nodeOf('Reshape', ['x', 'size'], 'y'),
      ],
    }),
    /size, depends on the network's input/,
  ],
  'a shape of other numbers': [
    modelOf({ initializers: [int64s('s', 5, -1)], nodes: [nodeOf('Reshape', ['x', 's'], 'y')] }),
    /cannot become/,
  ],
  'an index that is not there': [
    modelOf({ initializers: [int64s('i', 9)], nodes: [nodeOf('Gather', ['x', 'i'], 'y')] }),
    /index 9 of 1/,
  ],
  'a step of 0': [
    modelOf({
      initializers: [int64s('a', 0), int64s('b', 4), int64s('c', 2), int64s('d', 0)],
      nodes: [nodeOf('Slice', ['x', 'a', 'b', 'c', 'd'], 'y')],
    }),
    /a step of 0/,
  ],
  'a resize to 2^32 pixels': [
    modelOf({
      initializers: [floats('s', [4], [1, 1, 16384, 16384])],
      nodes: [nodeOf('Resize', ['x', '', 's'], 'y', { mode: { kind: 'text', value: 'linear' } })],
    }),
    /more numbers/,
  ],
  'a resize to an axis of 2^20': [
    modelOf({
      initializers: [floats('s', [4], [1, 1, 1, 262144])],
      nodes: [nodeOf('Resize', ['x', '', 's'], 'y', { mode: { kind: 'text', value: 'cubic' } })],
    }),
    /cannot make 1048576 of 4/,
  ],
  'a repetition to an axis of 2^21': [
    modelOf({
      initializers: [int64s('r', 1, 1, 1, 524288)],
      nodes: [nodeOf('Tile', ['x', 'r'], 'y')],
    }),
    /Tile "node_y" .*: an axis of 2097152 is too long to be picked from/,
  ],
  'a constant of 2^40 numbers': [
    modelOf({
      initializers: [int64s('s', 1048576, 1048576)],
      nodes: [nodeOf('ConstantOfShape', ['s'], 'y')],
    }),
    /too large for a setting/,
  ],
  'axes that repeat': [one('Transpose', ['x'], { perm: ints(0, 0, 1, 2) }), /does not order/],
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
    /antialias/,
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

  it('doublings without end stop at the largest value there may be', () => {
    const nodes = Array.from({ length: 60 }, (_, i) =>
      nodeOf('Concat', [`v${String(i)}`, `v${String(i)}`], `v${String(i + 1)}`),
    );
    const model = modelOf({ inputs: { v0: MAP }, outputs: ['v60'], nodes });
    assert.throws(() => build(model), /more numbers/);
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
