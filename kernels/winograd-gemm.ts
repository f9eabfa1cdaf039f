/**
 * m[i, j] = start[j] + Σ_k v[i, k] · u[k, j] for `rows` rows and 8 columns, k ascending, one rounding per
 * product and per sum. If the address `start` is 0: m += Σ_k v · u.
 *
 * Row i of `v` starts i·vStep bytes after it, row i of `m` i·mStep bytes; `u` is packed `[k][8]`; k is a
 * multiple of 4. Rows are processed in fours; if the last four are incomplete, the last row is repeated:
 * all copies are read before one is written, and are equal.
 *
 * Every k-step is in its own basic block (the `break`s, of which only the last is ever taken): V8
 * hoists all loads of a block above its arithmetic, and with more than one step in a block the
 * accumulators would spill.
 */
export function multiply_8_columns(
  v: usize,
  vStep: usize,
  u: usize,
  m: usize,
  mStep: usize,
  k: i32,
  rows: i32,
  start: usize,
): void {
  for (let i = 0; i < rows; i += 4) {
    const i1 = <usize>min(i + 1, rows - 1);
    const i2 = <usize>min(i + 2, rows - 1);
    const i3 = <usize>min(i + 3, rows - 1);
    let a0 = v + <usize>i * vStep;
    let a1 = v + i1 * vStep;
    let a2 = v + i2 * vStep;
    let a3 = v + i3 * vStep;
    let b = u;
    let left = k;
    let s00 = start ? v128.load(start) : f32x4.splat(0);
    let s01 = start ? v128.load(start, 16) : f32x4.splat(0);
    let s10 = s00;
    let s11 = s01;
    let s20 = s00;
    let s21 = s01;
    let s30 = s00;
    let s31 = s01;
    while (true) {
      let b0 = v128.load(b);
      let b1 = v128.load(b, 16);
      let r = v128.load_splat<f32>(a0);
      s00 = f32x4.add(s00, f32x4.mul(r, b0));
      s01 = f32x4.add(s01, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a1);
      s10 = f32x4.add(s10, f32x4.mul(r, b0));
      s11 = f32x4.add(s11, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a2);
      s20 = f32x4.add(s20, f32x4.mul(r, b0));
      s21 = f32x4.add(s21, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a3);
      s30 = f32x4.add(s30, f32x4.mul(r, b0));
      s31 = f32x4.add(s31, f32x4.mul(r, b1));
      if (left == 1) break;
      b0 = v128.load(b, 32);
      b1 = v128.load(b, 48);
      r = v128.load_splat<f32>(a0, 4);
      s00 = f32x4.add(s00, f32x4.mul(r, b0));
      s01 = f32x4.add(s01, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a1, 4);
      s10 = f32x4.add(s10, f32x4.mul(r, b0));
      s11 = f32x4.add(s11, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a2, 4);
      s20 = f32x4.add(s20, f32x4.mul(r, b0));
      s21 = f32x4.add(s21, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a3, 4);
      s30 = f32x4.add(s30, f32x4.mul(r, b0));
      s31 = f32x4.add(s31, f32x4.mul(r, b1));
      if (left == 2) break;
      b0 = v128.load(b, 64);
      b1 = v128.load(b, 80);
      r = v128.load_splat<f32>(a0, 8);
      s00 = f32x4.add(s00, f32x4.mul(r, b0));
      s01 = f32x4.add(s01, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a1, 8);
      s10 = f32x4.add(s10, f32x4.mul(r, b0));
      s11 = f32x4.add(s11, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a2, 8);
      s20 = f32x4.add(s20, f32x4.mul(r, b0));
      s21 = f32x4.add(s21, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a3, 8);
      s30 = f32x4.add(s30, f32x4.mul(r, b0));
      s31 = f32x4.add(s31, f32x4.mul(r, b1));
      if (left == 3) break;
      b0 = v128.load(b, 96);
      b1 = v128.load(b, 112);
      r = v128.load_splat<f32>(a0, 12);
      s00 = f32x4.add(s00, f32x4.mul(r, b0));
      s01 = f32x4.add(s01, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a1, 12);
      s10 = f32x4.add(s10, f32x4.mul(r, b0));
      s11 = f32x4.add(s11, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a2, 12);
      s20 = f32x4.add(s20, f32x4.mul(r, b0));
      s21 = f32x4.add(s21, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(a3, 12);
      s30 = f32x4.add(s30, f32x4.mul(r, b0));
      s31 = f32x4.add(s31, f32x4.mul(r, b1));
      left -= 4;
      if (left <= 0) break;
      a0 += 16;
      a1 += 16;
      a2 += 16;
      a3 += 16;
      b += 128;
    }
    const c0 = m + <usize>i * mStep;
    const c1 = m + i1 * mStep;
    const c2 = m + i2 * mStep;
    const c3 = m + i3 * mStep;
    if (!start) {
      s00 = f32x4.add(v128.load(c0), s00);
      s01 = f32x4.add(v128.load(c0, 16), s01);
      s10 = f32x4.add(v128.load(c1), s10);
      s11 = f32x4.add(v128.load(c1, 16), s11);
      s20 = f32x4.add(v128.load(c2), s20);
      s21 = f32x4.add(v128.load(c2, 16), s21);
      s30 = f32x4.add(v128.load(c3), s30);
      s31 = f32x4.add(v128.load(c3, 16), s31);
    }
    v128.store(c0, s00);
    v128.store(c0, s01, 16);
    v128.store(c1, s10);
    v128.store(c1, s11, 16);
    v128.store(c2, s20);
    v128.store(c2, s21, 16);
    v128.store(c3, s30);
    v128.store(c3, s31, 16);
  }
}
