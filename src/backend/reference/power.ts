import { exp } from '../../core/exp.js';
import { ln } from '../../core/log.js';

/** a^b in float64 by e^(b · ln |a|); integer exponents up to 64 by multiplication. */
export function power(a: number, b: number): number {
  if (Number.isInteger(b) && Math.abs(b) <= 64) {
    let product = 1;
    for (let i = 0; i < Math.abs(b); i++) product *= a;
    return b < 0 ? 1 / product : product;
  }
  if (a === 0) return b > 0 ? 0 : Infinity;
  const magnitude = exp(b * ln(Math.abs(a)));
  if (a > 0 || a !== a) return magnitude;
  return Number.isInteger(b) ? (b % 2 === 0 ? magnitude : -magnitude) : NaN;
}
