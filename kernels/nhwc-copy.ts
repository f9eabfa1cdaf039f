/**
 * Copies channels of NHWC pixels into another map: crops and concatenations. All fields are 4 bytes,
 * steps in bytes. `src/plan/algorithms/maps/copy-job.ts` writes the job.
 */
@unmanaged
class CopyJob {
  /** First channel of the first pixel to read. */
  x: usize;
  /** First channel of the first pixel to write. */
  y: usize;
  xRowStep: i32;
  xColumnStep: i32;
  yRowStep: i32;
  yColumnStep: i32;
  rows: i32;
  columns: i32;
  channels: i32;
  /** Channels after the copied ones that are set to 0. */
  clear: i32;
  /** Rows of a task. */
  bandRows: i32;
}

/**
 * Runs one task of a copy, a band of rows: `channels` floats of each pixel, then `clear` zeros. Other
 * channels of a pixel are not written. `address` points to a {@link CopyJob}.
 */
export function nhwc_copy_f32(address: usize, task: i32): void {
  const job = changetype<CopyJob>(address);
  const first = task * job.bandRows;
  const end = min(first + job.bandRows, job.rows);
  for (let row = first; row < end; row++) {
    let x = job.x + <usize>(row * job.xRowStep);
    let y = job.y + <usize>(row * job.yRowStep);
    for (let column = 0; column < job.columns; column++) {
      copy_pixel(x, y, job.channels, job.clear);
      x += job.xColumnStep;
      y += job.yColumnStep;
    }
  }
}

function copy_pixel(x: usize, y: usize, channels: i32, clear: i32): void {
  for (; channels >= 4; channels -= 4, x += 16, y += 16) v128.store(y, v128.load(x));
  for (; channels > 0; channels--, x += 4, y += 4) store<f32>(y, load<f32>(x));
  for (; clear > 0; clear--, y += 4) store<f32>(y, 0);
}
