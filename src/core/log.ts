const SQRT_HALF = 0.7071067811865476;
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const word = new DataView(new ArrayBuffer(8));

/**
 * Natural logarithm in float64 with the same bits on every engine, which `Math.log` does not promise.
 *
 * x = m·2^e with m in [√½, √2); ln m = 2·artanh(s), s = (m − 1)/(m + 1), by its series up to s²¹.
 *
 * @returns ln x; −Infinity for ±0, NaN for negative x and NaN.
 */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  let exponent = 0;
  let mantissa = x;
  if (mantissa < 2.2250738585072014e-308) {
    mantissa *= 18014398509481984; // 2^54: denormals
    exponent = -54;
  }
  word.setFloat64(0, mantissa);
  const high = word.getUint32(0);
  exponent += ((high >>> 20) & 0x7ff) - 1022;
  word.setUint32(0, (high & 0x000fffff) | 0x3fe00000);
  mantissa = word.getFloat64(0);
  if (mantissa < SQRT_HALF) {
    mantissa *= 2;
    exponent -= 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  let series = 1 / 21;
  for (let k = 19; k >= 1; k -= 2) series = series * z + 1 / k;
  return exponent * LN2_HIGH + (2 * s * series + exponent * LN2_LOW);
}
