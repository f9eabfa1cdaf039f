import { FcnError } from '../../core/errors.js';
import { numel, type Pair, type Shape } from '../../core/shape.js';
import type { CaffeMessage } from '../../io/caffe/message.js';
import type { Filler } from '../../nn/init.js';
import { makeParameter, type ParameterMaker } from '../../nn/parameter.js';
import type { WiredLayer } from '../../nn/wired-network.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Limit on the numbers of a parameter: 4 GiB of floats are as much as the kernels can address. */
const MAX_PARAMETER = 2 ** 30;

/** Layer of a description, with everything that is needed to build it. */
export interface LayerContext {
  /** Name of the layer in the file. */
  readonly name: string;
  /** LayerParameter message. */
  readonly definition: CaffeMessage;
  /** Shapes of the bottoms (inputs). */
  readonly inputs: readonly Shape[];
  /** Number of tops (outputs). */
  readonly outputs: number;
  /** Backend on which parameters are made, and random numbers for the fillers. */
  readonly maker: ParameterMaker;
}

/** Builds a layer of one type. */
export type LayerBuilder = (context: LayerContext) => WiredLayer;

/** Layer with one input and one output, without parameters. */
export function unaryLayer(forward: (x: Tensor) => Tensor): WiredLayer {
  return { forward: ([x]) => [forward(x)] };
}

/**
 * Computes a layer of several ops and frees the intermediate tensors, unless backward needs them.
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

/** @throws {@link FcnError} always; the message begins with the layer's name and type. */
export function refuse({ name, definition }: LayerContext, reason: string): never {
  throw new FcnError(`layer ${name} (${definition.text('type')}): ${reason}`);
}

/**
 * Makes a parameter of a layer.
 *
 * @throws {@link FcnError} if the parameter exceeds the kernels' memory.
 */
export function makeLayerParameter(context: LayerContext, shape: Shape, fill: Filler): Tensor {
  const count = numel(shape);
  if (!(count <= MAX_PARAMETER)) {
    refuse(context, `parameter is too large (got ${String(count)} numbers, at most 2^30)`);
  }
  return makeParameter(context.maker, shape, fill);
}

/** Resolves an axis that may be counted from the end to one counted from 0. */
export function axisOf(context: LayerContext, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (!(counted >= 0 && counted < rank)) {
    refuse(context, `axis out of range (got ${String(axis)}, the bottom has ${String(rank)} axes)`);
  }
  return counted;
}

/**
 * Reads a spatial setting: one value for both axes, one value per axis, or a field per axis.
 *
 * @param field - Name such as `kernel_size`; the fields per axis are then `kernel_h` and `kernel_w`.
 */
export function pairOf(
  context: LayerContext,
  param: CaffeMessage,
  field: string,
  fallback: number,
): Pair {
  const stem = field.replace('_size', '');
  if (param.type.byName.has(`${stem}_h`) && (param.has(`${stem}_h`) || param.has(`${stem}_w`))) {
    if (param.has(field)) {
      refuse(context, `${field} together with ${stem}_h or ${stem}_w; remove one of them`);
    }
    return [param.number(`${stem}_h`, fallback), param.number(`${stem}_w`, fallback)];
  }
  const given = param.numbers(field);
  if (given.length > 2) {
    refuse(context, `${field} has too many values (got ${String(given.length)}, at most 2)`);
  }
  return [given.at(0) ?? fallback, given.at(-1) ?? fallback];
}
