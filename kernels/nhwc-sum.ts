/**
 * Weighted sum of NHWC maps of the same pitch. All fields are 4 bytes, steps in bytes; followed by
 * `termCount` times {@link SumTerm}. `src/plan/algorithms/maps/sum-job.ts` writes the job.
 */
@unmanaged
class SumJob {
  /** Pixel (0, 0), channel 0 of the result; the result must not overlap a term. */
  y: usize;
  yRowStep: i32;
  rows: i32;
  columns: i32;
  /** Bytes of a pixel, a multiple of 16. */
  pixelBytes: i32;
  /** Padding channels; they are set to 0. */
  clear: i32;
  /** At least 1. */
  termCount: i32;
  /** Not 0: the sum starts with +0; 0: it starts with the first term. */
  fromZero: i32;
  /** Not 0 for ReLU: negative sums become 0. */
  relu: i32;
  /** Rows of a task. */
  bandRows: i32;
}

/** One operand. */
@unmanaged
class SumTerm {
  /** Channel 0 of the operand's pixel at the result's pixel (0, 0). */
  x: usize;
  xRowStep: i32;
  coefficient: f32;
}

/**
 * Runs one task of a weighted sum, a band of rows: y = Σ coefficient · x in the order of the terms, one
 * rounding per product and per sum, then the optional max(0, y), which keeps NaN.
 * `address` points to a {@link SumJob}.
 */
export function nhwc_sum_f32(address: usize, task: i32): void {
  const job = changetype<SumJob>(address);
  const first = task * job.bandRows;
  const end = min(first + job.bandRows, job.rows);
  const length = <usize>(job.columns * job.pixelBytes);
  for (let row = first; row < end; row++) {
    const y = job.y + <usize>(row * job.yRowStep);
    let at = address + offsetof<SumJob>();
    for (let i = 0; i < job.termCount; i++, at += offsetof<SumTerm>()) {
      const term = changetype<SumTerm>(at);
      const x = term.x + <usize>(row * term.xRowStep);
      if (i > 0) add_row(x, term.coefficient, y, length);
      else start_row(x, term.coefficient, y, length, job.fromZero != 0);
    }
    if (job.relu) rectify_row(y, length);
    if (job.clear) clear_padding(y, y + length, <usize>job.pixelBytes, (<usize>job.clear) << 2);
  }
}

/** y = coefficient · x, or 0 + coefficient · x; the two differ in the sign of zeros. */
function start_row(x: usize, coefficient: f32, y: usize, length: usize, fromZero: bool): void {
  const factor = f32x4.splat(coefficient);
  // −0 + v has the bits of v for every v.
  const start = f32x4.splat(fromZero ? 0 : -0.0);
  for (const end = y + length; y < end; x += 16, y += 16) {
    v128.store(y, f32x4.add(start, f32x4.mul(factor, v128.load(x))));
  }
}

/** y += coefficient · x. */
function add_row(x: usize, coefficient: f32, y: usize, length: usize): void {
  const factor = f32x4.splat(coefficient);
  for (const end = y + length; y < end; x += 16, y += 16) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(factor, v128.load(x))));
  }
}

/** y = max(0, y). */
function rectify_row(y: usize, length: usize): void {
  const zero = f32x4.splat(0);
  for (const end = y + length; y < end; y += 16) {
    const value = v128.load(y);
    v128.store(y, v128.andnot(value, f32x4.le(value, zero)));
  }
}

/** Sets the last `clear` bytes of each pixel of a row to 0. */
function clear_padding(y: usize, end: usize, pixelBytes: usize, clear: usize): void {
  while (y < end) {
    y += pixelBytes;
    for (let at = y - clear; at < y; at += 4) store<f32>(at, 0);
  }
}
