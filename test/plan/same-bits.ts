import assert from 'node:assert/strict';
import { noGrad } from '../../src/autograd/no-grad.js';
import type { WasmBackend } from '../../src/backend/wasm/index.js';
import type { Rng } from '../../src/core/rng.js';
import { numel, type Shape } from '../../src/core/shape.js';
import type { Module } from '../../src/nn/module.js';
import { asNetwork, type Network } from '../../src/nn/network.js';
import { Tensor } from '../../src/tensor/tensor.js';

/** Returns random numbers in the range of colours. */
export function image(rng: Rng, shape: Shape): Float32Array {
  return Float32Array.from({ length: numel(shape) }, () => 50 * rng.normal());
}

/** Returns the outputs of a module, tensor by tensor. */
export function eagerly(
  backend: WasmBackend,
  model: Module,
  x: Float32Array,
  shape: Shape,
): Float32Array {
  const [result] = allEagerly(backend, model, new Map([['data', { shape, data: x }]])).values();
  return result;
}

/** Returns the outputs of a network for named inputs, tensor by tensor. */
export function allEagerly(
  backend: WasmBackend,
  model: Module | Network,
  inputs: ReadonlyMap<string, { readonly shape: Shape; readonly data: Float32Array }>,
): Map<string, Float32Array> {
  const mark = backend.mark();
  try {
    const tensors = [...inputs].map(([name, { shape, data }]) => {
      return [name, Tensor.from(backend, data, shape)] as const;
    });
    const outputs = noGrad(() => asNetwork(model).run(new Map(tensors)));
    return new Map([...outputs].map(([name, { data }]) => [name, Float32Array.from(data)]));
  } finally {
    backend.release(mark);
  }
}

/** Throws unless the bits are equal; all NaN count as equal. */
export function assertSameBits(got: Float32Array, expected: Float32Array): void {
  assert.equal(got.length, expected.length);
  const at = got.findIndex((value, i) => !Object.is(value, expected[i]));
  assert.equal(at, -1, `[${String(at)}]: ${String(got[at])}, eagerly ${String(expected[at])}`);
}
