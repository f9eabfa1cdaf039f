/**
 * A convolution on NHWC maps: the job of the kernels in `direct-conv.ts` and `direct-transposed.ts`.
 *
 * The window of one output pixel is a list of segments, runs of contiguous floats of the input, so that
 * any stride, dilation and padding only changes addresses: padding is read from the zero border of the
 * map. Output channels are in blocks of 8, the lanes of a tile. Fields are 4 bytes each, in this order,
 * all steps in bytes; the job is followed by `segmentCount` byte offsets (i32), the start of each segment
 * relative to `x`. `src/plan/algorithms/direct/direct-job.ts` writes the job.
 */
@unmanaged
export class DirectJob {
  /** Base address of the segments of output pixel (0, 0) of the first group. */
  x: usize;
  /** Weights, [block][segment][float of the segment][8]. */
  w: usize;
  /** Start values of the sums, [block][8]. */
  bias: usize;
  /** Output pixel (0, 0), channel 0. */
  y: usize;
  /** Byte offset from this job to the scratch: `TILE_BYTES` for each task. */
  scratch: i32;
  segmentCount: i32;
  /** Length of every segment in floats, at least 1. */
  segmentLength: i32;
  rows: i32;
  columns: i32;
  xRowStep: i32;
  xColumnStep: i32;
  yRowStep: i32;
  yColumnStep: i32;
  groups: i32;
  /** Distance between the channels of neighbouring groups. */
  xGroupStep: i32;
  yGroupStep: i32;
  /** Blocks of output channels in a group. */
  groupBlocks: i32;
  /** Output channels in the last block of a group. */
  lastLanes: i32;
  /** Padding channels after the last output channel; they are set to 0. */
  clear: i32;
  /** Not 0 for ReLU: negative sums become 0. */
  relu: i32;
  /** Output rows of a task; task = band + bands · (blocks / taskBlocks). */
  bandRows: i32;
  bands: i32;
  /** Blocks of a task. */
  taskBlocks: i32;
}

/**
 * Four output pixels of a block: addresses that the micro-kernel reads and writes. A pixel may be listed
 * more than once. Followed by space for four pixels of 8 channels.
 */
@unmanaged
export class Tile {
  x0: usize;
  x1: usize;
  x2: usize;
  x3: usize;
  y0: usize;
  y1: usize;
  y2: usize;
  y3: usize;
  /** Weights and start values of the block. */
  w: usize;
  bias: usize;
  /** The first pixel of the next tile. */
  x: usize;
  y: usize;
}

/** Scratch per task in bytes: a {@link Tile} and the space after it. */
export const TILE_BYTES: usize = 192;
