/** y[n, c, …] = bias[c] for `images` × `channels` maps of `inner` f32; y = 0 if the address `bias` is 0. */
export function fill_channels_f32(
  y: usize,
  images: i32,
  channels: i32,
  inner: i32,
  bias: usize,
): void {
  for (let n = 0; n < images; n++) {
    for (let c = 0; c < channels; c++) {
      const value: f32 = bias ? load<f32>(bias + ((<usize>c) << 2)) : 0;
      const lanes = f32x4.splat(value);
      let i: i32 = 0;
      for (; i + 4 <= inner; i += 4) v128.store(y + ((<usize>i) << 2), lanes);
      for (; i < inner; i++) store<f32>(y + ((<usize>i) << 2), value);
      y += (<usize>inner) << 2;
    }
  }
}

/** gradBias[c] += Σ over n and positions of gradY `[images][channels][inner]`, summed in f64. */
export function bias_backward_f32(
  gradY: usize,
  images: i32,
  channels: i32,
  inner: i32,
  gradBias: usize,
): void {
  const plane = (<usize>inner) << 2;
  for (let c = 0; c < channels; c++) {
    let sum: f64 = 0;
    for (let n = 0; n < images; n++) {
      const from = gradY + <usize>(n * channels + c) * plane;
      for (let at: usize = 0; at < plane; at += 4) sum += <f64>load<f32>(from + at);
    }
    const to = gradBias + ((<usize>c) << 2);
    store<f32>(to, load<f32>(to) + <f32>sum);
  }
}
