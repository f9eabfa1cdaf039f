/**
 * A network for one input size as a list of layers, each with everything that was fused into it.
 */
import type { Inputs, OpRule } from '../../autograd/op-rule.js';
import type { ConvAttrs } from '../../backend/backend.js';
import { convOutputSize } from '../../backend/conv-size.js';
import type { NamedArray } from '../../core/named-arrays.js';
import { rectAt, type Rect } from '../../core/rect.js';
import type { Pair, Shape } from '../../core/shape.js';
import type { PoolOpAttrs } from '../../ops/pool-options.js';

/** What a layer writes and others read. */
export interface PlanValue {
  /** Name of what computed it, as the network's author knows it: `relu1_1`. */
  readonly name: string;
  /** Maps are `[1, C, H, W]`; only an {@link OpLayer} writes or reads anything else. */
  readonly shape: Shape;
}

/** Axes of a map. */
const MAP_RANK = 4;

/** True for the map of an image; where a network makes several of one image, they are no map of a plan. */
export function isMap({ shape }: Pick<PlanValue, 'shape'>): boolean {
  return shape.length === MAP_RANK && shape[0] === 1;
}

/** All pixels of a value; a value that is no map counts as a single pixel. */
export function wholeOf(value: PlanValue): Rect {
  const [, , height, width] = isMap(value) ? value.shape : [1, 1, 1, 1];
  return rectAt([0, 0], [height, width]);
}

interface LayerBase {
  /** Name of the layer: that of the op which gave it its kind, so `conv1_1` with its ReLU. */
  readonly name: string;
  /** What it reads, one value per operand; a value may stand here twice. */
  readonly inputs: readonly PlanValue[];
  /** What it writes. */
  readonly output: PlanValue;
}

/** Convolution, then ReLU, then pooling, as far as they were fused. */
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
  /** Max pooling behind the ReLU: 2×2 with stride 2 and no padding; null without. */
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
  /** Geometry of the convolution of which this is the adjoint. */
  readonly attrs: ConvAttrs;
  /**
   * `diagonal`: output channel c depends on input channel c alone, so that one kernel per channel is
   * enough, whatever `attrs.groups` says. Known from the values of the weight, never assumed.
   */
  readonly structure: 'dense' | 'diagonal';
  /** True if diagonal and each kernel is, but for rounding, a column times a row. */
  readonly separable: boolean;
}

/** Max pooling. */
export interface PoolLayer extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'maxPool';
  /** Geometry of the windows; how many there are is in the output's shape. */
  readonly attrs: PoolOpAttrs;
}

/** One operand of a {@link SumLayer}. */
export interface SumTerm {
  /** Which of the layer's inputs. */
  readonly input: number;
  /** Its factor, to be rounded to float32. */
  readonly coefficient: number;
  /** Row and column of the input that lie under the output's first pixel: a fused crop. */
  readonly offset: Pair;
}

/**
 * Weighted sum of maps, then ReLU if it was fused: one rounding per product and per sum, in the order
 * of the terms.
 */
export interface SumLayer extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'sum';
  /** At least one. */
  readonly terms: readonly SumTerm[];
  /**
   * True: the sum starts from +0, to which the first term is added. False: it starts with the first
   * term. The difference is the sign of a sum of negative zeros.
   */
  readonly fromZero: boolean;
  /** True if max(·, 0) follows. */
  readonly relu: boolean;
}

/** A rectangle of every map, of the output's extent. */
export interface CropLayer extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'crop';
  /** Row and column of the input that lie under the output's first pixel. */
  readonly offset: Pair;
}

/** Channels one behind the other. */
export interface ConcatLayer extends LayerBase {
  /** Kind of the layer. */
  readonly kind: 'concat';
}

/**
 * Any other op, applied by its rule to row-major copies of its maps: always right, never fast.
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
  /** Operands that do not change from run to run. */
  readonly parameters: readonly NamedArray[];
}

/** True if a layer applies the op with this rule: the attributes are then those of the rule. */
export function isOpLayer<I extends Inputs, A extends object>(
  layer: PlanLayer,
  rule: OpRule<I, A>,
): layer is OpLayer<A> {
  return layer.kind === 'op' && layer.rule === rule;
}

/** A step of a plan. */
export type PlanLayer =
  ConvLayer | TransposedLayer | PoolLayer | SumLayer | CropLayer | ConcatLayer | OpLayer;

/**
 * A network as a list of layers. Names of layers and of values are unique, and a value is one object
 * wherever it stands.
 */
export interface LayerList {
  /** What the network is given, in its order; a layer need not read it. */
  readonly inputs: readonly PlanValue[];
  /** In an order in which each follows those it reads from. */
  readonly layers: readonly PlanLayer[];
  /** What the network gives, in its order: inputs, or what layers write; one may stand here twice. */
  readonly outputs: readonly PlanValue[];
}

/** What a convolution gives before the pooling that was fused behind it, `[N, O, outH, outW]`. */
export function unpooledShape({ inputs: [x], weight, attrs }: ConvLayer): Shape {
  const [N, , H, W] = x.shape;
  const [O, , kH, kW] = weight.shape;
  return [N, O, convOutputSize(H, kH, attrs, 0), convOutputSize(W, kW, attrs, 1)];
}
