/** Max pooling of NHWC maps. All fields are 4 bytes, steps in bytes. `src/plan/algorithms/maps/pool-job.ts` writes the job. */
@unmanaged
class PoolJob {
  /** Pixel (0, 0), channel 0 of the two maps. */
  x: usize;
  y: usize;
  xRowStep: i32;
  xColumnStep: i32;
  yRowStep: i32;
  yColumnStep: i32;
  channels: i32;
  /** Bytes of an output pixel, a multiple of 16. */
  pixelBytes: i32;
  height: i32;
  width: i32;
  outHeight: i32;
  outWidth: i32;
  windowY: i32;
  windowX: i32;
  strideY: i32;
  strideX: i32;
  paddingY: i32;
  paddingX: i32;
  /** Output rows of a task. */
  bandRows: i32;
}

/**
 * Runs one task of a max pooling, a band of output rows: y = first maximum of each window; NaN wins;
 * −FLT_MAX for an empty window; padding channels become 0. `address` points to a {@link PoolJob}.
 */
export function nhwc_max_pool_f32(address: usize, task: i32): void {
  const job = changetype<PoolJob>(address);
  const first = task * job.bandRows;
  const end = min(first + job.bandRows, job.outHeight);
  for (let oy = first; oy < end; oy++) {
    const start = oy * job.strideY - job.paddingY;
    const top = max(start, 0);
    const bottom = min(start + job.windowY, job.height);
    let y = job.y + <usize>(oy * job.yRowStep);
    for (let ox = 0; ox < job.outWidth; ox++, y += job.yColumnStep) {
      const at = ox * job.strideX - job.paddingX;
      const left = max(at, 0);
      const right = min(at + job.windowX, job.width);
      if (top < bottom && left < right) {
        const x = job.x + <usize>(top * job.xRowStep + left * job.xColumnStep);
        largest(job, x, y, bottom - top, right - left);
      } else lowest(job, y);
    }
  }
}

/** Writes the maxima of a window of `rows` × `columns` pixels, 4 channels at a time. */
function largest(job: PoolJob, x: usize, y: usize, rows: i32, columns: i32): void {
  const step = <usize>job.xColumnStep;
  const back = <usize>(job.xRowStep - columns * job.xColumnStep);
  for (const end = y + <usize>job.pixelBytes; y < end; x += 16, y += 16) {
    let best = v128.load(x);
    let at = x;
    for (let row = rows; row > 0; row--, at += back) {
      for (let column = columns; column > 0; column--, at += step) {
        const value = v128.load(at);
        // Not less or equal: greater, or one of the two is NaN; a NaN maximum is kept.
        const wins = v128.andnot(f32x4.eq(best, best), f32x4.le(value, best));
        best = v128.bitselect(value, best, wins);
      }
    }
    v128.store(y, best);
  }
}

/** Writes the maxima of an empty window. */
function lowest(job: PoolJob, y: usize): void {
  const real = (<usize>job.channels) << 2;
  for (let c: usize = 0; c < <usize>job.pixelBytes; c += 4) {
    store<f32>(y + c, c < real ? -f32.MAX_VALUE : 0);
  }
}
