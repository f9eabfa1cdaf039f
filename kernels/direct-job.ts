/**
 * A convolution on NHWC maps: what the kernels of `direct-conv.ts` and `direct-transposed.ts` work on.
 *
 * The window of one output pixel is a list of segments, runs of contiguous floats of the input, so that
 * any stride, dilation and padding is a matter of addresses alone: padding is read from the zero
 * border of the map. Output channels come in blocks of 8, the lanes of a tile. Fields are 4 bytes each,
 * in this order, all steps in bytes; `segmentCount` byte offsets (i32) from `x` of each segment follow
 * them. `src/plan/algorithms/direct/direct-job.ts` writes it.
 */
@unmanaged
export class DirectJob {
  /** Where the segments of output pixel (0, 0) of the first group are counted from. */
  x: usize;
  /** Weights, [block][segment][float of the segment][8]. */
  w: usize;
  /** Start values of the sums, [block][8]. */
  bias: usize;
  /** Output pixel (0, 0), channel 0. */
  y: usize;
  /** `TILE_BYTES` for each task: a byte offset from this job. */
  scratch: i32;
  segmentCount: i32;
  /** Floats of every segment, at least 1. */
  segmentLength: i32;
  rows: i32;
  columns: i32;
  xRowStep: i32;
  xColumnStep: i32;
  yRowStep: i32;
  yColumnStep: i32;
  groups: i32;
  /** Between the channels of neighbouring groups. */
  xGroupStep: i32;
  yGroupStep: i32;
  /** Blocks of output channels in a group. */
  groupBlocks: i32;
  /** Output channels in the last block of a group. */
  lastLanes: i32;
  /** Padding channels behind the last output channel, which are set to 0. */
  clear: i32;
  /** Not 0: negative sums become 0. */
  relu: i32;
  /** Output rows of a task; task = band + bands · (blocks / taskBlocks). */
  bandRows: i32;
  bands: i32;
  /** Blocks of a task. */
  taskBlocks: i32;
}

/**
 * Four output pixels of a block: what the micro-kernel reads and where it writes. A pixel may stand here
 * more than once. Room for four pixels of 8 channels follows.
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

/** Bytes of scratch for a task: a {@link Tile} and the room behind it. */
export const TILE_BYTES: usize = 192;
