import { FcnError } from '../core/errors.js';
import { exp } from '../core/exp.js';
import { ln } from '../core/log.js';

/** baseⁿ for an integer n, by repeated squaring: only products, so the same bits on every engine. */
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

/**
 * base^exponent with the same bits on every engine, which `Math.pow` does not guarantee.
 *
 * @throws {@link FcnError} if the base is negative and the exponent is not an integer.
 */
export function power(base: number, exponent: number): number {
  if (Number.isInteger(exponent)) return integerPower(base, exponent);
  if (base < 0)
    throw new FcnError(
      `power: negative base (got ${String(base)} with exponent ${String(exponent)}, expected a base ≥ 0)`,
    );
  return exp(exponent * ln(base));
}
