import { Exp } from './exp';
import { load_lanes, store_lanes } from './lanes';

/** y = 1 / (1 + exp(−x)) over n f32. `y` may be `x`. */
export function sigmoid_f32(x: usize, y: usize, n: i32): void {
  const one = f32x4.splat(1);
  const bytes = (<usize>n) << 2;
  let at: usize = 0;
  while (at < bytes) {
    const whole = at + 16 <= bytes;
    const e = Exp.f32x4(f32x4.neg(load_lanes(x + at, whole)));
    store_lanes(y + at, f32x4.div(one, f32x4.add(one, e)), whole);
    at += whole ? 16 : 4;
  }
}

/** gradX += gradY · (y · (1 − y)) over n f32. */
export function sigmoid_backward_f32(y: usize, gradY: usize, gradX: usize, n: i32): void {
  const one = f32x4.splat(1);
  const bytes = (<usize>n) << 2;
  let at: usize = 0;
  while (at < bytes) {
    const whole = at + 16 <= bytes;
    const value = load_lanes(y + at, whole);
    const slope = f32x4.mul(value, f32x4.sub(one, value));
    const term = f32x4.mul(load_lanes(gradY + at, whole), slope);
    store_lanes(gradX + at, f32x4.add(load_lanes(gradX + at, whole), term), whole);
    at += whole ? 16 : 4;
  }
}
