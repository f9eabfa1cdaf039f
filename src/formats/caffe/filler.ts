import { FcnError } from '../../core/errors.js';
import { showShape } from '../../core/shape.js';
import type { CaffeMessage } from '../../io/caffe/message.js';
import {
  bilinearKernel,
  constantFiller,
  gaussianFiller,
  msraFiller,
  orZero,
  xavierFiller,
  zeroFiller,
  type Filler,
  type VarianceNorm,
} from '../../nn/init.js';

const NORMS: ReadonlyMap<string, VarianceNorm> = new Map([
  ['FAN_IN', 'fan-in'],
  ['FAN_OUT', 'fan-out'],
  ['AVERAGE', 'average'],
]);

/**
 * Makes the filler (initialiser of a parameter) that a FillerParameter describes. Random fillers leave zeros if no RNG
 * is given.
 *
 * @param fallback - Value of a constant filler without a value of its own; default: 0.
 * @throws {@link FcnError} for an unsupported type.
 */
export function fillerOf(param: CaffeMessage, fallback = 0): Filler {
  const type = param.text('type', 'constant');
  const norm = NORMS.get(param.text('variance_norm', 'FAN_IN'));
  switch (type) {
    case 'constant':
      return constantOrZeros(param.number('value', fallback));
    case 'gaussian':
      return orZero(shifted(gaussianFiller(param.number('std', 1)), param.number('mean', 0)));
    case 'uniform':
      return orZero(uniform(param.number('min', 0), param.number('max', 1)));
    case 'xavier':
      return orZero(xavierFiller(norm));
    case 'msra':
      return orZero(msraFiller(norm));
    case 'bilinear':
      return everyBilinear;
    default:
      throw new FcnError(
        `caffe: unsupported filler (got ${type}, expected ` +
          'constant, gaussian, uniform, xavier, msra or bilinear)',
      );
  }
}

function constantOrZeros(value: number): Filler {
  return value === 0 ? zeroFiller : constantFiller(value);
}

function shifted(fill: Filler, mean: number): Filler {
  return (values, shape, rng) => {
    fill(values, shape, rng);
    if (mean !== 0) for (let i = 0; i < values.length; i++) values[i] += mean;
  };
}

function uniform(min: number, max: number): Filler {
  return (values, _shape, rng) => {
    if (rng === null) return;
    for (let i = 0; i < values.length; i++) values[i] = min + (max - min) * rng.uniform();
  };
}

/** Caffe's bilinear filler writes the kernel for every pair of channels, not only for equal ones. */
const everyBilinear: Filler = (values, shape) => {
  const [, , kH, kW] = shape;
  if (shape.length !== 4 || kH !== kW) {
    throw new FcnError(
      `caffe: filler bilinear needs square filters (got weight ${showShape(shape)})`,
    );
  }
  const kernel = bilinearKernel(kH);
  for (let at = 0; at < values.length; at += kernel.length) values.set(kernel, at);
};
