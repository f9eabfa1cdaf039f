/** Speed reference for benches: multiplies and adds in registers, 64 floating-point operations in each of `rounds`. */
export function multiply_add_f32(rounds: i32, factor: f32): f32 {
  const m = f32x4.splat(factor);
  let a = f32x4.splat(1);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  for (; rounds > 0; rounds--) {
    a = f32x4.add(a, f32x4.mul(m, a));
    b = f32x4.add(b, f32x4.mul(m, b));
    c = f32x4.add(c, f32x4.mul(m, c));
    d = f32x4.add(d, f32x4.mul(m, d));
    e = f32x4.add(e, f32x4.mul(m, e));
    f = f32x4.add(f, f32x4.mul(m, f));
    g = f32x4.add(g, f32x4.mul(m, g));
    h = f32x4.add(h, f32x4.mul(m, h));
  }
  const left = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  const right = f32x4.add(f32x4.add(e, f), f32x4.add(g, h));
  return f32x4.extract_lane(f32x4.add(left, right), 0);
}
