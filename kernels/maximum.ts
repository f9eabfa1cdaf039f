/** y = a if a > b or a is NaN, else b, over n f32. `y` may be `a` or `b`. */
export function maximum_f32(a: usize, b: usize, y: usize, n: i32): void {
  const end = a + ((<usize>n) << 2);
  for (; a + 16 <= end; a += 16, b += 16, y += 16) {
    const first = v128.load(a);
    const second = v128.load(b);
    v128.store(y, v128.bitselect(first, second, wins(first, second)));
  }
  for (; a < end; a += 4, b += 4, y += 4) {
    const first = load<f32>(a);
    const second = load<f32>(b);
    store<f32>(y, first > second || first != first ? first : second);
  }
}

/** grad += gradY if a was taken, else += 0, over n f32. */
export function maximum_backward_first_f32(
  a: usize,
  b: usize,
  gradY: usize,
  grad: usize,
  n: i32,
): void {
  const end = a + ((<usize>n) << 2);
  for (; a + 16 <= end; a += 16, b += 16, gradY += 16, grad += 16) {
    const passed = v128.and(v128.load(gradY), wins(v128.load(a), v128.load(b)));
    v128.store(grad, f32x4.add(v128.load(grad), passed));
  }
  for (; a < end; a += 4, b += 4, gradY += 4, grad += 4) {
    const first = load<f32>(a);
    const passed: f32 = first > load<f32>(b) || first != first ? load<f32>(gradY) : 0;
    store<f32>(grad, load<f32>(grad) + passed);
  }
}

/** grad += gradY if b was taken, else += 0, over n f32. */
export function maximum_backward_second_f32(
  a: usize,
  b: usize,
  gradY: usize,
  grad: usize,
  n: i32,
): void {
  const end = a + ((<usize>n) << 2);
  for (; a + 16 <= end; a += 16, b += 16, gradY += 16, grad += 16) {
    const passed = v128.andnot(v128.load(gradY), wins(v128.load(a), v128.load(b)));
    v128.store(grad, f32x4.add(v128.load(grad), passed));
  }
  for (; a < end; a += 4, b += 4, gradY += 4, grad += 4) {
    const first = load<f32>(a);
    const passed: f32 = first > load<f32>(b) || first != first ? 0 : load<f32>(gradY);
    store<f32>(grad, load<f32>(grad) + passed);
  }
}

function wins(a: v128, b: v128): v128 {
  return v128.or(f32x4.gt(a, b), f32x4.ne(a, a));
}
