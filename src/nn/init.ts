/**
 * Initial values, after Caffe's fillers.
 *
 * @see Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks";
 *   He et al., "Delving Deep into Rectifiers".
 */
import type { FloatArray } from '../backend/attributes.js';
import { FcnError, ShapeError } from '../core/errors.js';
import type { Rng } from '../core/rng.js';
import { numel, showShape, type Shape } from '../core/shape.js';

/** Overwrites the numbers of a new parameter, which are 0. */
export type Filler = (values: FloatArray, shape: Shape, rng: Rng | null) => void;

/** Divisor of a variance: the terms of one output, the uses of one input, or their mean. */
export type VarianceNorm = 'fan-in' | 'fan-out' | 'average';

/** Every number the same. */
export function constantFiller(value: number): Filler {
  return (values) => values.fill(value);
}

/** Normal numbers around 0 with this standard deviation. */
export function gaussianFiller(deviation: number): Filler {
  return (values, _shape, rng) => {
    const draw = drawing('gaussian', rng);
    for (let i = 0; i < values.length; i++) values[i] = deviation * draw.normal();
  };
}

/** Uniform numbers of variance 1 / n. */
export function xavierFiller(norm: VarianceNorm = 'fan-in'): Filler {
  return (values, shape, rng) => {
    const draw = drawing('xavier', rng);
    const bound = Math.sqrt(3 / fan(shape, norm));
    for (let i = 0; i < values.length; i++) values[i] = bound * (2 * draw.uniform() - 1);
  };
}

/** Normal numbers of variance 2 / n: keeps the size of activations through rectifiers. */
export function msraFiller(norm: VarianceNorm = 'fan-in'): Filler {
  return (values, shape, rng) => {
    gaussianFiller(Math.sqrt(2 / fan(shape, norm)))(values, shape, rng);
  };
}

/** Leaves a new parameter as it is: its memory is not touched before values are loaded. */
export const zeroFiller: Filler = () => undefined;

/** Returns a filler that uses `fill` if an RNG is given, otherwise {@link zeroFiller}, for values that are loaded later. */
export function orZero(fill: Filler): Filler {
  return (values, shape, rng) => {
    (rng === null ? zeroFiller : fill)(values, shape, rng);
  };
}

/**
 * One row of the kernel of bilinear interpolation; the kernel is its outer product with itself.
 *
 * w(x) = 1 − |x / f − c| with f = ⌈k / 2⌉ and c = (k − 1) / 2f
 */
function bilinearRow(k: number): Float64Array {
  const f = Math.ceil(k / 2);
  const c = (k - 1) / (2 * f);
  return Float64Array.from({ length: k }, (_, x) => 1 - Math.abs(x / f - c));
}

/**
 * The k×k kernel with which a transposed convolution of stride ⌈k / 2⌉ interpolates bilinearly.
 *
 * @see Long, Shelhamer, Darrell, CVPR 2015, §3.3; the values are those of Caffe's bilinear filler.
 */
export function bilinearKernel(k: number): Float64Array {
  const row = bilinearRow(k);
  return Float64Array.from({ length: k * k }, (_, i) => row[Math.floor(i / k)] * row[i % k]);
}

/**
 * Bilinear interpolation of each channel by itself, for the weight of a transposed convolution:
 * the kernel on the diagonal of a `[C, C, k, k]` weight, or in every map of a grouped `[C, 1, k, k]`.
 *
 * @throws {@link ShapeError} for any other shape.
 */
export const bilinearFiller: Filler = (values, shape) => {
  const [C, O, kH, kW] = shape;
  if (shape.length !== 4 || kH !== kW || (O !== C && O !== 1)) {
    throw new ShapeError(
      `bilinear: expected [C, C, k, k] or [C, 1, k, k], got ${showShape(shape)}`,
    );
  }
  const kernel = bilinearKernel(kH);
  values.fill(0);
  for (let c = 0; c < C; c++) values.set(kernel, (O === 1 ? c : c * C + c) * kernel.length);
};

function drawing(filler: string, rng: Rng | null): Rng {
  if (rng === null) throw new FcnError(`${filler}: no stream of random numbers was given`);
  return rng;
}

/** As Caffe counts: fan-in is all but the first axis, fan-out all but the second. */
function fan(shape: Shape, norm: VarianceNorm): number {
  const count = numel(shape);
  const fanIn = count / shape[0];
  const fanOut = count / (shape.length > 1 ? shape[1] : 1);
  if (norm === 'average') return (fanIn + fanOut) / 2;
  return norm === 'fan-in' ? fanIn : fanOut;
}
