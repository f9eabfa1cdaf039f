import { noGrad } from '../autograd/no-grad.js';
import type { Backend, FloatArray } from '../backend/backend.js';
import type { WasmBackend } from '../backend/wasm/index.js';
import type { Shape } from '../core/shape.js';
import type { NumberArray } from '../io/elements.js';
import type { Network } from '../nn/network.js';
import { compile } from '../plan/compile.js';
import type { PlanMode } from '../plan/plan.js';
import { Tensor } from '../tensor/tensor.js';

/** Numbers of an input. */
export interface InputArray {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** The numbers, row-major, in the type of their file; 64-bit integers are doubles. */
  readonly data: NumberArray;
}

/** A value that a network computed. */
export interface Blob {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** The numbers, row-major. */
  readonly data: FloatArray;
}

/** Blobs by name, in the order in which the network first wrote them. */
export type Blobs = ReadonlyMap<string, Blob>;

type Inputs = ReadonlyMap<string, InputArray>;

/** Runs a network op by op. Every blob is there, inputs too, each as the last layer left it. */
export function computeBlobs(backend: Backend, network: Network, inputs: Inputs): Blobs {
  const tensors = new Map(
    Array.from(inputs, ([name, { shape, data }]) => [name, Tensor.from(backend, data, shape)]),
  );
  const seen = new Map<string, Tensor>();
  const outputs = noGrad(() => network.run(tensors, (name, tensor) => seen.set(name, tensor)));
  for (const [name, tensor] of outputs) if (!seen.has(name)) seen.set(name, tensor);
  return new Map(Array.from(seen, ([name, { shape, data }]) => [name, { shape, data }]));
}

/**
 * Runs a network as a plan, which has no other blobs than its outputs.
 *
 * @throws {@link FcnError} if it cannot be compiled.
 */
export function computeOutputs(
  backend: WasmBackend,
  network: Network,
  { inputs, mode }: { readonly inputs: Inputs; readonly mode: PlanMode },
): Blobs {
  const shapes = new Map(Array.from(inputs, ([name, { shape }]) => [name, shape]));
  using plan = compile(network, shapes, { backend, mode });
  const floats = Array.from(inputs, ([name, { data }]) => [name, Float32Array.from(data)] as const);
  return new Map(
    Array.from(plan.run(new Map(floats)), ([name, data]) => {
      return [name, { shape: plan.outputs.get(name) ?? [], data }];
    }),
  );
}
