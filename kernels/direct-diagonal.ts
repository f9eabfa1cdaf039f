/**
 * A transposed convolution of NHWC maps with one kernel per channel, such as bilinear upsampling. All
 * fields are 4 bytes, steps in bytes. strideY · strideX times {@link DiagonalPhase} follow, row by row.
 * `src/plan/algorithms/depthwise/diagonal-job.ts` writes the job.
 */
@unmanaged
class DiagonalJob {
  /** Pixel (0, 0), channel 0 of the two maps. */
  x: usize;
  y: usize;
  /** Weights, [tap][channel], including the padding channels of a pixel. */
  w: usize;
  /** Start values, one per channel, including the padding channels of a pixel. */
  bias: usize;
  xRowStep: i32;
  xColumnStep: i32;
  yRowStep: i32;
  yColumnStep: i32;
  outHeight: i32;
  outWidth: i32;
  strideY: i32;
  strideX: i32;
  /** Bytes of a pixel, a multiple of 16. */
  pixelBytes: i32;
  /** Input rows of a task; the task writes strideY times as many output rows. */
  bandRows: i32;
  /** Not 0: negative sums become 0. */
  relu: i32;
}

/** The taps that reach the output pixels with the same remainders modulo the stride. */
@unmanaged
class DiagonalPhase {
  /** Byte offset from the job to the first {@link DiagonalTap}. */
  taps: i32;
  tapCount: i32;
}

/** Byte offsets of a tap: of its pixel, relative to the input pixel of the output pixel, and of its weights. */
@unmanaged
class DiagonalTap {
  x: i32;
  w: i32;
}

/**
 * Runs one task of a transposed convolution with one kernel per channel, a band of rows: acc = bias, then
 * acc += x · w over the contributing taps, ky, kx ascending; then the optional max(0, acc).
 *
 * For finite values and start values other than −0, the bits equal those of a convolution whose weight is
 * zero between different channels: products of ±0 do not change these sums.
 * `address` points to a {@link DiagonalJob}.
 */
export function direct_diagonal_f32(address: usize, task: i32): void {
  const job = changetype<DiagonalJob>(address);
  const first = task * job.bandRows * job.strideY;
  const end = min(first + job.bandRows * job.strideY, job.outHeight);
  const phases = min(job.strideX, job.outWidth);
  for (let oy = first; oy < end; oy++) {
    const row = oy / job.strideY;
    const x = job.x + <usize>(row * job.xRowStep);
    const y = job.y + <usize>(oy * job.yRowStep);
    const remainder = (oy - row * job.strideY) * job.strideX;
    for (let rx = 0; rx < phases; rx++) {
      const at =
        address + offsetof<DiagonalJob>() + <usize>(remainder + rx) * offsetof<DiagonalPhase>();
      const phase = changetype<DiagonalPhase>(at);
      const taps = address + <usize>phase.taps;
      const columns = (job.outWidth - rx + job.strideX - 1) / job.strideX;
      const target = y + <usize>(rx * job.yColumnStep);
      for (let c: usize = 0; c < <usize>job.pixelBytes; c += 16) {
        if (phase.tapCount == 4) four_taps(job, taps, c, x + c, target + c, columns);
        else any_taps(job, taps, phase.tapCount, c, x + c, target + c, columns);
      }
    }
  }
}

/** Computes 4 channels of a phase's pixels in one row, with the weights of 4 taps in registers. */
function four_taps(
  job: DiagonalJob,
  taps: usize,
  channel: usize,
  x: usize,
  y: usize,
  columns: i32,
): void {
  const xStep = <usize>job.xColumnStep;
  const yStep = <usize>(job.strideX * job.yColumnStep);
  const bias = v128.load(job.bias + channel);
  const w = job.w + channel;
  const w0 = v128.load(w + load<usize>(taps, 4));
  const w1 = v128.load(w + load<usize>(taps, 12));
  const w2 = v128.load(w + load<usize>(taps, 20));
  const w3 = v128.load(w + load<usize>(taps, 28));
  let x0 = x + load<usize>(taps);
  let x1 = x + load<usize>(taps, 8);
  let x2 = x + load<usize>(taps, 16);
  let x3 = x + load<usize>(taps, 24);
  const floor = floor_of(job);
  for (; columns > 0; columns--, y += yStep) {
    let sum = f32x4.add(bias, f32x4.mul(v128.load(x0), w0));
    sum = f32x4.add(sum, f32x4.mul(v128.load(x1), w1));
    sum = f32x4.add(sum, f32x4.mul(v128.load(x2), w2));
    sum = f32x4.add(sum, f32x4.mul(v128.load(x3), w3));
    v128.store(y, v128.andnot(sum, f32x4.le(sum, floor)));
    x0 += xStep;
    x1 += xStep;
    x2 += xStep;
    x3 += xStep;
  }
}

/** Computes 4 channels of a phase's pixels in one row, for any number of taps. */
function any_taps(
  job: DiagonalJob,
  taps: usize,
  tapCount: i32,
  channel: usize,
  x: usize,
  y: usize,
  columns: i32,
): void {
  const yStep = <usize>(job.strideX * job.yColumnStep);
  const w = job.w + channel;
  const end = taps + <usize>tapCount * offsetof<DiagonalTap>();
  const floor = floor_of(job);
  for (; columns > 0; columns--, x += <usize>job.xColumnStep, y += yStep) {
    let sum = v128.load(job.bias + channel);
    for (let at = taps; at < end; at += offsetof<DiagonalTap>()) {
      const factor = v128.load(w + load<usize>(at, 4));
      sum = f32x4.add(sum, f32x4.mul(v128.load(x + load<usize>(at)), factor));
    }
    v128.store(y, v128.andnot(sum, f32x4.le(sum, floor)));
  }
}

/** Lower bound of the ReLU: 0, or NaN without ReLU (every comparison with NaN is false). */
function floor_of(job: DiagonalJob): v128 {
  return f32x4.splat(job.relu ? 0 : f32.NaN);
}
