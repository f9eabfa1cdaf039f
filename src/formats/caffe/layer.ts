import { FcnError } from '../../core/errors.js';
import { numel, type Pair, type Shape } from '../../core/shape.js';
import type { Message } from '../../io/caffe/message.js';
import type { Filler } from '../../nn/init.js';
import { makeParameter, type Maker } from '../../nn/parameter.js';
import type { WiredLayer } from '../../nn/wired-network.js';
import type { Tensor } from '../../tensor/tensor.js';

/** More numbers than a parameter can have: 4 GiB of floats are as much as kernels can address. */
const MAX_PARAMETER = 2 ** 30;

/** A layer of a file, and what it is built from. */
export interface LayerContext {
  /** Name in the file. */
  readonly name: string;
  /** The layer's message. */
  readonly definition: Message;
  /** Shapes of its bottoms. */
  readonly inputs: readonly Shape[];
  /** Number of its tops. */
  readonly outputs: number;
  /** Where its parameters are made. */
  readonly maker: Maker;
}

/** Builds a layer of one type. */
export type LayerBuilder = (context: LayerContext) => WiredLayer;

/** A layer of one input and one output, without parameters. */
export function unaryLayer(forward: (x: Tensor) => Tensor): WiredLayer {
  return { forward: ([x]) => [forward(x)] };
}

/**
 * Computes a layer of several ops. What lies temporary them is given back, unless backward needs it.
 *
 * @param compute - Calls `temporary` with every tensor that is neither input nor result.
 */
export function composeOps(compute: (temporary: (tensor: Tensor) => Tensor) => Tensor): Tensor {
  const passed = new Set<Tensor>();
  const result = compute((tensor) => {
    passed.add(tensor);
    return tensor;
  });
  if (result.creator === null) for (const tensor of passed) tensor.free();
  return result;
}

/** @throws {@link FcnError} always, naming the layer and its type. */
export function refuse({ name, definition }: LayerContext, reason: string): never {
  throw new FcnError(`layer ${name} (${definition.text('type')}): ${reason}`);
}

/**
 * Makes a parameter of a layer.
 *
 * @throws {@link FcnError} if no memory could hold it.
 */
export function makeLayerParameter(context: LayerContext, shape: Shape, fill: Filler): Tensor {
  const count = numel(shape);
  if (!(count <= MAX_PARAMETER)) refuse(context, `a parameter of ${String(count)} numbers`);
  return makeParameter(context.maker, shape, fill);
}

/** An axis counted from 0, of one that may be counted from the end. */
export function axisOf(context: LayerContext, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (!(counted >= 0 && counted < rank)) refuse(context, `no axis ${String(axis)}`);
  return counted;
}

/**
 * A spatial setting: given once for both axes, once for each, or as two fields of their own.
 *
 * @param field - Such as `kernel_size`; the two fields then are `kernel_h` and `kernel_w`.
 */
export function pairOf(
  context: LayerContext,
  param: Message,
  field: string,
  fallback: number,
): Pair {
  const stem = field.replace('_size', '');
  if (param.type.byName.has(`${stem}_h`) && (param.has(`${stem}_h`) || param.has(`${stem}_w`))) {
    if (param.has(field)) refuse(context, `both ${field} and ${stem}_h or ${stem}_w`);
    return [param.number(`${stem}_h`, fallback), param.number(`${stem}_w`, fallback)];
  }
  const given = param.numbers(field);
  if (given.length > 2) refuse(context, `${field} for ${String(given.length)} axes; two are read`);
  return [given.at(0) ?? fallback, given.at(-1) ?? fallback];
}
