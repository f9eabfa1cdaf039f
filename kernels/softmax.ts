import { Exp } from './exp';
import { load_lanes, store_lanes } from './lanes';

/**
 * y = exp(x − max) / Σ over the channels of each pixel of `[n / (channels·inner)][channels][inner]` f32.
 * Channels ascending, 4 pixels at a time. `y` may be `x`.
 */
export function softmax_f32(x: usize, y: usize, n: i32, channels: i32, inner: i32): void {
  const step = (<usize>inner) << 2;
  const image = <usize>channels * step;
  const end = x + ((<usize>n) << 2);
  for (; x < end; x += image, y += image) {
    let i: usize = 0;
    while (i < step) {
      const whole = i + 16 <= step;
      const stop = i + image;
      let top = load_lanes(x + i, whole);
      for (let at = i + step; at < stop; at += step) {
        top = f32x4.pmax(top, load_lanes(x + at, whole));
      }
      let sum = f32x4.splat(0);
      for (let at = i; at < stop; at += step) {
        const e = Exp.f32x4(f32x4.sub(load_lanes(x + at, whole), top));
        sum = f32x4.add(sum, e);
        store_lanes(y + at, e, whole);
      }
      for (let at = i; at < stop; at += step) {
        store_lanes(y + at, f32x4.div(load_lanes(y + at, whole), sum), whole);
      }
      i += whole ? 16 : 4;
    }
  }
}

/** gradX += y · (gradY − Σ y · gradY), the sum over the channels of each pixel, ascending. */
export function softmax_backward_f32(
  y: usize,
  gradY: usize,
  gradX: usize,
  n: i32,
  channels: i32,
  inner: i32,
): void {
  const step = (<usize>inner) << 2;
  const image = <usize>channels * step;
  const end = y + ((<usize>n) << 2);
  for (; y < end; y += image, gradY += image, gradX += image) {
    let i: usize = 0;
    while (i < step) {
      const whole = i + 16 <= step;
      const stop = i + image;
      let dot = f32x4.splat(0);
      for (let at = i; at < stop; at += step) {
        const product = f32x4.mul(load_lanes(y + at, whole), load_lanes(gradY + at, whole));
        dot = f32x4.add(dot, product);
      }
      for (let at = i; at < stop; at += step) {
        const slope = f32x4.sub(load_lanes(gradY + at, whole), dot);
        const term = f32x4.mul(load_lanes(y + at, whole), slope);
        store_lanes(gradX + at, f32x4.add(load_lanes(gradX + at, whole), term), whole);
      }
      i += whole ? 16 : 4;
    }
  }
}
