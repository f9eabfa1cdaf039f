import { CHUNK_BYTES, SCRATCH_BYTES, WinogradJob } from './winograd-job';
import { input_line } from './winograd-lines';
import { grid_column, grid_row, grid_size, tile_left, tile_top } from './winograd-tile';

/** V = Bᵀ · d · B of the tiles from `first` on; d includes the pixels around a tile that its windows read. */
export function transform_inputs(
  j: WinogradJob,
  workspace: usize,
  v: usize,
  first: i32,
  count: i32,
): void {
  const pixel = (<usize>j.channels) << 2;
  const patch = workspace + SCRATCH_BYTES;
  const patchRow = <usize>j.points * CHUNK_BYTES;
  const rowBytes = j.xRowBytes * <usize>j.dilationRows;
  const pixelBytes = j.xPixelBytes * <usize>j.dilationColumns;
  for (let tile = first; tile < first + count; tile++, v += j.vTileBytes) {
    const gridRow = grid_row(j, tile);
    const gridColumn = grid_column(j, tile);
    const top = tile_top(j, tile);
    const left = tile_left(j, tile);
    const x =
      j.x +
      <usize>(gridRow + top * j.dilationRows) * j.xRowBytes +
      <usize>(gridColumn + left * j.dilationColumns) * j.xPixelBytes;
    const rows = pixels_of(j, grid_size(j.rows, gridRow, j.dilationRows) - top);
    const columns = pixels_of(j, grid_size(j.columns, gridColumn, j.dilationColumns) - left);
    const inside = rows == j.points && columns == j.points;
    for (let c: usize = 0; c < pixel; c += CHUNK_BYTES) {
      const bytes = min(CHUNK_BYTES, pixel - c);
      if (inside) {
        input_tile(j, workspace, x + c, rowBytes, pixelBytes, v + c, bytes);
      } else {
        copy_patch(x + c, rows, columns, rowBytes, pixelBytes, j.points, patch, bytes);
        input_tile(j, workspace, patch, patchRow, CHUNK_BYTES, v + c, bytes);
      }
    }
  }
}

/** Pixels along a side of a tile that the windows of its outputs read, limited to the remaining pixels. */
function pixels_of(j: WinogradJob, outputs: i32): i32 {
  return outputs > 0 ? min(j.points, outputs + j.beyond) : 0;
}

/** Transforms one tile: rows into the scratch, then columns of the scratch to their positions in V. */
function input_tile(
  j: WinogradJob,
  scratch: usize,
  from: usize,
  rowBytes: usize,
  pixelBytes: usize,
  v: usize,
  bytes: usize,
): void {
  const n = j.points;
  const scratchRow = <usize>n * CHUNK_BYTES;
  for (let i: usize = 0; i < <usize>n; i++) {
    const to = scratch + i * scratchRow;
    input_line(n, from + i * rowBytes, pixelBytes, to, CHUNK_BYTES, bytes);
  }
  const step = <usize>n * j.vPositionBytes;
  for (let i: usize = 0; i < <usize>n; i++) {
    const at = scratch + i * CHUNK_BYTES;
    input_line(n, at, scratchRow, v + i * j.vPositionBytes, step, bytes);
  }
}

/** Copies a tile of which only `rows` × `columns` pixels exist; the others are 0. */
function copy_patch(
  x: usize,
  rows: i32,
  columns: i32,
  rowBytes: usize,
  pixelBytes: usize,
  n: i32,
  patch: usize,
  bytes: usize,
): void {
  memory.fill(patch, 0, <usize>(n * n) * CHUNK_BYTES);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) {
      const to = patch + <usize>(i * n + k) * CHUNK_BYTES;
      memory.copy(to, x + <usize>i * rowBytes + <usize>k * pixelBytes, bytes);
    }
  }
}
