/**
 * A network for one input size as a list of layers, each with the layers that were fused into it.
 */
import type { Inputs, OpRule } from '../../autograd/op-rule.js';
import type { ConvAttrs } from '../../backend/attributes.js';
import { convOutputSize } from '../../backend/conv-size.js';
import type { NamedArray } from '../../core/named-arrays.js';
import { rectAt, type Rect } from '../../core/rect.js';
import type { Pair, Shape } from '../../core/shape.js';
import type { PoolOpAttrs } from '../../ops/pool-options.js';

/** A tensor that a layer writes and other layers read. */
export interface PlanValue {
  /** Name of the op that computed it, as in the network: `relu1_1`. */
  readonly name: string;
  /** Maps are `[1, C, H, W]`; only an {@link OpLayer} writes or reads anything else. */
  readonly shape: Shape;
}

/** Axes of a map. */
const MAP_RANK = 4;

/** True for the map of one image; a value of several maps per image does not count as a map. */
export function isMap({ shape }: Pick<PlanValue, 'shape'>): boolean {
  return shape.length === MAP_RANK && shape[0] === 1;
}

/** Returns all pixels of a value; a value that is not a map counts as a single pixel. */
export function wholeOf(value: PlanValue): Rect {
  const [, , height, width] = isMap(value) ? value.shape : [1, 1, 1, 1];
  return rectAt([0, 0], [height, width]);
}

interface LayerBase {
  /** Name of the op that gave the layer its kind: `conv1_1` also names `conv1_1` with its ReLU. */
  readonly name: string;
  /** Values that it reads, one per operand; a value may occur twice. */
  readonly inputs: readonly PlanValue[];
  /** Value that it writes. */
  readonly output: PlanValue;
}

/** Convolution, then ReLU and pooling if they were fused. */
export interface ConvLayer extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'conv';
  /** `[O, C / groups, kH, kW]`. */
  readonly weight: NamedArray;
  /** `[O]`. */
  readonly bias: NamedArray | null;
  /** Geometry of the convolution. */
  readonly attrs: ConvAttrs;
  /** True if max(·, 0) follows. */
  readonly relu: boolean;
  /** Max pooling after the ReLU: 2×2 with stride 2 and no padding; null without pooling. */
  readonly pool: PoolOpAttrs | null;
}

/** Transposed convolution. */
export interface TransposedLayer extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'convTranspose';
  /** `[C, O / groups, kH, kW]`. */
  readonly weight: NamedArray;
  /** `[O]`. */
  readonly bias: NamedArray | null;
  /** Geometry of the convolution whose adjoint this layer is. */
  readonly attrs: ConvAttrs;
  /**
   * `diagonal`: output channel c depends on input channel c alone, so that one kernel per channel is
   * enough for any `attrs.groups`. It is derived from the values of the weight.
   */
  readonly structure: 'dense' | 'diagonal';
  /** True if diagonal and each kernel is a column times a row, up to rounding. */
  readonly separable: boolean;
}

/** Max pooling. */
export interface PoolLayer extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'maxPool';
  /** Geometry of the windows; the output's shape gives their number. */
  readonly attrs: PoolOpAttrs;
}

/** One operand of a {@link SumLayer}. */
export interface SumTerm {
  /** Index of the layer's input. */
  readonly input: number;
  /** Its factor, which is rounded to float32. */
  readonly coefficient: number;
  /** Row and column of the input at the output's first pixel: a fused crop. */
  readonly offset: Pair;
}

/**
 * Weighted sum of maps, then ReLU if it was fused. Each product and each sum is rounded once, in the order
 * of the terms.
 */
export interface SumLayer extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'sum';
  /** Terms of the sum, at least one. */
  readonly terms: readonly SumTerm[];
  /**
   * True: the sum starts from +0, to which the first term is added. False: it starts with the first
   * term. The difference is the sign of a sum of negative zeros.
   */
  readonly fromZero: boolean;
  /** True if max(·, 0) follows. */
  readonly relu: boolean;
}

/** Crop: a rectangle of the input with the output's extent. */
export interface CropLayer extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'crop';
  /** Row and column of the input at the output's first pixel. */
  readonly offset: Pair;
}

/** Concatenation of channels. */
export interface ConcatLayer extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'concat';
}

/**
 * Any other op, applied by its rule to row-major copies of its maps: correct for every op, but slow.
 *
 * The op's operands are the inputs, then the parameters; there may be no inputs.
 */
export interface OpLayer<A extends object = object> extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'op';
  /** Rule of the op; null for a constant, whose only parameter is the output. */
  readonly rule: OpRule<Inputs, A> | null;
  /** Attributes of the op, as in the graph. */
  readonly attrs: A;
  /** Constant operands. */
  readonly parameters: readonly NamedArray[];
}

/** True if a layer applies the op with this rule; its attributes then have the type of the rule. */
export function isOpLayer<I extends Inputs, A extends object>(
  layer: PlanLayer,
  rule: OpRule<I, A>,
): layer is OpLayer<A> {
  return layer.kind === 'op' && layer.rule === rule;
}

/** A layer of a plan. */
export type PlanLayer =
  ConvLayer | TransposedLayer | PoolLayer | SumLayer | CropLayer | ConcatLayer | OpLayer;

/**
 * A network as a list of layers. Names of layers and of values are unique, and each value is a single
 * object.
 */
export interface LayerList {
  /** Inputs of the network, in its order; an input may have no readers. */
  readonly inputs: readonly PlanValue[];
  /** Layers, each after the layers that it reads from. */
  readonly layers: readonly PlanLayer[];
  /** Outputs of the network, in its order: inputs or outputs of layers; a value may occur twice. */
  readonly outputs: readonly PlanValue[];
}

/** Returns the shape of a convolution's output before fused pooling, `[N, O, outH, outW]`. */
export function unpooledShape({ inputs: [x], weight, attrs }: ConvLayer): Shape {
  const [N, , H, W] = x.shape;
  const [O, , kH, kW] = weight.shape;
  return [N, O, convOutputSize(H, kH, attrs, 0), convOutputSize(W, kW, attrs, 1)];
}
