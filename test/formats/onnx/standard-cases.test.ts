import assert from 'node:assert/strict';
import { noGrad } from '../../../src/autograd/no-grad.js';
import type { Backend } from '../../../src/backend/backend.js';
import { FcnError } from '../../../src/core/errors.js';
import { OnnxNetwork } from '../../../src/formats/onnx/onnx-network.js';
import { OPERATORS } from '../../../src/formats/onnx/operators/index.js';
import type { OnnxType } from '../../../src/io/onnx/model.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { wasmBackend } from '../../support/backends.js';
import { hasOnnxCases, onnxCases, type OnnxCase } from '../../support/onnx-cases.js';
import { skip } from '../../support/skip.js';

/** Cases of supported operators that are refused, with the reason. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^node\/test_training_dropout/, 'the mask is drawn by NumPy'],
  [/^node\/test_dropout_default_mask/, 'the mask of Dropout is an unsupported output'],
  [/maxpool_with_argmax_2d_precomputed_strides/, 'storage_order 1 is unsupported'],
];

/** The suite's own tolerance: |got − expected| ≤ 1e-7 + 1e-3 · |expected|. */
const ABSOLUTE = 1e-7;
const RELATIVE = 1e-3;
/** Number of cases in the suite for supported operators in float32 and integers. */
const LEAST_CASES = 620;
/** Cases of losses, and their number. */
const LOSS_CASE = /^node\/test_(sce|nllloss)_/;
const LOSS_CASES = 104;

/** Families whose counts are printed. */
const FAMILIES = [
  ...['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool', 'GlobalAveragePool', 'Resize', 'Upsample'],
  ...['Softmax', 'BatchNormalization', 'LRN', 'InstanceNormalization', 'Gemm', 'MatMul', 'PRelu'],
  ...['Clip', 'HardSigmoid', 'HardSwish', 'LeakyRelu', 'Concat', 'Slice', 'Pad', 'Reshape'],
  ...['SoftmaxCrossEntropyLoss', 'NegativeLogLikelihoodLoss', 'GatherElements', 'Where', 'Equal'],
  ...['Transpose', 'ReduceMean', 'ArgMax', 'Cast', 'Gather', 'Squeeze', 'Unsqueeze', 'Dropout'],
];
const OTHER_FLOATS: readonly OnnxType[] = ['float16', 'bfloat16', 'float64'];

describe("the test vectors of ONNX (Debian's libonnx-testdata)", () => {
  before(function () {
    if (!hasOnnxCases()) skip(this, 'the Debian package libonnx-testdata is not installed');
  });

  it('are met within the tolerance of the suite, for every supported operator', async function () {
    this.timeout(120_000);
    const backend = await wasmBackend();
    const passed = new Map<string, number>();
    const failures: string[] = [];
    const refused: string[] = [];
    let count = 0;
    let losses = 0;
    for (const example of onnxCases()) {
      if (!isSupported(example)) continue;
      if (REFUSED.some(([pattern]) => pattern.test(example.name))) {
        refused.push(example.name);
        continue;
      }
      const mark = backend.mark();
      try {
        const network = new OnnxNetwork(example.model, backend);
        for (const { inputs, outputs } of example.sets)
          check(network, backend, { inputs, outputs });
        count++;
        if (LOSS_CASE.test(example.name)) losses++;
        for (const op of new Set(example.model.graph.nodes.map((node) => node.op))) {
          passed.set(op, (passed.get(op) ?? 0) + 1);
        }
      } catch (error) {
        failures.push(`${example.name}: ${(error as Error).message}`);
      }
      backend.release(mark);
    }
    const counts = FAMILIES.map((op) => `${op} ${String(passed.get(op) ?? 0)}`);
    console.log(`      ${String(count)} cases passed, ${String(refused.length)} refused`);
    console.log(`      ${counts.join(', ')}`);
    console.log(`      ${String(losses)} of ${String(LOSS_CASES)} cases of losses`);
    assert.deepEqual(failures, []);
    assert.equal(losses, LOSS_CASES);
    assert.ok(count >= LEAST_CASES, `only ${String(count)} cases ran`);
  });

  it('are refused with an error that names the node if they are unsupported', async () => {
    const backend = await wasmBackend();
    for (const { name, model } of onnxCases()) {
      if (!/test_dropout_default_mask|maxpool_with_argmax_2d_precomputed_strides/.test(name))
        continue;
      const network = new OnnxNetwork(model, backend);
      const shapes = network.graphInputs.map(
        (port) => [port.name, (port.dims ?? []).map(Number)] as const,
      );
      assert.throws(() => network.describe(new Map(shapes)), FcnError, name);
    }
  });
});

/** True if all operators of a case are supported, and no tensor has floats of another type. */
function isSupported({ model, sets }: OnnxCase): boolean {
  const { nodes, inputs, outputs } = model.graph;
  const types = [
    ...[...inputs, ...outputs].map(({ type }) => type),
    ...sets.flatMap((set) => [...set.inputs, ...set.outputs].map((tensor) => tensor?.type ?? null)),
  ];
  return (
    nodes.every(({ op, domain }) => domain === '' && OPERATORS.has(op)) &&
    types.every((type) => type !== null && !OTHER_FLOATS.includes(type))
  );
}

function check(
  network: OnnxNetwork,
  backend: Backend,
  { inputs, outputs }: OnnxCase['sets'][number],
): void {
  const given = network.inputs.map((name, i) => {
    const { data = [], dims = [] } = inputs[i] ?? {};
    return [name, Tensor.from(backend, data, dims)] as const;
  });
  const results = noGrad(() => network.run(new Map(given)));
  network.outputs.forEach((name, i) => {
    const expected = outputs[i];
    const got = results.get(name);
    assert.ok(expected && got);
    assert.deepEqual(got.shape, expected.dims, `shape of ${name}`);
    expected.data.forEach((value: number, at: number) => {
      const error = Math.abs(got.data[at] - value);
      const fits = error <= ABSOLUTE + RELATIVE * Math.abs(value) || Object.is(got.data[at], value);
      assert.ok(fits, `${name}[${String(at)}]: ${String(got.data[at])}, expected ${String(value)}`);
    });
  });
}
