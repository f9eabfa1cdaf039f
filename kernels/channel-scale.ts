/**
 * y = x · scale[c] + shift[c] over `planes` maps of `inner` f32; c is the number of the map modulo
 * `channels`. The address of `shift` is 0 for none. `y` may be `x`.
 */
export function channel_scale_f32(
  x: usize,
  scale: usize,
  shift: usize,
  y: usize,
  planes: i32,
  channels: i32,
  inner: i32,
): void {
  for (let plane = 0; plane < planes; plane++) {
    const c = (<usize>(plane % channels)) << 2;
    const factor = load<f32>(scale + c);
    const end = x + ((<usize>inner) << 2);
    if (shift == 0) {
      const factors = f32x4.splat(factor);
      for (; x + 16 <= end; x += 16, y += 16) v128.store(y, f32x4.mul(v128.load(x), factors));
      for (; x < end; x += 4, y += 4) store<f32>(y, load<f32>(x) * factor);
    } else {
      const term = load<f32>(shift + c);
      const factors = f32x4.splat(factor);
      const terms = f32x4.splat(term);
      for (; x + 16 <= end; x += 16, y += 16) {
        v128.store(y, f32x4.add(f32x4.mul(v128.load(x), factors), terms));
      }
      for (; x < end; x += 4, y += 4) store<f32>(y, load<f32>(x) * factor + term);
    }
  }
}

/** gradX += gradY · scale[c] over `planes` maps of `inner` f32. */
export function channel_scale_backward_input_f32(
  gradY: usize,
  scale: usize,
  gradX: usize,
  planes: i32,
  channels: i32,
  inner: i32,
): void {
  for (let plane = 0; plane < planes; plane++) {
    const factor = load<f32>(scale + ((<usize>(plane % channels)) << 2));
    const factors = f32x4.splat(factor);
    const end = gradY + ((<usize>inner) << 2);
    for (; gradY + 16 <= end; gradY += 16, gradX += 16) {
      const product = f32x4.mul(v128.load(gradY), factors);
      v128.store(gradX, f32x4.add(v128.load(gradX), product));
    }
    for (; gradY < end; gradY += 4, gradX += 4) {
      store<f32>(gradX, load<f32>(gradX) + load<f32>(gradY) * factor);
    }
  }
}

/** gradScale[c] += Σ over images and positions of x · gradY, summed in f64 and rounded once. */
export function channel_scale_backward_scale_f32(
  x: usize,
  gradY: usize,
  gradScale: usize,
  images: i32,
  channels: i32,
  inner: i32,
): void {
  const mapBytes = (<usize>inner) << 2;
  for (let c = 0; c < channels; c++, gradScale += 4) {
    let sum: f64 = 0;
    for (let n = 0; n < images; n++) {
      const start = <usize>(n * channels + c) * mapBytes;
      for (let at = start; at < start + mapBytes; at += 4) {
        sum += <f64>load<f32>(x + at) * <f64>load<f32>(gradY + at);
      }
    }
    store<f32>(gradScale, load<f32>(gradScale) + <f32>sum);
  }
}
