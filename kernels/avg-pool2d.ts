import { fourFit, neighbours, PoolShape } from './pool-shape';

/** y = sum of each window, in row-major order, / its area including the border. */
export function avg_pool2d_f32(x: usize, y: usize, shape: usize): void {
  const p = changetype<PoolShape>(shape);
  const mapBytes = (<usize>(p.height * p.width)) << 2;
  for (let plane = 0; plane < p.planes; plane++, x += mapBytes) {
    for (let oy = 0; oy < p.outHeight; oy++) {
      let ox = 0;
      while (ox < p.outWidth) {
        const left = ox * p.strideX - p.paddingX;
        if (ox + 4 <= p.outWidth && fourFit(left, p)) {
          fourWindows(x, y, oy, left, p);
          ox += 4;
          y += 16;
        } else {
          oneWindow(x, y, oy, left, p);
          ox++;
          y += 4;
        }
      }
    }
  }
}

function fourWindows(x: usize, y: usize, oy: i32, left: i32, p: PoolShape): void {
  const start = oy * p.strideY - p.paddingY;
  const bottom = min(start + p.windowY, p.height);
  let sum = f32x4.splat(0);
  for (let row = max(start, 0); row < bottom; row++) {
    const from = x + ((<usize>(row * p.width + left)) << 2);
    for (let kx = 0; kx < p.windowX; kx++) {
      sum = f32x4.add(sum, neighbours(from + ((<usize>kx) << 2), p.strideX));
    }
  }
  v128.store(y, f32x4.div(sum, f32x4.splat(<f32>areaOf(start, left, p))));
}

function oneWindow(x: usize, y: usize, oy: i32, left: i32, p: PoolShape): void {
  const start = oy * p.strideY - p.paddingY;
  const bottom = min(start + p.windowY, p.height);
  const right = min(left + p.windowX, p.width);
  let sum: f32 = 0;
  for (let row = max(start, 0); row < bottom; row++) {
    for (let column = max(left, 0); column < right; column++) {
      sum += load<f32>(x + ((<usize>(row * p.width + column)) << 2));
    }
  }
  store<f32>(y, sum / <f32>areaOf(start, left, p));
}

/** Area of a window including the border, clipped at the far border; at least 1. */
function areaOf(top: i32, left: i32, p: PoolShape): i32 {
  const rows = min(top + p.windowY, p.height + p.paddingY) - top;
  const columns = min(left + p.windowX, p.width + p.paddingX) - left;
  return max(max(rows, 0) * max(columns, 0), 1);
}

/** gradX += gradY / area over each window, in the order of gradY. */
export function avg_pool2d_backward_f32(gradY: usize, gradX: usize, shape: usize): void {
  const p = changetype<PoolShape>(shape);
  const mapBytes = (<usize>(p.height * p.width)) << 2;
  for (let plane = 0; plane < p.planes; plane++, gradX += mapBytes) {
    for (let oy = 0; oy < p.outHeight; oy++) {
      for (let ox = 0; ox < p.outWidth; ox++, gradY += 4) {
        const top = oy * p.strideY - p.paddingY;
        const left = ox * p.strideX - p.paddingX;
        spread(gradX, load<f32>(gradY) / <f32>areaOf(top, left, p), top, left, p);
      }
    }
  }
}

function spread(gradX: usize, share: f32, top: i32, left: i32, p: PoolShape): void {
  const bottom = min(top + p.windowY, p.height);
  const right = min(left + p.windowX, p.width);
  const shares = f32x4.splat(share);
  for (let row = max(top, 0); row < bottom; row++) {
    const map = gradX + ((<usize>(row * p.width)) << 2);
    let column = max(left, 0);
    for (; column + 4 <= right; column += 4) {
      const at = map + ((<usize>column) << 2);
      v128.store(at, f32x4.add(v128.load(at), shares));
    }
    for (; column < right; column++) {
      const at = map + ((<usize>column) << 2);
      store<f32>(at, load<f32>(at) + share);
    }
  }
}
