import assert from 'node:assert/strict';
import { backward } from '../../src/autograd/backward.js';
import type { Backend } from '../../src/backend/backend.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { assertClose } from './close.js';
import { goldenCases, type GoldenCase } from './fixtures.js';

/** Calls the op with the attributes of a case. */
export type GoldenAdapter = (inputs: readonly Tensor[], attrs: never) => Tensor;

/** Compares values and gradients with every case of `fixtures/ops/NAME.safetensors`. */
export function checkGolden(op: string, backend: Backend, adapter: GoldenAdapter): void {
  for (const golden of goldenCases(op)) {
    const mark = backend.mark();
    try {
      checkCase(golden, backend, adapter);
    } catch (cause) {
      const { name, authority } = golden;
      throw new Error(`golden ${name} of ${authority}, on ${backend.name}: ${String(cause)}`, {
        cause,
      });
    } finally {
      backend.release(mark);
    }
  }
}

function checkCase(golden: GoldenCase, backend: Backend, adapter: GoldenAdapter): void {
  const inputs = inputsOf(golden, backend);
  const output = adapter(inputs, golden.attrs as never); // the adapter knows its op's options
  const expected = golden.tensor('output');
  assert(expected, 'no output');
  assert.deepEqual(output.shape, expected.shape);
  assertClose('output', output.data, expected.data, golden.tolerance);

  const seed = golden.tensor('grad_output');
  if (!seed) return;
  backward(output, seed.data);
  let compared = 0;
  inputs.forEach((input, i) => {
    const gradient = golden.tensor(`grad_input${String(i)}`);
    if (!gradient) return;
    compared++;
    assertClose(`gradient of input ${String(i)}`, input.grad, gradient.data, golden.tolerance);
  });
  assert(compared > 0, 'a gradient of the output, but none of an input');
}

function inputsOf(golden: GoldenCase, backend: Backend): Tensor[] {
  const inputs: Tensor[] = [];
  for (;;) {
    const array = golden.tensor(`input${String(inputs.length)}`);
    if (!array) break;
    const requiresGrad = golden.tensor(`grad_input${String(inputs.length)}`) !== undefined;
    inputs.push(Tensor.from(backend, array.data, array.shape, { requiresGrad }));
  }
  assert(inputs.length > 0, 'no input');
  return inputs;
}
