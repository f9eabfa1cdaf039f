import { Exp } from './exp';

/**
 * Natural logarithms and powers of the lanes of a vector; same steps as `src/core/log.ts` and `powOf`
 * in `src/backend/reference/exp.ts`. Static methods for the reason given in `exp.ts`.
 */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class
export class Log {
  /** ln of 2 f64 that are 0 or converted from f32, so that none is an f64 denormal. */
  @inline
  static f64x2(x: v128): v128 {
    const rounder = f64x2.splat(6755399441055744);
    let exponent = i64x2.sub(i64x2.shr_u(x, 52), i64x2.splat(1022));
    let mantissa = v128.or(
      v128.and(x, i64x2.splat(0x000fffffffffffff)),
      i64x2.splat(0x3fe0000000000000),
    );
    const low = f64x2.lt(mantissa, f64x2.splat(0.7071067811865476));
    mantissa = v128.bitselect(f64x2.add(mantissa, mantissa), mantissa, low);
    exponent = i64x2.add(exponent, low); // true is −1
    const one = f64x2.splat(1);
    const s = f64x2.div(f64x2.sub(mantissa, one), f64x2.add(mantissa, one));
    const z = f64x2.mul(s, s);
    let series = f64x2.splat(1.0 / 21.0);
    series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 19.0));
    series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 17.0));
    series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 15.0));
    series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 13.0));
    series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 11.0));
    series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 9.0));
    series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 7.0));
    series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 5.0));
    series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1.0 / 3.0));
    series = f64x2.add(f64x2.mul(series, z), one);
    const e = f64x2.sub(i64x2.add(exponent, rounder), rounder); // a small integer as a float64
    const artanh = f64x2.mul(f64x2.add(s, s), series);
    const tail = f64x2.add(artanh, f64x2.mul(e, f64x2.splat(1.9082149292705877e-10)));
    let y = f64x2.add(f64x2.mul(e, f64x2.splat(0.6931471803691238)), tail);
    const infinity = f64x2.splat(Infinity);
    const zero = f64x2.splat(0);
    y = v128.bitselect(y, f64x2.splat(NaN), f64x2.gt(x, zero));
    y = v128.bitselect(f64x2.neg(infinity), y, f64x2.eq(x, zero));
    return v128.bitselect(infinity, y, f64x2.eq(x, infinity));
  }

  /** Raises 4 f32 to the power in both lanes of an f64 vector: computed in f64, rounded once. */
  @inline
  static power(base: v128, exponent: v128): v128 {
    const last = v128.shuffle<i64>(base, base, 1, 1);
    const lnFirst = Log.f64x2(f64x2.promote_low_f32x4(base));
    const lnLast = Log.f64x2(f64x2.promote_low_f32x4(last));
    const first2 = f32x4.demote_f64x2_zero(Exp.f64x2(f64x2.mul(exponent, lnFirst)));
    const last2 = f32x4.demote_f64x2_zero(Exp.f64x2(f64x2.mul(exponent, lnLast)));
    return v128.shuffle<i64>(first2, last2, 0, 2);
  }
}
