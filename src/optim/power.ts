const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const TERMS = 14;

/**
 * eˣ in float64 with the same bits on every engine, which `Math.exp` does not promise.
 *
 * x = k·ln 2 + r with |r| ≤ ½·ln 2; eʳ by its series up to r¹⁴, times 2ᵏ by exact doublings.
 *
 * @returns eˣ; 0 and Infinity where the exponent leaves the float64 range, NaN for NaN.
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 710) return Infinity;
  if (x < -745.2) return 0;
  const doublings = Math.round(x / (LN2_HIGH + LN2_LOW));
  const rest = x - doublings * LN2_HIGH - doublings * LN2_LOW;
  let series = 1;
  for (let k = TERMS; k >= 1; k--) series = 1 + (series * rest) / k;
  const half = Math.trunc(doublings / 2); // in two parts, so that 2ᵏ itself need not be a number
  return series * integerPower(2, half) * integerPower(2, doublings - half);
}

/** baseⁿ for an integer n, by repeated squaring: products only, so the same bits on every engine. */
export function integerPower(base: number, n: number): number {
  if (n < 0) return 1 / integerPower(base, -n);
  let result = 1;
  let square = base;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
