import type { WiredLayer } from '../../../nn/wired-network.js';
import { add } from '../../../ops/add.js';
import { concat as concatOp } from '../../../ops/concat.js';
import { crop as cropOp } from '../../../ops/crop.js';
import { maximum } from '../../../ops/maximum.js';
import { multiply } from '../../../ops/multiply.js';
import { slice as sliceOp } from '../../../ops/slice.js';
import { weightedSum } from '../../../ops/weighted-sum.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { axisOf, composeOps, refuse, type LayerContext } from '../layer.js';

/** Sum, product or maximum, element by element. */
export function eltwise(context: LayerContext): WiredLayer {
  const param = context.definition.message('eltwise_param');
  const operation = param.text('operation', 'SUM');
  const coefficients = param.numbers('coeff');
  const count = context.inputs.length;
  if (coefficients.length > 0 && (operation !== 'SUM' || coefficients.length !== count)) {
    refuse(context, `${String(coefficients.length)} coefficients for ${String(count)} inputs`);
  }
  if (operation === 'MAX') return { forward: (inputs) => [maximum(inputs)] };
  if (operation === 'PROD') return { forward: (inputs) => [product(inputs)] };
  if (count === 2 && coefficients.length === 0) return { forward: ([a, b]) => [add(a, b)] };
  const factors = coefficients.length > 0 ? coefficients : context.inputs.map(() => 1);
  return { forward: (inputs) => [weightedSum(inputs, factors)] };
}

function product([first, ...others]: readonly Tensor[]): Tensor {
  return composeOps((temporary) =>
    others.reduce(
      (found, other) => multiply(found === first ? first : temporary(found), other),
      first,
    ),
  );
}

/** Inputs one behind the other. */
export function concat(context: LayerContext): WiredLayer {
  const param = context.definition.message('concat_param');
  const given = param.number('axis', param.number('concat_dim', 1));
  const axis = axisOf(context, given, context.inputs[0].length);
  return { forward: (inputs) => [concatOp(inputs, axis)] };
}

/** The input in pieces. */
export function slice(context: LayerContext): WiredLayer {
  const param = context.definition.message('slice_param');
  const [input] = context.inputs;
  const axis = axisOf(context, param.number('axis', param.number('slice_dim', 1)), input.length);
  const pieces = context.outputs;
  const points = param.numbers('slice_point');
  if (points.length > 0 && points.length !== pieces - 1) {
    refuse(context, `${String(points.length)} points for ${String(pieces)} pieces`);
  }
  if (points.length === 0 && input[axis] % pieces !== 0) {
    refuse(context, `${String(input[axis])} cannot be cut into ${String(pieces)} equal pieces`);
  }
  const even = Array.from({ length: pieces }, (_, i) => (i * input[axis]) / pieces);
  const starts = points.length > 0 ? [0, ...points] : even;
  const ends = [...starts.slice(1), input[axis]];
  return { forward: ([x]) => starts.map((start, i) => sliceOp(x, axis, start, ends[i] - start)) };
}

/** The input as often as it is wanted. */
export function split({ outputs }: LayerContext): WiredLayer {
  return { forward: ([x]) => Array.from({ length: outputs }, () => x) };
}

/** Nothing: what it reads is not an output of the network. */
export function silence(): WiredLayer {
  return { forward: () => [] };
}

/** The part of the first input that is as large as the second, from one axis on. */
export function crop(context: LayerContext): WiredLayer {
  const param = context.definition.message('crop_param');
  const [input] = context.inputs;
  if (context.inputs.length !== 2) refuse(context, 'it takes two inputs');
  const axis = axisOf(context, param.number('axis', 2), input.length);
  const given = param.numbers('offset');
  if (given.length > 1 && given.length !== input.length - axis) {
    refuse(context, `${String(given.length)} offsets for ${String(input.length - axis)} axes`);
  }
  const offsetOf = (i: number): number => given[given.length > 1 ? i - axis : 0] ?? 0;
  return {
    forward: ([x, { shape }]) => [
      composeOps((temporary) => {
        const spatial = x.shape.length === 4 && axis <= 2;
        let y = x;
        for (let i = axis; i < (spatial ? 2 : x.shape.length); i++) {
          y = sliceOp(y === x ? x : temporary(y), i, offsetOf(i), shape[i]);
        }
        if (!spatial) return y;
        return cropOp(y === x ? x : temporary(y), [offsetOf(2), offsetOf(3)], [shape[2], shape[3]]);
      }),
    ],
  };
}
