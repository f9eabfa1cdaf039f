import type {
  ConvAttrs,
  PoolAttrs,
  LrnAttrs,
  ResizeMode,
  BoxAttrs,
  BatchStats,
  BatchNormGrads,
  SgdAttrs,
  AdamAttrs,
  FloatArray,
} from './attributes.js';
import type { Shape } from '../core/shape.js';

/** Position in a backend's sequence of allocations; see {@link Backend.mark}. */
export type MemoryMark = number;

/**
 * The kernels that ops call: plain buffers in, plain buffers out, one method per kernel.
 *
 * Every method is defined, to the bit, in docs/numerics.md. Forward methods overwrite `y`; backward
 * methods add to the gradients they are given. Buffers must not overlap unless a method says so.
 * Nothing is checked here: shapes are checked where an op infers its output's shape.
 */
export interface Backend {
  /** Name of the backend, for reports: `reference`, `wasm-simd` or `wasm-simd-threads`. */
  readonly name: string;

  /** Allocates a buffer that this backend's kernels can read and write; its contents are arbitrary. */
  alloc(length: number): FloatArray;
  /** Allocates a buffer filled with zeros. */
  allocZeros(length: number): FloatArray;
  /**
   * Touches the pages of a buffer on all threads, before the whole buffer is written: new memory is slow
   * on the first write. Overwrites the buffer. Missing in backends that gain nothing from it.
   */
  prepare?(buffer: FloatArray): void;
  /** Frees a buffer. @throws FcnError if the buffer is not live. */
  free(buffer: FloatArray): void;
  /** True until the buffer is freed. */
  isLive(buffer: FloatArray): boolean;
  /** Returns the current position; {@link Backend.release} frees everything allocated after it. */
  mark(): MemoryMark;
  /** Frees all live buffers allocated since the mark. */
  release(mark: MemoryMark): void;

  /** y = bias + x ⋆ w (cross-correlation): x `[N, C, H, W]`, w `[O, C / groups, kH, kW]`. */
  conv2d(
    x: FloatArray,
    xShape: Shape,
    w: FloatArray,
    wShape: Shape,
    bias: FloatArray | null,
    attrs: ConvAttrs,
    y: FloatArray,
  ): void;
  /** gradX += the adjoint of conv2d, applied to gradY. */
  conv2dBackwardInput(
    gradY: FloatArray,
    w: FloatArray,
    wShape: Shape,
    attrs: ConvAttrs,
    gradX: FloatArray,
    xShape: Shape,
  ): void;
  /** gradW += Σ over images and output positions of x · gradY. */
  conv2dBackwardWeight(
    x: FloatArray,
    xShape: Shape,
    gradY: FloatArray,
    attrs: ConvAttrs,
    gradW: FloatArray,
    wShape: Shape,
  ): void;

  /** y = bias + the transposed convolution of x: x `[N, C, H, W]`, w `[C, O / groups, kH, kW]`. */
  convTranspose2d(
    x: FloatArray,
    xShape: Shape,
    w: FloatArray,
    wShape: Shape,
    bias: FloatArray | null,
    attrs: ConvAttrs,
    y: FloatArray,
  ): void;
  /** gradX += gradY ⋆ w. */
  convTranspose2dBackwardInput(
    gradY: FloatArray,
    w: FloatArray,
    wShape: Shape,
    attrs: ConvAttrs,
    gradX: FloatArray,
    xShape: Shape,
  ): void;
  /** gradW += Σ over images and input positions of x · gradY. */
  convTranspose2dBackwardWeight(
    x: FloatArray,
    xShape: Shape,
    gradY: FloatArray,
    attrs: ConvAttrs,
    gradW: FloatArray,
    wShape: Shape,
  ): void;

  /** gradBias[c] += Σ over n and positions of gradY `[N, C, …]`; `inner` positions per channel. */
  biasBackward(gradY: FloatArray, channels: number, inner: number, gradBias: FloatArray): void;

  /**
   * y = maximum of each window; the first one at a tie; NaN wins; −FLT_MAX for an empty window.
   * argmax, unless null, = index of the maximum in its map, or −1 for an empty window.
   */
  maxPool2d(
    x: FloatArray,
    xShape: Shape,
    attrs: PoolAttrs,
    y: FloatArray,
    yShape: Shape,
    argmax: FloatArray | null,
  ): void;
  /** gradX[argmax] += gradY. */
  maxPool2dBackward(
    gradY: FloatArray,
    yShape: Shape,
    argmax: FloatArray,
    gradX: FloatArray,
    xShape: Shape,
  ): void;
  /** y = sum of each window / its area; the area includes the border, as in Caffe. */
  avgPool2d(x: FloatArray, xShape: Shape, attrs: PoolAttrs, y: FloatArray, yShape: Shape): void;
  /** gradX += gradY / area over each window. */
  avgPool2dBackward(
    gradY: FloatArray,
    yShape: Shape,
    attrs: PoolAttrs,
    gradX: FloatArray,
    xShape: Shape,
  ): void;

  /** y = max(x, 0); NaN stays NaN. `y` may be `x`. */
  relu(x: FloatArray, y: FloatArray): void;
  /** gradX += gradY where x > 0. */
  reluBackward(x: FloatArray, gradY: FloatArray, gradX: FloatArray): void;
  /** y = 1 / (1 + exp(−x)). `y` may be `x`. */
  sigmoid(x: FloatArray, y: FloatArray): void;
  /** gradX += gradY · y · (1 − y). */
  sigmoidBackward(y: FloatArray, gradY: FloatArray, gradX: FloatArray): void;

