import { DirectJob, Tile } from './direct-job';

/**
 * Computes one tile of a convolution: 4 pixels × 8 output channels.
 *
 * acc = bias; for all segments, for all their floats k: acc += x[k] · w[k], one rounding per product and
 * per sum; then the optional max(0, acc), which keeps NaN. A pixel may be listed more than once; it
 * is then stored more than once.
 *
 * Every k-step is in its own basic block (the `break`s), for the reason given in `gemm.ts`.
 */
export function gemm_nhwc_4x8(job: DirectJob, tile: Tile): void {
  const x0 = tile.x0;
  const x1 = tile.x1;
  const x2 = tile.x2;
  const x3 = tile.x3;
  const length = job.segmentLength;
  const segments = changetype<usize>(job) + offsetof<DirectJob>();
  const end = segments + ((<usize>job.segmentCount) << 2);
  let w = tile.w;
  let s00 = v128.load(tile.bias);
  let s01 = v128.load(tile.bias, 16);
  let s10 = s00;
  let s11 = s01;
  let s20 = s00;
  let s21 = s01;
  let s30 = s00;
  let s31 = s01;
  for (let segment = segments; segment < end; segment += 4) {
    const offset = load<usize>(segment);
    let p0 = x0 + offset;
    let p1 = x1 + offset;
    let p2 = x2 + offset;
    let p3 = x3 + offset;
    let k = length;
    while (true) {
      let b0 = v128.load(w);
      let b1 = v128.load(w, 16);
      let r = v128.load_splat<f32>(p0);
      s00 = f32x4.add(s00, f32x4.mul(r, b0));
      s01 = f32x4.add(s01, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p1);
      s10 = f32x4.add(s10, f32x4.mul(r, b0));
      s11 = f32x4.add(s11, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p2);
      s20 = f32x4.add(s20, f32x4.mul(r, b0));
      s21 = f32x4.add(s21, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p3);
      s30 = f32x4.add(s30, f32x4.mul(r, b0));
      s31 = f32x4.add(s31, f32x4.mul(r, b1));
      if (k == 1) break;
      b0 = v128.load(w, 32);
      b1 = v128.load(w, 48);
      r = v128.load_splat<f32>(p0, 4);
      s00 = f32x4.add(s00, f32x4.mul(r, b0));
      s01 = f32x4.add(s01, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p1, 4);
      s10 = f32x4.add(s10, f32x4.mul(r, b0));
      s11 = f32x4.add(s11, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p2, 4);
      s20 = f32x4.add(s20, f32x4.mul(r, b0));
      s21 = f32x4.add(s21, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p3, 4);
      s30 = f32x4.add(s30, f32x4.mul(r, b0));
      s31 = f32x4.add(s31, f32x4.mul(r, b1));
      if (k == 2) break;
      b0 = v128.load(w, 64);
      b1 = v128.load(w, 80);
      r = v128.load_splat<f32>(p0, 8);
      s00 = f32x4.add(s00, f32x4.mul(r, b0));
      s01 = f32x4.add(s01, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p1, 8);
      s10 = f32x4.add(s10, f32x4.mul(r, b0));
      s11 = f32x4.add(s11, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p2, 8);
      s20 = f32x4.add(s20, f32x4.mul(r, b0));
      s21 = f32x4.add(s21, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p3, 8);
      s30 = f32x4.add(s30, f32x4.mul(r, b0));
      s31 = f32x4.add(s31, f32x4.mul(r, b1));
      if (k == 3) break;
      b0 = v128.load(w, 96);
      b1 = v128.load(w, 112);
      r = v128.load_splat<f32>(p0, 12);
      s00 = f32x4.add(s00, f32x4.mul(r, b0));
      s01 = f32x4.add(s01, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p1, 12);
      s10 = f32x4.add(s10, f32x4.mul(r, b0));
      s11 = f32x4.add(s11, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p2, 12);
      s20 = f32x4.add(s20, f32x4.mul(r, b0));
      s21 = f32x4.add(s21, f32x4.mul(r, b1));
      r = v128.load_splat<f32>(p3, 12);
      s30 = f32x4.add(s30, f32x4.mul(r, b0));
      s31 = f32x4.add(s31, f32x4.mul(r, b1));
      k -= 4;
      w += 128;
      if (k == 0) break;
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
    }
    w += (<usize>k) << 5;
  }
  if (job.relu) {
    const zero = f32x4.splat(0);
    s00 = v128.andnot(s00, f32x4.le(s00, zero));
    s01 = v128.andnot(s01, f32x4.le(s01, zero));
    s10 = v128.andnot(s10, f32x4.le(s10, zero));
    s11 = v128.andnot(s11, f32x4.le(s11, zero));
    s20 = v128.andnot(s20, f32x4.le(s20, zero));
    s21 = v128.andnot(s21, f32x4.le(s21, zero));
    s30 = v128.andnot(s30, f32x4.le(s30, zero));
    s31 = v128.andnot(s31, f32x4.le(s31, zero));
  }
  v128.store(tile.y0, s00);
  v128.store(tile.y0, s01, 16);
  v128.store(tile.y1, s10);
  v128.store(tile.y1, s11, 16);
  v128.store(tile.y2, s20);
  v128.store(tile.y2, s21, 16);
  v128.store(tile.y3, s30);
  v128.store(tile.y3, s31, 16);
}
