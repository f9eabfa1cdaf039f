/** y += coefficient · x over n f32; the product is rounded before the addition. */
export function add_scaled_f32(x: usize, coefficient: f32, y: usize, n: i32): void {
  const factor = f32x4.splat(coefficient);
  const end = x + ((<usize>n) << 2);
  for (; x + 16 <= end; x += 16, y += 16) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(factor, v128.load(x))));
  }
  for (; x < end; x += 4, y += 4) {
    store<f32>(y, load<f32>(y) + coefficient * load<f32>(x));
  }
}

/** y += a · b over n f32; the product is rounded before the addition. */
export function add_product_f32(a: usize, b: usize, y: usize, n: i32): void {
  const end = a + ((<usize>n) << 2);
  for (; a + 16 <= end; a += 16, b += 16, y += 16) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(v128.load(a), v128.load(b))));
  }
  for (; a < end; a += 4, b += 4, y += 4) {
    store<f32>(y, load<f32>(y) + load<f32>(a) * load<f32>(b));
  }
}
