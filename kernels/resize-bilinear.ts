import { load_lanes, store_lanes } from './lanes';

/** The two input positions around one output position of an axis, and their weights. */
@unmanaged
class Tap {
  /** Byte offsets of the two input positions from the start of the axis. */
  first: usize;
  second: usize;
  /** Weights of the two input positions; their sum is 1. */
  firstWeight: f32;
  secondWeight: f32;
}

/** rows[i][j] = x[i][first] · firstWeight + x[i][second] · secondWeight, for `columns` taps j. */
export function resize_columns_f32(
  x: usize,
  rows: usize,
  height: i32,
  width: i32,
  taps: usize,
  columns: i32,
): void {
  const end = taps + <usize>columns * offsetof<Tap>();
  for (let i = 0; i < height; i++, x += (<usize>width) << 2) {
    for (let at = taps; at < end; at += offsetof<Tap>(), rows += 4) {
      const tap = changetype<Tap>(at);
      const first = load<f32>(x + tap.first) * tap.firstWeight;
      store<f32>(rows, first + load<f32>(x + tap.second) * tap.secondWeight);
    }
  }
}

/** y[i] = rows[first] · firstWeight + rows[second] · secondWeight, for `height` taps of whole rows. */
export function resize_rows_f32(
  rows: usize,
  y: usize,
  taps: usize,
  height: i32,
  columns: i32,
): void {
  const bytes = (<usize>columns) << 2;
  for (let i = 0; i < height; i++, y += bytes) {
    const tap = changetype<Tap>(taps + <usize>i * offsetof<Tap>());
    const first = rows + tap.first;
    const second = rows + tap.second;
    const a = f32x4.splat(tap.firstWeight);
    const b = f32x4.splat(tap.secondWeight);
    let at: usize = 0;
    while (at < bytes) {
      const whole = at + 16 <= bytes;
      const upper = f32x4.mul(load_lanes(first + at, whole), a);
      const lower = f32x4.mul(load_lanes(second + at, whole), b);
      store_lanes(y + at, f32x4.add(upper, lower), whole);
      at += whole ? 16 : 4;
    }
  }
}

/** rows[first] += gradY[i] · firstWeight, then rows[second] += gradY[i] · secondWeight, i ascending. */
export function resize_rows_backward_f32(
  gradY: usize,
  rows: usize,
  taps: usize,
  height: i32,
  columns: i32,
): void {
  const bytes = (<usize>columns) << 2;
  for (let i = 0; i < height; i++, gradY += bytes) {
    const tap = changetype<Tap>(taps + <usize>i * offsetof<Tap>());
    const first = rows + tap.first;
    const second = rows + tap.second;
    const a = f32x4.splat(tap.firstWeight);
    const b = f32x4.splat(tap.secondWeight);
    let at: usize = 0;
    while (at < bytes) {
      const whole = at + 16 <= bytes;
      const grad = load_lanes(gradY + at, whole);
      const upper = f32x4.add(load_lanes(first + at, whole), f32x4.mul(grad, a));
      store_lanes(first + at, upper, whole);
      const lower = f32x4.add(load_lanes(second + at, whole), f32x4.mul(grad, b)); // may be `first`
      store_lanes(second + at, lower, whole);
      at += whole ? 16 : 4;
    }
  }
}

/** gradX[i][first] += rows[i][j] · firstWeight, then gradX[i][second] += rows[i][j] · secondWeight, j ascending. */
export function resize_columns_backward_f32(
  rows: usize,
  gradX: usize,
  height: i32,
  width: i32,
  taps: usize,
  columns: i32,
): void {
  const end = taps + <usize>columns * offsetof<Tap>();
  for (let i = 0; i < height; i++, gradX += (<usize>width) << 2) {
    for (let at = taps; at < end; at += offsetof<Tap>(), rows += 4) {
      const tap = changetype<Tap>(at);
      const grad = load<f32>(rows);
      const first = gradX + tap.first;
      const second = gradX + tap.second;
      store<f32>(first, load<f32>(first) + grad * tap.firstWeight);
      store<f32>(second, load<f32>(second) + grad * tap.secondWeight);
    }
  }
}
