import { exp, EXP_SERIES, powerOfTwo } from '../../core/exp.js';
import { ln } from '../../core/log.js';
import type { FloatArray } from '../attributes.js';

const LOG2_E = Math.fround(1.4426950408889634);
/** ln 2 truncated to 15 bits, so that its product with an exponent is exact, and the remainder. */
const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 0.000001428606765330187;
/** 1.5 · 2²³: adding it rounds to an integer, ties to even. */
const ROUNDER = 12582912;

/**
 * eˣ in float32, every step rounded: the definition that the kernels follow. Error at most 1.25 ulp.
 *
 * x = n·ln 2 + r with |r| ≤ ½·ln 2; eʳ by its series up to r⁷; times 2ⁿ, in two factors so that a
 * denormal is rounded once. Below −104 the result is 0, from 88.722837 on Infinity; NaN stays NaN.
 *
 * @param x - A float32 number.
 */
export function expFloat32(x: number): number {
  const round = Math.fround;
  const inside = Math.max(-105, Math.min(x, 89));
  const n = round(round(round(inside * LOG2_E) + ROUNDER) - ROUNDER);
  const r = round(round(inside - round(n * LN2_HIGH)) - round(n * LN2_LOW));
  let sum = round(EXP_SERIES[7]);
  for (let k = 6; k >= 0; k--) sum = round(round(sum * r) + round(EXP_SERIES[k]));
  const half = n >> 1;
  return round(round(sum * powerOfTwo(half)) * powerOfTwo(n - half));
}

/** Exponential function for the precision of `y`: {@link expFloat32}, or `Math.exp` in float64. */
export function expOf(y: FloatArray): (x: number) => number {
  return y instanceof Float32Array ? expFloat32 : Math.exp;
}

/** Power function for the precision of `y`, base > 0: exp(exponent · ln base) in float64, rounded once. */
export function powOf(y: FloatArray): (base: number, exponent: number) => number {
  if (!(y instanceof Float32Array)) return Math.pow;
  return (base, exponent) => Math.fround(exp(exponent * ln(base)));
}
