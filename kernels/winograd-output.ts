import { CHUNK_BYTES, SCRATCH_BYTES, WinogradJob } from './winograd-job';
import { output_line } from './winograd-lines';
import { grid_column, grid_row, grid_size, tile_left, tile_top } from './winograd-tile';

/** y = Aᵀ · M · A of the tiles from `first` on, for the outputs in M; then ReLU, then pooling. */
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
  const rowBytes = j.yRowBytes * <usize>j.dilationRows;
  const pixelBytes = j.yPixelBytes * <usize>j.dilationColumns;
  let m = workspace + j.mOffset;
  for (let tile = first; tile < first + count; tile++, m += j.mTileBytes) {
    const gridRow = grid_row(j, tile);
    const gridColumn = grid_column(j, tile);
    const top = tile_top(j, tile);
    const left = tile_left(j, tile);
    const rows = min(j.tile, grid_size(j.rows, gridRow, j.dilationRows) - top);
    const columns = min(j.tile, grid_size(j.columns, gridColumn, j.dilationColumns) - left);
    const whole = rows == j.tile && columns == j.tile;
    const to =
      y +
      <usize>(gridRow + top * j.dilationRows) * j.yRowBytes +
      <usize>(gridColumn + left * j.dilationColumns) * j.yPixelBytes;
    for (let c: usize = 0; c < pixel; c += CHUNK_BYTES) {
      const bytes = min(CHUNK_BYTES, pixel - c);
      if (whole && !j.pooledRows) {
        output_tile(j, workspace, m + c, to + c, rowBytes, pixelBytes, bytes);
      } else {
        output_tile(j, workspace, m + c, patch, patchRow, CHUNK_BYTES, bytes);
        if (j.pooledRows) pool_patch(j, patch, top, left, y + c, bytes);
        else copy_patch(patch, patchRow, rows, columns, to + c, rowBytes, pixelBytes, bytes);
      }
    }
  }
}

/** Transforms one tile: rows of its positions into the scratch, then columns of the scratch to its pixels. */
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

/** Copies the existing pixels of a tile to y. */
function copy_patch(
  patch: usize,
  patchRow: usize,
  rows: i32,
  columns: i32,
  to: usize,
  rowBytes: usize,
  pixelBytes: usize,
  bytes: usize,
): void {
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) {
      const from = patch + <usize>i * patchRow + <usize>k * CHUNK_BYTES;
      memory.copy(to + <usize>i * rowBytes + <usize>k * pixelBytes, from, bytes);
    }
  }
}

/** Writes the maximum of each 2×2 pixels of a tile; NaN wins; a window across the map's edge is clipped. */
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
