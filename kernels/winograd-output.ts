import { CHUNK_BYTES, SCRATCH_BYTES, WinogradJob } from './winograd-job';
import { output_line } from './winograd-lines';

/** y = Aᵀ · M · A of the tiles from `first` on, for the outputs that M holds; then ReLU, then pooling. */
export function transform_outputs(
  j: WinogradJob,
  workspace: usize,
  output: i32,
  outputs: i32,
  first: i32,
  count: i32,
): void {
  const pixel = (<usize>outputs) << 2;
  const patch = workspace + SCRATCH_BYTES;
  const patchRow = <usize>j.tile * CHUNK_BYTES;
  const y = j.y + ((<usize>output) << 2);
  let m = workspace + j.mOffset;
  for (let tile = first; tile < first + count; tile++, m += j.mTileBytes) {
    const tileRow = tile / j.tileColumns;
    const top = tileRow * j.tile;
    const left = (tile - tileRow * j.tileColumns) * j.tile;
    const whole = top + j.tile <= j.rows && left + j.tile <= j.columns;
    const to = y + <usize>top * j.yRowBytes + <usize>left * j.yPixelBytes;
    for (let c: usize = 0; c < pixel; c += CHUNK_BYTES) {
      const bytes = min(CHUNK_BYTES, pixel - c);
      if (whole && !j.pooledRows) {
        output_tile(j, workspace, m + c, to + c, j.yRowBytes, j.yPixelBytes, bytes);
      } else {
        output_tile(j, workspace, m + c, patch, patchRow, CHUNK_BYTES, bytes);
        if (j.pooledRows) pool_patch(j, patch, top, left, y + c, bytes);
        else copy_patch(j, patch, top, left, to + c, bytes);
      }
    }
  }
}

/** One tile: the rows of its positions into the scratch, then the columns of that to their pixels. */
function output_tile(
  j: WinogradJob,
  scratch: usize,
  m: usize,
  to: usize,
  rowBytes: usize,
  pixelBytes: usize,
  bytes: usize,
): void {
  const n = j.points;
  const tile = j.tile;
  const scratchRow = <usize>tile * CHUNK_BYTES;
  const position = j.mPositionBytes;
  for (let i: usize = 0; i < <usize>n; i++) {
    const from = m + i * <usize>n * position;
    output_line(
      n,
      tile,
      from,
      position,
      scratch + i * scratchRow,
      CHUNK_BYTES,
      bytes,
      -(<f32>Infinity),
    );
  }
  for (let i: usize = 0; i < <usize>tile; i++) {
    const from = scratch + i * CHUNK_BYTES;
    output_line(n, tile, from, scratchRow, to + i * pixelBytes, rowBytes, bytes, j.floor);
  }
}

/** The pixels of a tile that exist, to their places. */
function copy_patch(
  j: WinogradJob,
  patch: usize,
  top: i32,
  left: i32,
  to: usize,
  bytes: usize,
): void {
  const rows = min(j.tile, j.rows - top);
  const columns = min(j.tile, j.columns - left);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) {
      const from = patch + <usize>(i * j.tile + k) * CHUNK_BYTES;
      memory.copy(to + <usize>i * j.yRowBytes + <usize>k * j.yPixelBytes, from, bytes);
    }
  }
}

/** The largest of each 2×2 pixels of a tile, NaN above all; a window that leaves the map counts what is inside. */
function pool_patch(
  j: WinogradJob,
  patch: usize,
  top: i32,
  left: i32,
  y: usize,
  bytes: usize,
): void {
  const bottom = min((top + j.tile) >> 1, j.pooledRows);
  const right = min((left + j.tile) >> 1, j.pooledColumns);
  for (let row = top >> 1; row < bottom; row++) {
    const below = 2 * row + 1 < j.rows ? <usize>j.tile * CHUNK_BYTES : 0;
    for (let column = left >> 1; column < right; column++) {
      const beside = 2 * column + 1 < j.columns ? CHUNK_BYTES : 0;
      const from = patch + <usize>((2 * row - top) * j.tile + 2 * column - left) * CHUNK_BYTES;
      const to = y + <usize>row * j.yRowBytes + <usize>column * j.yPixelBytes;
      max_of_four(from, from + beside, from + below, from + below + beside, to, bytes);
    }
  }
}

function max_of_four(a: usize, b: usize, c: usize, d: usize, to: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const upper = f32x4.max(v128.load(a + i), v128.load(b + i));
    const lower = f32x4.max(v128.load(c + i), v128.load(d + i));
    v128.store(to + i, f32x4.max(upper, lower));
  }
}