  /** y += coefficient · x. */
  addScaled(x: FloatArray, coefficient: number, y: FloatArray): void;
  /** y += a · b, element by element. */
  addProduct(a: FloatArray, b: FloatArray, y: FloatArray): void;
  /** y = max(a, b); b wins at a tie, as in Caffe's Eltwise; NaN if either is NaN. */
  maximum(a: FloatArray, b: FloatArray, y: FloatArray): void;
  /** gradA += gradY where a won; gradB += gradY where b won. Either may be null. */
  maximumBackward(
    a: FloatArray,
    b: FloatArray,
    gradY: FloatArray,
    gradA: FloatArray | null,
    gradB: FloatArray | null,
  ): void;

  /**
   * Copies a box of `planes` maps of `rows` × `columns`. Strides and the first element of each side are
   * in elements. `accumulate` adds instead of overwriting.
   */
  copyBox(source: FloatArray, target: FloatArray, box: BoxAttrs, accumulate: boolean): void;

  /** y = x · scale[c] + shift[c]; x `[N, C, inner]`. `shift` may be null, `y` may be `x`. */
  channelScale(
    x: FloatArray,
    scale: FloatArray,
    shift: FloatArray | null,
    inner: number,
    y: FloatArray,
  ): void;
  /** gradX += gradY · scale[c]. */
  channelScaleBackwardInput(
    gradY: FloatArray,
    scale: FloatArray,
    inner: number,
    gradX: FloatArray,
  ): void;
  /** gradScale[c] += Σ x · gradY. */
  channelScaleBackwardScale(
    x: FloatArray,
    gradY: FloatArray,
    inner: number,
    gradScale: FloatArray,
  ): void;

  /** scale = k + alpha / size · Σ x² over a window of channels; y = x · scale^−beta. */
  lrn(x: FloatArray, xShape: Shape, attrs: LrnAttrs, y: FloatArray, scale: FloatArray): void;
  /** gradX += scale^−beta · gradY − 2·alpha·beta/size · x · Σ gradY · y / scale. */
  lrnBackward(
    x: FloatArray,
    xShape: Shape,
    attrs: LrnAttrs,
    y: FloatArray,
    scale: FloatArray,
    gradY: FloatArray,
    gradX: FloatArray,
  ): void;

  /** mean[c] and variance[c] (biased) of x `[N, C, inner]`, summed in float64. */
  channelMoments(x: FloatArray, inner: number, mean: FloatArray, variance: FloatArray): void;
  /** y = (x − mean[c]) · invStd[c] · weight[c] + bias[c]; a null weight is 1, a null bias is 0. */
  batchNorm(
    x: FloatArray,
    inner: number,
    stats: BatchStats,
    weight: FloatArray | null,
    bias: FloatArray | null,
    y: FloatArray,
  ): void;
  /**
   * gradWeight[c] += Σ gradY · x̂ and gradBias[c] += Σ gradY; gradX by the chain rule, also through
   * the moments if they were computed from this batch (`training`). Any gradient may be null.
   */
  batchNormBackward(
    x: FloatArray,
    inner: number,
    stats: BatchStats,
    weight: FloatArray | null,
    gradY: FloatArray,
    training: boolean,
    grads: BatchNormGrads,
  ): void;

  /** y = exp(x − max) / Σ over the channels of `[N, C, inner]`. `y` may be `x`. */
  softmax(x: FloatArray, channels: number, inner: number, y: FloatArray): void;
  /** gradX += y · (gradY − Σ y · gradY). */
  softmaxBackward(
    y: FloatArray,
    gradY: FloatArray,
    channels: number,
    inner: number,
    gradX: FloatArray,
  ): void;
  /**
   * −Σ ln(max(p[label], FLT_MIN)) of probabilities `[N, C, inner]` and labels `[N, inner]`, in float64,
   * over the pixels whose label is not `ignoreLabel`. Every other label must be a channel index.
   */
  nllSum(
    probabilities: FloatArray,
    labels: FloatArray,
    channels: number,
    inner: number,
    ignoreLabel: number,
  ): number;
  /** gradX += (probabilities − 1{label}) · scale; ignored pixels are skipped. */
  softmaxNllBackward(
    probabilities: FloatArray,
    labels: FloatArray,
    channels: number,
    inner: number,
    ignoreLabel: number,
    scale: number,
    gradX: FloatArray,
  ): void;

  /** Bilinear resize of `[N, C, H, W]` maps. */
  resizeBilinear(
    x: FloatArray,
    xShape: Shape,
    mode: ResizeMode,
    y: FloatArray,
    yShape: Shape,
  ): void;
  /** gradX += the adjoint of resizeBilinear, applied to gradY. */
  resizeBilinearBackward(
    gradY: FloatArray,
    yShape: Shape,
    mode: ResizeMode,
    gradX: FloatArray,
    xShape: Shape,
  ): void;

  /**
   * classes[n, i] = the channel with the largest value, the first at a tie. NaN never wins: the class is 0
   * if all channels are NaN. At most 256 channels.
   */
  argmax(x: FloatArray, channels: number, inner: number, classes: Uint8Array): void;

  /** v = momentum·v + rate·(grad·gradScale + decay·w); w −= v. As in Caffe, v includes the rate. */
  sgdStep(w: FloatArray, grad: FloatArray, velocity: FloatArray, attrs: SgdAttrs): void;
  /** One step of Adam; `rate` and `epsilon` of the attributes include the bias corrections. */
  adamStep(
    w: FloatArray,
    grad: FloatArray,
    moment1: FloatArray,
    moment2: FloatArray,
    attrs: AdamAttrs,
  ): void;
}
