/** Attributes of ops, and groups of buffers, that the methods of a backend take. */
import type { Pair } from '../core/shape.js';

/** Elements of a tensor. Only the reference backend accepts float64. */
export type FloatArray = Float32Array | Float64Array;

/** Geometry of a convolution; for a transposed convolution it describes the output. */
export interface ConvAttrs {
  /** Step between neighbouring windows. */
  readonly stride: Pair;
  /** Zeros around the input (transposed convolution: positions cut off around the output). */
  readonly padding: Pair;
  /** Step between the taps of a window. */
  readonly dilation: Pair;
  /** Number of channel groups; each group reads only its own channels. */
  readonly groups: number;
}

/** Geometry of a pooling window. */
export interface PoolAttrs {
  /** Extent of the window. */
  readonly kernelSize: Pair;
  /** Step between neighbouring windows. */
  readonly stride: Pair;
  /** Border around the input: ignored by a maximum, counted in the divisor of an average. */
  readonly padding: Pair;
}

/** Local response normalisation: y = x · (k + alpha / size · Σ x²)^−beta over `size` channels. */
export interface LrnAttrs {
  /** Channels in the window, odd. */
  readonly size: number;
  /** Weight of the mean of squares. */
  readonly alpha: number;
  /** Exponent. */
  readonly beta: number;
  /** Constant term. */
  readonly k: number;
}

/** Sample positions of a resized image. */
export type ResizeMode = 'half-pixel' | 'align-corners';

/** A box of maps inside two larger stacks of maps; all values are in elements. */
export interface BoxAttrs {
  /** Number of maps, rows of a map, columns of a row. */
  readonly extent: readonly [planes: number, rows: number, columns: number];
  /** Strides and first element of the source. */
  readonly source: BoxSide;
  /** Strides and first element of the target. */
  readonly target: BoxSide;
}

/** One side of a {@link BoxAttrs}. */
export interface BoxSide {
  /** Elements from one map to the next. */
  readonly planeStride: number;
  /** Elements from one row to the next. */
  readonly rowStride: number;
  /** First element of the box. */
  readonly start: number;
}

/** Statistics of a batch normalisation, `[C]` each. */
export interface BatchStats {
  /** Mean of each channel. */
  readonly mean: FloatArray;
  /** 1 / √(variance + epsilon) of each channel. */
  readonly invStd: FloatArray;
}

/** Gradients that {@link Backend.batchNormBackward} adds to; null if not needed. */
export interface BatchNormGrads {
  /** `[N, C, inner]`. */
  readonly x: FloatArray | null;
  /** `[C]`. */
  readonly weight: FloatArray | null;
  /** `[C]`. */
  readonly bias: FloatArray | null;
}

/** One step of stochastic gradient descent. */
export interface SgdAttrs {
  /** Learning rate of this parameter. */
  readonly rate: number;
  /** Factor on the velocity of the previous step. */
  readonly momentum: number;
  /** Weight decay of this parameter. */
  readonly decay: number;
  /** Factor on the gradient: 1 / number of accumulated batches. */
  readonly gradScale: number;
}

/** One step of Adam. */
export interface AdamAttrs {
  /** Learning rate, times √(1 − beta2^t) / (1 − beta1^t). */
  readonly rate: number;
  /** Decay of the first moment. */
  readonly beta1: number;
  /** Decay of the second moment. */
  readonly beta2: number;
  /** Added to √moment2, times √(1 − beta2^t). */
  readonly epsilon: number;
  /** Weight decay of this parameter, added to the gradient. */
  readonly decay: number;
  /** Factor on the gradient: 1 / number of accumulated batches. */
  readonly gradScale: number;
}
