const LOG2_E = 1.4426950408889634;
/** ln 2 cut to 33 bits, so that its product with an exponent is exact, and the rest. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** 1.5 · 2⁵²: adding it rounds the fraction away, ties to even. */
const ROUNDER = 6755399441055744;

/** 1/k! for k = 0 … 13: the exponential series. */
export const EXP_SERIES: readonly number[] = [
  1,
  1,
  1 / 2,
  1 / 6,
  1 / 24,
  1 / 120,
  1 / 720,
  1 / 5040,
  1 / 40320,
  1 / 362880,
  1 / 3628800,
  1 / 39916800,
  1 / 479001600,
  1 / 6227020800,
];

/**
 * eˣ in float64 with the same bits on every engine, which `Math.exp` does not promise.
 *
 * x = n·ln 2 + r with |r| ≤ ½·ln 2; eʳ by its series up to r¹³; times 2ⁿ, in two factors so that
 * neither leaves the range of float64.
 *
 * @returns eˣ; 0 and Infinity where the result leaves that range, NaN for NaN.
 */
export function exp(x: number): number {
  const inside = Math.max(-746, Math.min(x, 710));
  const n = inside * LOG2_E + ROUNDER - ROUNDER;
  const r = inside - n * LN2_HIGH - n * LN2_LOW;
  let sum = EXP_SERIES[13];
  for (let k = 12; k >= 0; k--) sum = sum * r + EXP_SERIES[k];
  const half = n >> 1;
  return sum * powerOfTwo(half) * powerOfTwo(n - half);
}

const word = new DataView(new ArrayBuffer(8));

/** 2ⁿ for an integer n from −1022 to 1023, through the bits of the exponent. */
export function powerOfTwo(n: number): number {
  word.setInt32(0, (n + 1023) << 20);
  return word.getFloat64(0);
}
