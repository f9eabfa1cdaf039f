/**
 * c[i, j] += Σ_k a[k, i] · b[k, j] for a tile of 4 rows and 8 columns, k ascending, one rounding per
 * product and per sum.
 *
 * `a` is packed `[k][4]`, `b` packed `[k][8]`; row i of `c` starts i·ldc bytes after it. k ≥ 1.
 * Every k-step is in its own basic block (the `break`s): V8 hoists all loads of a block above
 * its arithmetic, and with more than one step in a block the accumulators would spill.
 */
export function gemm_f32_4x8(a: usize, b: usize, c: usize, ldc: usize, k: i32): void {
  const c1 = c + ldc;
  const c2 = c1 + ldc;
  const c3 = c2 + ldc;
  let s00 = v128.load(c);
  let s01 = v128.load(c, 16);
  let s10 = v128.load(c1);
  let s11 = v128.load(c1, 16);
  let s20 = v128.load(c2);
  let s21 = v128.load(c2, 16);
  let s30 = v128.load(c3);
  let s31 = v128.load(c3, 16);
  while (true) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let r = v128.load_splat<f32>(a);
    s00 = f32x4.add(s00, f32x4.mul(r, b0));
    s01 = f32x4.add(s01, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(r, b0));
    s11 = f32x4.add(s11, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 8);
    s20 = f32x4.add(s20, f32x4.mul(r, b0));
    s21 = f32x4.add(s21, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 12);
    s30 = f32x4.add(s30, f32x4.mul(r, b0));
    s31 = f32x4.add(s31, f32x4.mul(r, b1));
    if (k == 1) break;
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    r = v128.load_splat<f32>(a, 16);
    s00 = f32x4.add(s00, f32x4.mul(r, b0));
    s01 = f32x4.add(s01, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 20);
    s10 = f32x4.add(s10, f32x4.mul(r, b0));
    s11 = f32x4.add(s11, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 24);
    s20 = f32x4.add(s20, f32x4.mul(r, b0));
    s21 = f32x4.add(s21, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 28);
    s30 = f32x4.add(s30, f32x4.mul(r, b0));
    s31 = f32x4.add(s31, f32x4.mul(r, b1));
    if (k == 2) break;
    b0 = v128.load(b, 64);
    b1 = v128.load(b, 80);
    r = v128.load_splat<f32>(a, 32);
    s00 = f32x4.add(s00, f32x4.mul(r, b0));
    s01 = f32x4.add(s01, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 36);
    s10 = f32x4.add(s10, f32x4.mul(r, b0));
    s11 = f32x4.add(s11, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 40);
    s20 = f32x4.add(s20, f32x4.mul(r, b0));
    s21 = f32x4.add(s21, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 44);
    s30 = f32x4.add(s30, f32x4.mul(r, b0));
    s31 = f32x4.add(s31, f32x4.mul(r, b1));
    if (k == 3) break;
    b0 = v128.load(b, 96);
    b1 = v128.load(b, 112);
    r = v128.load_splat<f32>(a, 48);
    s00 = f32x4.add(s00, f32x4.mul(r, b0));
    s01 = f32x4.add(s01, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 52);
    s10 = f32x4.add(s10, f32x4.mul(r, b0));
    s11 = f32x4.add(s11, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 56);
    s20 = f32x4.add(s20, f32x4.mul(r, b0));
    s21 = f32x4.add(s21, f32x4.mul(r, b1));
    r = v128.load_splat<f32>(a, 60);
    s30 = f32x4.add(s30, f32x4.mul(r, b0));
    s31 = f32x4.add(s31, f32x4.mul(r, b1));
    k -= 4;
    if (k <= 0) break;
    a += 64;
    b += 128;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}
