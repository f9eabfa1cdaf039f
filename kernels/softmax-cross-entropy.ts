import { load_lanes, store_lanes } from './lanes';
import { Log } from './log';

/** Lookup of the label's probability, for 2 row-major pixels at a time. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class
class Pixels {
  /** max(p[label], FLT_MIN) of a pixel; 1, whose logarithm is 0, if the pixel is ignored. */
  @inline
  static probability(p: usize, label: f32, ignore: f32, step: usize): f64 {
    if (label == ignore) return 1;
    return <f64>max<f32>(load<f32>(p + <usize>(<i32>label) * step), 1.1754943508222875e-38);
  }
}

/**
 * −Σ ln(max(p[label], FLT_MIN)) in f64 over the pixels of `p` `[…][channels][inner]` (n f32 in all) in
 * row-major order, 2 logarithms at a time. `labels` holds one f32 per pixel: a channel, or `ignore`.
 */
export function nll_sum_f32(
  p: usize,
  labels: usize,
  n: i32,
  channels: i32,
  inner: i32,
  ignore: f32,
): f64 {
  const step = (<usize>inner) << 2;
  const end = p + ((<usize>n) << 2);
  let sum: f64 = 0;
  for (; p < end; p += <usize>channels * step, labels += step) {
    for (let i: usize = 0; i < step; i += 8) {
      const first = Pixels.probability(p + i, load<f32>(labels + i), ignore, step);
      let second: f64 = 1;
      if (i + 4 < step) {
        second = Pixels.probability(p + i + 4, load<f32>(labels + i, 4), ignore, step);
      }
      const logs = Log.f64x2(f64x2.replace_lane(f64x2.splat(first), 1, second));
      sum -= f64x2.extract_lane(logs, 0);
      sum -= f64x2.extract_lane(logs, 1);
    }
  }
  return sum;
}

/** gradX += (p − 1{label}) · scale; pixels whose label is `ignore` are skipped. */
export function softmax_nll_backward_f32(
  p: usize,
  labels: usize,
  gradX: usize,
  n: i32,
  channels: i32,
  inner: i32,
  ignore: f32,
  scale: f32,
): void {
  const step = (<usize>inner) << 2;
  const image = <usize>channels * step;
  const end = p + ((<usize>n) << 2);
  const one = f32x4.splat(1);
  const scales = f32x4.splat(scale);
  const ignored = f32x4.splat(ignore);
  for (; p < end; p += image, gradX += image, labels += step) {
    let i: usize = 0;
    while (i < step) {
      const whole = i + 16 <= step;
      const label = load_lanes(labels + i, whole);
      const counts = f32x4.ne(label, ignored);
      let channel = f32x4.splat(0);
      const stop = i + image;
      for (let at = i; at < stop; at += step) {
        const target = v128.and(f32x4.eq(label, channel), one);
        const term = f32x4.mul(f32x4.sub(load_lanes(p + at, whole), target), scales);
        const before = load_lanes(gradX + at, whole);
        store_lanes(gradX + at, v128.bitselect(f32x4.add(before, term), before, counts), whole);
        channel = f32x4.add(channel, one);
      }
      i += whole ? 16 : 4;
    }
  }
}
