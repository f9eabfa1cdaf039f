/**
 * A 3×3 or 7×7 convolution of stride 1, dilated or not, by Winograd's algorithm on NHWC maps: the job of the
 * kernels in `winograd-conv.ts`. docs/kernels.md explains the terms. Fields are 4 bytes each, in this
 * order; `src/plan/algorithms/winograd/winograd-job.ts` writes the job.
 */
@unmanaged
export class WinogradJob {
  /** First pixel of the window of output (0, 0), 16-byte aligned. */
  x: usize;
  /** Transformed weights [points²][outputs / 8][channels][8]. */
  u: usize;
  /** [outputs]. */
  bias: usize;
  /** Output (0, 0), of the pooled map if there is pooling. */
  y: usize;
  /** Workspace of thread 0: a half transformed tile and a plain tile, {@link SCRATCH_BYTES} each, then V and M. */
  workspace: usize;
  /** Bytes from one thread's workspace to the next. */
  workspaceBytes: usize;
  /** Address of V [points²][tileCount][channels], if all tiles are transformed before any is multiplied. */
  sharedV: usize;
  /** Else offset in the workspace of V [points²][tilesPerTask][channels]; then the strides of positions and tiles. */
  vOffset: usize;
  vPositionBytes: usize;
  vTileBytes: usize;
  /** Offset in the workspace of M [points²][tilesPerTask][outputsPerTask]; then the strides of positions and tiles. */
  mOffset: usize;
  mPositionBytes: usize;
  mTileBytes: usize;
  /** Floats per pixel of x, a multiple of 4; padding channels hold 0. */
  channels: i32;
  /** Floats written per pixel of y, a multiple of 8. */
  outputs: i32;
  /** Outputs of a task, a multiple of 8. */
  outputsPerTask: i32;
  /** Pixels that may be read below and to the right of an output's own pixel; all after them count as 0. */
  beyond: i32;
  xRowBytes: usize;
  xPixelBytes: usize;
  /** Outputs of the convolution. */
  rows: i32;
  columns: i32;
  yRowBytes: usize;
  yPixelBytes: usize;
  /** Extent of the map after 2×2 pooling of stride 2; 0 without pooling. */
  pooledRows: i32;
  pooledColumns: i32;
  /** Distance of neighbouring taps. Outputs at this distance form a separate grid with its own tiles. */
  dilationRows: i32;
  dilationColumns: i32;
  /** Outputs along a side of a tile: 2, 4 or 6. */
  tile: i32;
  /** Interpolation points, the side of a transformed tile: 4, 6 or 8. */
  points: i32;
  /** Number of tiles in a row of a grid, in a grid, and in all grids; grids are stored one after another. */
  tileColumns: i32;
  gridTiles: i32;
  tileCount: i32;
  tilesPerTask: i32;
  /** Number of blocks of `tilesPerTask` tiles. */
  blocks: i32;
  /** Lower bound of the outputs: 0 with ReLU, else −∞. */
  floor: f32;
  /** Eight zeros: start values of sums without bias. */
  zero0: f32;
  zero1: f32;
  zero2: f32;
  zero3: f32;
  zero4: f32;
  zero5: f32;
  zero6: f32;
  zero7: f32;
}

/** Bytes of channels of a tile that are transformed at once: the scratch then fits in the L1 cache. */
export const CHUNK_BYTES: usize = 128;
/** Size of one chunk of a tile in bytes: at most 8 × 8 pixels. */
export const SCRATCH_BYTES: usize = 8 * 8 * CHUNK_BYTES;
