/**
 * Functions of 4 float32 numbers. Static, because a method may say `@inline` where a function may not:
 * without it Binaryen leaves a call for every 4 pixels.
 */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class
export class Lanes {
  /**
   * e to the power of each of 4 float32 numbers, the steps of `src/backend/reference/exp.ts`.
   *
   * The integer n stands in the low bits of x·log₂e + 1.5·2²³; both halves of it become powers of two by
   * moving them to where a float32 keeps its exponent.
   */
  @inline
  static exp(x: v128): v128 {
    const rounder = f32x4.splat(12582912);
    const inside = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-105)); // NaN stays
    const shifted = f32x4.add(f32x4.mul(inside, f32x4.splat(1.4426950408889634)), rounder);
    const n = f32x4.sub(shifted, rounder);
    const r = f32x4.sub(
      f32x4.sub(inside, f32x4.mul(n, f32x4.splat(0.693145751953125))),
      f32x4.mul(n, f32x4.splat(0.000001428606765330187)),
    );
    let sum = f32x4.splat(<f32>(1.0 / 5040.0));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(<f32>(1.0 / 720.0)));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(<f32>(1.0 / 120.0)));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(<f32>(1.0 / 24.0)));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(<f32>(1.0 / 6.0)));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
    sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
    const exponent = i32x4.sub(shifted, i32x4.splat(0x4b400000)); // the bits of the rounder
    const half = i32x4.shr_s(exponent, 1);
    const rest = i32x4.sub(exponent, half);
    const bias = i32x4.splat(127);
    sum = f32x4.mul(sum, i32x4.shl(i32x4.add(half, bias), 23));
    return f32x4.mul(sum, i32x4.shl(i32x4.add(rest, bias), 23));
  }
}

/** e to the power of a float64 number, the steps of `src/backend/reference/exp.ts`. */
export function exp_f64(x: f64): f64 {
  const rounder: f64 = 6755399441055744;
  const inside = max<f64>(-746, min<f64>(x, 710));
  const shifted = inside * 1.4426950408889634 + rounder;
  const n = shifted - rounder;
  const r = inside - n * 0.6931471803691238 - n * 1.9082149292705877e-10;
  let sum: f64 = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  const exponent = reinterpret<i64>(shifted) - reinterpret<i64>(rounder);
  const half = exponent >> 1;
  return sum * power_of_two(half) * power_of_two(exponent - half);
}

function power_of_two(n: i64): f64 {
  return reinterpret<f64>((n + 1023) << 52);
}
