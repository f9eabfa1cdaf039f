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

/** Eltwise: sum, product or maximum, element by element. */
export function eltwise(context: LayerContext): WiredLayer {
  const param = context.definition.message('eltwise_param');
  const operation = param.text('operation', 'SUM');
  const coefficients = param.numbers('coeff');
  const count = context.inputs.length;
  if (coefficients.length > 0 && (operation !== 'SUM' || coefficients.length !== count)) {
    const got = `${String(coefficients.length)} for ${operation} of ${String(count)} bottoms`;
    refuse(context, `wrong number of coeff values (got ${got}, expected one per bottom of a SUM)`);
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

/** Concat: the inputs one after another along an axis. */
export function concat(context: LayerContext): WiredLayer {
  const param = context.definition.message('concat_param');
  const given = param.number('axis', param.number('concat_dim', 1));
  const axis = axisOf(context, given, context.inputs[0].length);
  return { forward: (inputs) => [concatOp(inputs, axis)] };
}

/** Slice: the input in pieces along an axis. */
export function slice(context: LayerContext): WiredLayer {
  const param = context.definition.message('slice_param');
  const [input] = context.inputs;
  const axis = axisOf(context, param.number('axis', param.number('slice_dim', 1)), input.length);
  const pieces = context.outputs;
  const points = param.numbers('slice_point');
  if (points.length > 0 && points.length !== pieces - 1) {
    refuse(
      context,
      `wrong number of slice_point values (got ${String(points.length)}, expected ${String(pieces - 1)})`,
    );
  }
  if (points.length === 0 && input[axis] % pieces !== 0) {
    refuse(
      context,
      `axis ${String(axis)} of extent ${String(input[axis])} cannot be cut into ${String(pieces)} equal pieces; give slice_point`,
    );
  }
  const even = Array.from({ length: pieces }, (_, i) => (i * input[axis]) / pieces);
  const starts = points.length > 0 ? [0, ...points] : even;
  const ends = [...starts.slice(1), input[axis]];
  return { forward: ([x]) => starts.map((start, i) => sliceOp(x, axis, start, ends[i] - start)) };
}

/** Split: the input once for each top (output). */
export function split({ outputs }: LayerContext): WiredLayer {
  return { forward: ([x]) => Array.from({ length: outputs }, () => x) };
}

/** Silence: no output. The blobs that it reads do not become outputs of the network. */
export function silence(): WiredLayer {
  return { forward: () => [] };
}

/** Crop: the part of the first input that has the second's size, on one axis and all after it. */
export function crop(context: LayerContext): WiredLayer {
  const param = context.definition.message('crop_param');
  const [input] = context.inputs;
  if (context.inputs.length !== 2) {
    refuse(
      context,
      `wrong number of bottoms (got ${String(context.inputs.length)}, expected 2: input, reference)`,
    );
  }
  const axis = axisOf(context, param.number('axis', 2), input.length);
  const given = param.numbers('offset');
  if (given.length > 1 && given.length !== input.length - axis) {
    refuse(
      context,
      `wrong number of offset values (got ${String(given.length)}, expected 1 or ${String(input.length - axis)})`,
    );
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
