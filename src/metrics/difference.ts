import { ShapeError } from '../core/errors.js';

/** Difference between numbers and the expected ones. */
export interface Difference {
  /** Largest absolute difference; infinite if only one side is NaN or infinite. */
  readonly absolute: number;
  /** Largest absolute difference, relative to the largest expected number. */
  readonly relative: number;
  /** Largest difference in units of the last place of the expected float32. */
  readonly ulps: number;
  /** Index of the largest absolute difference; 0 if all numbers are equal. */
  readonly at: number;
}

/**
 * Compares numbers one by one. NaN equals NaN, an infinity equals itself.
 *
 * @throws {@link ShapeError} if the counts differ.
 */
export function differenceOf(actual: ArrayLike<number>, expected: ArrayLike<number>): Difference {
  if (actual.length !== expected.length) {
    const counts = `got ${String(actual.length)}, expected ${String(expected.length)}`;
    throw new ShapeError(`difference: wrong number count (${counts})`);
  }
  const unitOf = floatUnits();
  let [absolute, ulps, at, largest] = [0, 0, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    const apart = distance(actual[i], expected[i]);
    if (Number.isFinite(expected[i])) largest = Math.max(largest, Math.abs(expected[i]));
    if (apart === 0) continue;
    ulps = Math.max(ulps, apart / unitOf(expected[i]));
    if (apart > absolute) [absolute, at] = [apart, i];
  }
  return { absolute, relative: absolute === 0 ? 0 : absolute / largest, ulps, at };
}

function distance(actual: number, expected: number): number {
  if (actual === expected || (Number.isNaN(actual) && Number.isNaN(expected))) return 0;
  const apart = Math.abs(actual - expected);
  return Number.isNaN(apart) ? Infinity : apart;
}

/** Fraction bits of a float32. */
const FRACTION_BITS = 23;
const EXPONENT_BIAS = 127;

/** Returns a function for the unit in the last place of the float32 nearest to a number. */
function floatUnits(): (value: number) => number {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  return (value) => {
    float[0] = Math.abs(value);
    const exponent = Math.max(1, bits[0] >>> FRACTION_BITS); // denormals share the least one
    return 2 ** (exponent - EXPONENT_BIAS - FRACTION_BITS);
  };
}
