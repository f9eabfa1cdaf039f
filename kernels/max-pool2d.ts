import { fourFit, neighbours, PoolShape } from './pool-shape';

/**
 * y = first maximum of each window; NaN wins; −FLT_MAX for an empty window. argmax = its index in its
 * map, or −1, as f32; the address `argmax` is 0 for none.
 */
export function max_pool2d_f32(x: usize, y: usize, argmax: usize, shape: usize): void {
  const p = changetype<PoolShape>(shape);
  const mapBytes = (<usize>(p.height * p.width)) << 2;
  for (let plane = 0; plane < p.planes; plane++, x += mapBytes) {
    for (let oy = 0; oy < p.outHeight; oy++) {
      const start = oy * p.strideY - p.paddingY;
      const top = max(start, 0);
      const bottom = min(start + p.windowY, p.height);
      let ox = 0;
      while (ox < p.outWidth) {
        const left = ox * p.strideX - p.paddingX;
        if (top < bottom && ox + 4 <= p.outWidth && fourFit(left, p)) {
          fourWindows(x, y, argmax, top, bottom, left, p);
          ox += 4;
          y += 16;
          if (argmax) argmax += 16;
        } else {
          oneWindow(x, y, argmax, top, bottom, left, p);
          ox++;
          y += 4;
          if (argmax) argmax += 4;
        }
      }
    }
  }
}

function fourWindows(
  x: usize,
  y: usize,
  argmax: usize,
  top: i32,
  bottom: i32,
  left: i32,
  p: PoolShape,
): void {
  const stride = p.strideX;
  const one = i32x4.splat(1);
  let rowAt = i32x4.add(
    i32x4.splat(top * p.width + left),
    i32x4.mul(i32x4.splat(stride), i32x4(0, 1, 2, 3)),
  );
  let row = x + ((<usize>(top * p.width + left)) << 2);
  let best = neighbours(row, stride);
  let bestAt = rowAt;
  for (let ky = top; ky < bottom; ky++) {
    let at = rowAt;
    for (let kx = 0; kx < p.windowX; kx++) {
      const value = neighbours(row + ((<usize>kx) << 2), stride);
      // Not less or equal: greater, or one of the two is NaN; a NaN maximum is kept.
      const wins = v128.andnot(f32x4.eq(best, best), f32x4.le(value, best));
      best = v128.bitselect(value, best, wins);
      bestAt = v128.bitselect(at, bestAt, wins);
      at = i32x4.add(at, one);
    }
    row += (<usize>p.width) << 2;
    rowAt = i32x4.add(rowAt, i32x4.splat(p.width));
  }
  v128.store(y, best);
  if (argmax) v128.store(argmax, f32x4.convert_i32x4_s(bestAt));
}

function oneWindow(
  x: usize,
  y: usize,
  argmax: usize,
  top: i32,
  bottom: i32,
  left: i32,
  p: PoolShape,
): void {
  const right = min(left + p.windowX, p.width);
  let best: f32 = -f32.MAX_VALUE;
  let bestAt = -1;
  for (let row = top; row < bottom; row++) {
    for (let column = max(left, 0); column < right; column++) {
      const at = row * p.width + column;
      const value = load<f32>(x + ((<usize>at) << 2));
      if (bestAt < 0 || (best == best && !(value <= best))) {
        best = value;
        bestAt = at;
      }
    }
  }
  store<f32>(y, best);
  if (argmax) store<f32>(argmax, <f32>bestAt);
}

/** gradX[argmax] += gradY over `planes` maps of `outSize` and `inSize` f32, in the order of gradY. */
export function max_pool2d_backward_f32(
  gradY: usize,
  argmax: usize,
  gradX: usize,
  planes: i32,
  outSize: i32,
  inSize: i32,
): void {
  for (let plane = 0; plane < planes; plane++, gradX += (<usize>inSize) << 2) {
    for (let i = 0; i < outSize; i++, gradY += 4, argmax += 4) {
      const at = <i32>load<f32>(argmax);
      if (at < 0) continue;
      const target = gradX + ((<usize>at) << 2);
      store<f32>(target, load<f32>(target) + load<f32>(gradY));
    }
  }
}
