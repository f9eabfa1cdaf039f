import type { FloatArray } from '../backend/attributes.js';
import type { Backend } from '../backend/backend.js';
import type { OpGeometry } from '../core/geometry.js';
import type { Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Tensors that an op takes. Optional ones, such as a bias, are at the end and may be left out. */
export type Inputs = readonly (Tensor | undefined)[];

/** Buffers that forward keeps for backward. */
export type Saved = readonly FloatArray[];

/** Attributes of an op that has none. */
export type NoAttrs = Readonly<Record<string, never>>;

/**
 * All facts about an op, with inputs `I` and attributes `A`. Graphs, plans and exporters know an op by its
 * rule, and apply it again to the inputs and attributes of a node.
 */
export interface OpRule<I extends Inputs, A extends object> {
  /** Name in messages and in the graph. */
  readonly name: string;
  /**
   * Code that computes the op: methods of the backend, which has kernels for them, or plain loops on both
   * backends (`src/backend/reference`), for ops of imported networks that take no time in an FCN.
   */
  readonly computedBy: 'backend' | 'plain-loops';
  /** Position of the inputs' pixels in the output, and the pixels that a part of the output needs. */
  readonly geometry: OpGeometry<A>;
  /** Returns the shape of the output. The only place that checks shapes and throws `ShapeError`. */
  inferShape(inputs: I, attrs: A): Shape;
  /** Overwrites `y`; returns the buffers that backward needs, apart from inputs and output. */
  forward(backend: Backend, inputs: I, attrs: A, y: Tensor): Saved | undefined;
  /** Adds to the gradient of every input that requires one. */
  backward(backend: Backend, inputs: I, attrs: A, y: Tensor, saved: Saved): void;
  /** Multiplications with an addition, every tap counted, in the padding and at zero weights too; default: 0. */
  macs?(inputs: readonly Shape[], output: Shape): number;
  /** Shapes of the buffers that forward allocates even if no gradient is recorded; default: none. */
  buffers?(inputs: readonly Shape[], output: Shape): readonly Shape[];
  /** True if these attributes occur in training only; default: false. */
  isTraining?(attrs: A): boolean;
}

/** The rule of any op, with attributes that are not known at compile time. */
export type AnyRule = OpRule<Inputs, object>;
