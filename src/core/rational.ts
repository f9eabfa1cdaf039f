import { FcnError } from './errors.js';

/** An exact fraction in lowest terms with a positive denominator. */
export interface Rational {
  /** Numerator, with the sign. */
  readonly num: number;
  /** Denominator, ≥ 1. */
  readonly den: number;
}

/**
 * The fraction num / den in lowest terms.
 *
 * @throws {@link FcnError} if the denominator is 0 or a value is not a safe integer.
 */
export function rational(num: number, den = 1): Rational {
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || den === 0) {
    throw new FcnError(`${String(num)}/${String(den)} is not an exact fraction`);
  }
  const divisor = greatestCommonDivisor(Math.abs(num), Math.abs(den)) * Math.sign(den);
  return { num: num / divisor + 0, den: den / divisor };
}

/** a + b. */
export function plus(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den + b.num * a.den, a.den * b.den);
}

/** a − b. */
export function minus(a: Rational, b: Rational): Rational {
  return plus(a, { num: -b.num, den: b.den });
}

/** a · b. */
export function times(a: Rational, b: Rational): Rational {
  return rational(a.num * b.num, a.den * b.den);
}

/** a / b. */
export function over(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den, a.den * b.num);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
