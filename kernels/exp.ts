/**
 * Exponential function of the lanes of a vector. Static methods, because a method may have `@inline` and a
 * function may not: without it Binaryen keeps a call for every vector.
 *
 * Same steps as `src/backend/reference/exp.ts` and `src/core/exp.ts`. The integer n is in the low bits
 * of x·log₂e + rounder; each half of n becomes a power of two by a shift into the exponent bits of a
 * float. `pmin` and `pmax` keep a NaN in the first operand.
 */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class
export class Exp {
  /** eˣ of 4 f32. */
  @inline
  static f32x4(x: v128): v128 {
    const rounder = f32x4.splat(12582912);
    const inside = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-105));
    const shifted = f32x4.add(f32x4.mul(inside, f32x4.splat(1.4426950408889634)), rounder);
    const n = f32x4.sub(shifted, rounder);
    const high = f32x4.mul(n, f32x4.splat(0.693145751953125));
    const low = f32x4.mul(n, f32x4.splat(0.000001428606765330187));
    const r = f32x4.sub(f32x4.sub(inside, high), low);
    let sum = f32x4.splat(<f32>(1.0 / 5040.0));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(<f32>(1.0 / 720.0)));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(<f32>(1.0 / 120.0)));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(<f32>(1.0 / 24.0)));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(<f32>(1.0 / 6.0)));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
    const exponent = i32x4.sub(shifted, rounder);
    const half = i32x4.shr_s(exponent, 1);
    const rest = i32x4.sub(exponent, half);
    const bias = i32x4.splat(127);
    sum = f32x4.mul(sum, i32x4.shl(i32x4.add(half, bias), 23));
    return f32x4.mul(sum, i32x4.shl(i32x4.add(rest, bias), 23));
  }

  /** eˣ of 2 f64. */
  @inline
  static f64x2(x: v128): v128 {
    const rounder = f64x2.splat(6755399441055744);
    const inside = f64x2.pmax(f64x2.pmin(x, f64x2.splat(710)), f64x2.splat(-746));
    const shifted = f64x2.add(f64x2.mul(inside, f64x2.splat(1.4426950408889634)), rounder);
    const n = f64x2.sub(shifted, rounder);
    const high = f64x2.mul(n, f64x2.splat(0.6931471803691238));
    const low = f64x2.mul(n, f64x2.splat(1.9082149292705877e-10));
    const r = f64x2.sub(f64x2.sub(inside, high), low);
    let sum = f64x2.splat(1.0 / 6227020800.0);
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 479001600.0));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 39916800.0));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 3628800.0));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 362880.0));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 40320.0));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 5040.0));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 720.0));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 120.0));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 24.0));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 6.0));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(0.5));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1));
    sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1));
    const exponent = i64x2.sub(shifted, rounder);
    const half = i64x2.shr_s(exponent, 1);
    const rest = i64x2.sub(exponent, half);
    const bias = i64x2.splat(1023);
    sum = f64x2.mul(sum, i64x2.shl(i64x2.add(half, bias), 52));
    return f64x2.mul(sum, i64x2.shl(i64x2.add(rest, bias), 52));
  }
}
