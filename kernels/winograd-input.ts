import { CHUNK_BYTES, SCRATCH_BYTES, WinogradJob } from './winograd-job';
import { input_line } from './winograd-lines';

/** V = Bᵀ · d · B of the tiles from `first` on, each read with the pixels around it that its windows see. */
export function transform_inputs(j: WinogradJob, workspace: usize, first: i32, count: i32): void {
  const pixel = (<usize>j.channels) << 2;
  const patch = workspace + SCRATCH_BYTES;
  const patchRow = <usize>j.points * CHUNK_BYTES;
  let v = workspace + j.vOffset;
  for (let tile = first; tile < first + count; tile++, v += j.vTileBytes) {
    const tileRow = tile / j.tileColumns;
    const top = tileRow * j.tile;
    const left = (tile - tileRow * j.tileColumns) * j.tile;
    const x = j.x + <usize>top * j.xRowBytes + <usize>left * j.xPixelBytes;
    const rows = min(j.points, j.height - top);
    const columns = min(j.points, j.width - left);
    const inside = rows == j.points && columns == j.points;
    for (let c: usize = 0; c < pixel; c += CHUNK_BYTES) {
      const bytes = min(CHUNK_BYTES, pixel - c);
      if (inside) {
        input_tile(j, workspace, x + c, j.xRowBytes, j.xPixelBytes, v + c, bytes);
      } else {
        copy_patch(j, x + c, rows, columns, patch, bytes);
        input_tile(j, workspace, patch, patchRow, CHUNK_BYTES, v + c, bytes);
      }
    }
  }
}

/** One tile: its rows into the scratch, then the columns of that to their positions in V. */
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

/** A tile of which only `rows` × `columns` pixels exist, the others 0. */
function copy_patch(
  j: WinogradJob,
  x: usize,
  rows: i32,
  columns: i32,
  patch: usize,
  bytes: usize,
): void {
  const n = j.points;
  memory.fill(patch, 0, <usize>(n * n) * CHUNK_BYTES);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) {
      const to = patch + <usize>(i * n + k) * CHUNK_BYTES;
      memory.copy(to, x + <usize>i * j.xRowBytes + <usize>k * j.xPixelBytes, bytes);
    }
  }
}
