import { noGrad } from '../autograd/no-grad.js';
import type { FloatArray } from '../backend/attributes.js';
import type { Backend } from '../backend/backend.js';
import type { WasmBackend } from '../backend/wasm/index.js';
import type { Shape } from '../core/shape.js';
import type { NumberArray } from '../io/elements.js';
import type { Network } from '../nn/network.js';
import { compile } from '../plan/compile.js';
import type { PlanMode } from '../plan/plan.js';
import { Tensor } from '../tensor/tensor.js';

/** Array for an input of a network. */
export interface InputArray {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** Numbers, row-major, in the type of their file; 64-bit integers as doubles. */
  readonly data: NumberArray;
}

/** Value that a network computed. */
export interface ComputedBlob {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** Numbers, row-major. */
  readonly data: FloatArray;
}

/** Blobs by name, in the order in which the network first wrote them. */
export type ComputedBlobs = ReadonlyMap<string, ComputedBlob>;

/**
 * Runs a network op by op. The result has every blob, also the inputs, each as the last in-place layer left it.
 */
export function computeBlobs(
  backend: Backend,
  network: Network,
  inputs: ReadonlyMap<string, InputArray>,
): ComputedBlobs {
  const tensors = new Map(
    Array.from(inputs, ([name, { shape, data }]) => [name, Tensor.from(backend, data, shape)]),
  );
  const seen = new Map<string, Tensor>();
  const outputs = noGrad(() => network.run(tensors, (name, tensor) => seen.set(name, tensor)));
  for (const [name, tensor] of outputs) if (!seen.has(name)) seen.set(name, tensor);
  return new Map(Array.from(seen, ([name, { shape, data }]) => [name, { shape, data }]));
}

/** Options of {@link computeOutputs}. */
export interface ComputeOutputsOptions {
  /** Array of each input, by its name. */
  readonly inputs: ReadonlyMap<string, InputArray>;
  /** Mode of the plan. */
  readonly mode: PlanMode;
}

/**
 * Compiles a network and runs the plan. The result has the outputs alone.
 *
 * @throws {@link FcnError} if the network cannot be compiled.
 */
export function computeOutputs(
  backend: WasmBackend,
  network: Network,
  { inputs, mode }: ComputeOutputsOptions,
): ComputedBlobs {
  const shapes = new Map(Array.from(inputs, ([name, { shape }]) => [name, shape]));
  using plan = compile(network, shapes, { backend, mode });
  const floats = Array.from(inputs, ([name, { data }]) => [name, Float32Array.from(data)] as const);
  return new Map(
    Array.from(plan.run(new Map(floats)), ([name, data]) => {
      return [name, { shape: plan.outputs.get(name) ?? [], data }];
    }),
  );
}
