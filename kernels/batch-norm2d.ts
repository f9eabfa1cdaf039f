import { load_lanes, store_lanes } from './lanes';

/** Terms of one channel for the kernels below. */
@unmanaged
class ChannelTerms {
  mean: f32;
  /** 1 / √(variance + epsilon). */
  invStd: f32;
  /** Forward: factor after normalising. Backward: invStd times that factor. */
  gain: f32;
  /** Summand after the factor. */
  shift: f32;
  /** Mean of gradY. */
  offset: f32;
  /** Mean of gradY · x̂. */
  slope: f32;
}

/** mean[c] and biased variance[c] of `[images][channels][inner]` f32; f64 sums in index order. */
export function channel_moments_f32(
  x: usize,
  mean: usize,
  variance: usize,
  images: i32,
  channels: i32,
  inner: i32,
): void {
  const step = (<usize>inner) << 2;
  const image = <usize>channels * step;
  const end = <usize>images * image;
  const count = <f64>images * <f64>inner;
  for (let c = 0; c < channels; c++, x += step, mean += 4, variance += 4) {
    let sum: f64 = 0;
    for (let map: usize = 0; map < end; map += image)
      for (let at = x + map; at < x + map + step; at += 4) sum += <f64>load<f32>(at);
    const center = sum / count;
    let squares: f64 = 0;
    for (let map: usize = 0; map < end; map += image)
      for (let at = x + map; at < x + map + step; at += 4) {
        const distance = <f64>load<f32>(at) - center;
        squares += distance * distance;
      }
    store<f32>(mean, <f32>center);
    store<f32>(variance, <f32>(squares / count));
  }
}

/** y = ((x − mean) · invStd) · gain + shift over `planes` maps of `inner` f32; plane p has channel p mod C. */
export function batch_norm_f32(
  x: usize,
  y: usize,
  terms: usize,
  planes: i32,
  channels: i32,
  inner: i32,
): void {
  const step = (<usize>inner) << 2;
  for (let plane = 0; plane < planes; plane++, x += step, y += step) {
    const own = changetype<ChannelTerms>(
      terms + <usize>(plane % channels) * offsetof<ChannelTerms>(),
    );
    const mean = f32x4.splat(own.mean);
    const invStd = f32x4.splat(own.invStd);
    const gain = f32x4.splat(own.gain);
    const shift = f32x4.splat(own.shift);
    let i: usize = 0;
    while (i < step) {
      const whole = i + 16 <= step;
      const normal = f32x4.mul(f32x4.sub(load_lanes(x + i, whole), mean), invStd);
      store_lanes(y + i, f32x4.add(f32x4.mul(normal, gain), shift), whole);
      i += whole ? 16 : 4;
    }
  }
}

/**
 * sums = Σ gradY, Σ gradY · x̂ (two f64) over the maps of one channel. `x` and `gradY` point to the first
 * map; the next one is `image` bytes further.
 */
export function batch_norm_sums_f32(
  x: usize,
  gradY: usize,
  sums: usize,
  images: i32,
  image: usize,
  inner: i32,
  mean: f32,
  invStd: f32,
): void {
  const step = (<usize>inner) << 2;
  let sum: f64 = 0;
  let product: f64 = 0;
  for (let n = 0; n < images; n++, x += image, gradY += image) {
    for (let at: usize = 0; at < step; at += 4) {
      const grad = <f64>load<f32>(gradY + at);
      sum += grad;
      product += grad * <f64>((load<f32>(x + at) - mean) * invStd);
    }
  }
  store<f64>(sums, sum);
  store<f64>(sums, product, 8);
}

/** gradX += ((gradY − offset) − x̂ · slope) · gain over `planes` maps of `inner` f32. */
export function batch_norm_backward_f32(
  x: usize,
  gradY: usize,
  gradX: usize,
  terms: usize,
  planes: i32,
  channels: i32,
  inner: i32,
): void {
  const step = (<usize>inner) << 2;
  for (let plane = 0; plane < planes; plane++, x += step, gradY += step, gradX += step) {
    const own = changetype<ChannelTerms>(
      terms + <usize>(plane % channels) * offsetof<ChannelTerms>(),
    );
    const mean = f32x4.splat(own.mean);
    const invStd = f32x4.splat(own.invStd);
    const gain = f32x4.splat(own.gain);
    const offset = f32x4.splat(own.offset);
    const slope = f32x4.splat(own.slope);
    let i: usize = 0;
    while (i < step) {
      const whole = i + 16 <= step;
      const normal = f32x4.mul(f32x4.sub(load_lanes(x + i, whole), mean), invStd);
      const centred = f32x4.sub(load_lanes(gradY + i, whole), offset);
      const term = f32x4.mul(f32x4.sub(centred, f32x4.mul(normal, slope)), gain);
      store_lanes(gradX + i, f32x4.add(load_lanes(gradX + i, whole), term), whole);
      i += whole ? 16 : 4;
    }
  }
}
