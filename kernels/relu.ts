/** y = x if x > 0 or x is NaN, else +0, over n f32. `y` may be `x`. */
export function relu_f32(x: usize, y: usize, n: i32): void {
  const zero = f32x4.splat(0);
  const end = x + ((<usize>n) << 2);
  for (; x + 16 <= end; x += 16, y += 16) {
    const value = v128.load(x);
    v128.store(y, v128.andnot(value, f32x4.le(value, zero)));
  }
  for (; x < end; x += 4, y += 4) {
    const value = load<f32>(x);
    store<f32>(y, value <= 0 ? 0 : value);
  }
}

/** gradX += gradY if x > 0, else += 0, over n f32. `gradX` must not overlap `x` or `gradY`. */
export function relu_backward_f32(x: usize, gradY: usize, gradX: usize, n: i32): void {
  const zero = f32x4.splat(0);
  const end = x + ((<usize>n) << 2);
  for (; x + 16 <= end; x += 16, gradY += 16, gradX += 16) {
    const passed = v128.and(f32x4.gt(v128.load(x), zero), v128.load(gradY));
    v128.store(gradX, f32x4.add(v128.load(gradX), passed));
  }
  for (; x < end; x += 4, gradY += 4, gradX += 4) {
    const passed: f32 = load<f32>(x) > 0 ? load<f32>(gradY) : 0;
    store<f32>(gradX, load<f32>(gradX) + passed);
  }
}
