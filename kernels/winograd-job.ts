/**
 * A 3×3 or 7×7 convolution of stride 1, dilated or not, by Winograd's algorithm on NHWC maps: what the kernels of
 * `winograd-conv.ts` work on. docs/kernels.md explains the terms. Fields are 4 bytes each, in this
 * order; `src/plan/algorithms/winograd/winograd-job.ts` writes it.
 */
@unmanaged
export class WinogradJob {
  /** The first pixel that the window of output (0, 0) covers, 16-byte aligned. */
  x: usize;
  /** Transformed weights [points²][outputs / 8][channels][8]. */
  u: usize;
  /** [outputs]. */
  bias: usize;
  /** Output (0, 0), of the pooled map where there is pooling. */
  y: usize;
  /** Memory of thread 0's task: a half transformed tile and a plain one, {@link SCRATCH_BYTES} each, then V and M. */
  workspace: usize;
  /** From one thread's workspace to the next one's. */
  workspaceBytes: usize;
  /** Where V [points²][tileCount][channels] starts, if all tiles are transformed before any is multiplied. */
  sharedV: usize;
  /** Else where in the workspace V [points²][tilesPerTask][channels] starts; positions and tiles lie as far apart as follows. */
  vOffset: usize;
  vPositionBytes: usize;
  vTileBytes: usize;
  /** Where M [points²][tilesPerTask][outputsPerTask] starts; the same. */
  mOffset: usize;
  mPositionBytes: usize;
  mTileBytes: usize;
  /** Floats of a pixel of x, a multiple of 4; those that are no channel hold 0. */
  channels: i32;
  /** Floats written per pixel of y, a multiple of 8. */
  outputs: i32;
  /** Outputs of a task, a multiple of 8. */
  outputsPerTask: i32;
  /** Pixels that may be read beyond an output's own, down and to the right; behind them everything counts as 0. */
  beyond: i32;
  xRowBytes: usize;
  xPixelBytes: usize;
  /** Outputs of the convolution. */
  rows: i32;
  columns: i32;
  yRowBytes: usize;
  yPixelBytes: usize;
  /** Extent of the map behind 2×2 pooling of stride 2; 0 without pooling. */
  pooledRows: i32;
  pooledColumns: i32;
  /** From a tap of the window to the next. Outputs so far apart are a grid of their own, with tiles of its own. */
  dilationRows: i32;
  dilationColumns: i32;
  /** Outputs along a side of a tile: 2, 4 or 6. */
  tile: i32;
  /** Interpolation points: numbers along a side of a transformed tile: 4, 6 or 8. */
  points: i32;
  /** Tiles beside each other in a grid, in a grid, and in all of them: one grid behind the other. */
  tileColumns: i32;
  gridTiles: i32;
  tileCount: i32;
  tilesPerTask: i32;
  /** Blocks of so many tiles. */
  blocks: i32;
  /** No output is below this: 0 with ReLU, else −∞. */
  floor: f32;
  /** Eight zeros, where sums start that start at no bias. */
  zero0: f32;
  zero1: f32;
  zero2: f32;
  zero3: f32;
  zero4: f32;
  zero5: f32;
  zero6: f32;
  zero7: f32;
}

/** Bytes of channels that a tile is transformed by at a time: the scratch then stays in the L1 cache. */
export const CHUNK_BYTES: usize = 128;
/** A tile of one chunk, 8 × 8 at most. */
export const SCRATCH_BYTES: usize = 8 * 8 * CHUNK_BYTES;
