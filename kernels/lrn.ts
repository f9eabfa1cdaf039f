import { load_lanes, store_lanes } from './lanes';
import { Log } from './log';

/** scale = k + share · Σ x² over the `size` channels around each channel, ascending; one `[channels][inner]`. */
export function lrn_scale_f32(
  x: usize,
  scale: usize,
  channels: i32,
  inner: i32,
  size: i32,
  share: f32,
  k: f32,
): void {
  const step = (<usize>inner) << 2;
  const shares = f32x4.splat(share);
  const ks = f32x4.splat(k);
  const reach = size >> 1;
  for (let c = 0; c < channels; c++) {
    const from = <usize>max<i32>(0, c - reach) * step;
    const end = <usize>min<i32>(channels, c + reach + 1) * step;
    let i: usize = 0;
    while (i < step) {
      const whole = i + 16 <= step;
      let sum = f32x4.splat(0);
      for (let at = from + i; at < end; at += step) {
        const value = load_lanes(x + at, whole);
        sum = f32x4.add(sum, f32x4.mul(value, value));
      }
      store_lanes(scale + i, f32x4.add(ks, f32x4.mul(shares, sum)), whole);
      i += whole ? 16 : 4;
    }
    scale += step;
  }
}

/** y = x · scale^−beta over n f32; the power in f64, rounded once. */
export function lrn_apply_f32(x: usize, scale: usize, y: usize, n: i32, beta: f64): void {
  const exponent = f64x2.splat(-beta);
  const bytes = (<usize>n) << 2;
  let at: usize = 0;
  while (at < bytes) {
    const whole = at + 16 <= bytes;
    const factor = Log.power(load_lanes(scale + at, whole), exponent);
    store_lanes(y + at, f32x4.mul(load_lanes(x + at, whole), factor), whole);
    at += whole ? 16 : 4;
  }
}

/** gradX += gradY · scale^−beta, and ratio = gradY · y / scale, over n f32. */
export function lrn_backward_direct_f32(
  y: usize,
  scale: usize,
  gradY: usize,
  gradX: usize,
  ratio: usize,
  n: i32,
  beta: f64,
): void {
  const exponent = f64x2.splat(-beta);
  const bytes = (<usize>n) << 2;
  let at: usize = 0;
  while (at < bytes) {
    const whole = at + 16 <= bytes;
    const base = load_lanes(scale + at, whole);
    const grad = load_lanes(gradY + at, whole);
    const term = f32x4.mul(grad, Log.power(base, exponent));
    store_lanes(gradX + at, f32x4.add(load_lanes(gradX + at, whole), term), whole);
    const product = f32x4.mul(grad, load_lanes(y + at, whole));
    store_lanes(ratio + at, f32x4.div(product, base), whole);
    at += whole ? 16 : 4;
  }
}

/** gradX −= (factor · x) · Σ ratio over the `size` channels around each channel; one `[channels][inner]`. */
export function lrn_backward_window_f32(
  x: usize,
  ratio: usize,
  gradX: usize,
  channels: i32,
  inner: i32,
  size: i32,
  factor: f32,
): void {
  const step = (<usize>inner) << 2;
  const factors = f32x4.splat(factor);
  const reach = size >> 1;
  for (let c = 0; c < channels; c++) {
    const from = <usize>max<i32>(0, c - reach) * step;
    const end = <usize>min<i32>(channels, c + reach + 1) * step;
    let i: usize = 0;
    while (i < step) {
      const whole = i + 16 <= step;
      let sum = f32x4.splat(0);
      for (let at = from + i; at < end; at += step) {
        sum = f32x4.add(sum, load_lanes(ratio + at, whole));
      }
      const term = f32x4.mul(f32x4.mul(factors, load_lanes(x + i, whole)), sum);
      store_lanes(gradX + i, f32x4.sub(load_lanes(gradX + i, whole), term), whole);
      i += whole ? 16 : 4;
    }
    x += step;
    gradX += step;
  }
}
