import { exp_f64 } from './exp';
import { load_lanes, store_lanes } from './lanes';
import { ln_f64 } from './log';

/** scale = k + share · Σ x² over `size` channels around each, ascending, of one `[channels][inner]`. */
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
  const bytes = (<usize>n) << 2;
  for (let at: usize = 0; at < bytes; at += 4) {
    store<f32>(y + at, load<f32>(x + at) * power(load<f32>(scale + at), -beta));
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
  const bytes = (<usize>n) << 2;
  for (let at: usize = 0; at < bytes; at += 4) {
    const base = load<f32>(scale + at);
    const grad = load<f32>(gradY + at);
    store<f32>(gradX + at, load<f32>(gradX + at) + grad * power(base, -beta));
    store<f32>(ratio + at, (grad * load<f32>(y + at)) / base);
  }
}

/** gradX −= (factor · x) · Σ ratio over the channels around each, of one `[channels][inner]`. */
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

function power(base: f32, exponent: f64): f32 {
  return <f32>exp_f64(exponent * ln_f64(<f64>base));
}
