import { gemm_f32_4x8 } from './gemm';

/** Rows of a tile. */
export const TILE_ROWS: i32 = 4;
/** Columns of a tile. */
export const TILE_COLUMNS: i32 = 8;

/** Byte offset, in the scratch of {@link gemm_f32_edge}, of the byte offsets of the 8 columns (i32). */
export const COLUMN_OFFSETS: usize = 128;

/**
 * {@link gemm_f32_4x8} on a tile of which only `rows` × `columns` exist, or whose columns are not adjacent:
 * the byte offset of column j is stored at `scratch` + {@link COLUMN_OFFSETS} + 4·j. The tile is copied to
 * the first 128 bytes of `scratch`, and back.
 */
export function gemm_f32_edge(
  a: usize,
  b: usize,
  c: usize,
  ldc: usize,
  k: i32,
  rows: i32,
  columns: i32,
  scratch: usize,
): void {
  const columnOffsets = scratch + COLUMN_OFFSETS;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const from = c + <usize>i * ldc + <usize>load<i32>(columnOffsets + ((<usize>j) << 2));
      store<f32>(scratch + <usize>((i << 5) + (j << 2)), load<f32>(from));
    }
  }
  gemm_f32_4x8(a, b, scratch, 32, k);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const to = c + <usize>i * ldc + <usize>load<i32>(columnOffsets + ((<usize>j) << 2));
      store<f32>(to, load<f32>(scratch + <usize>((i << 5) + (j << 2))));
    }
  }
}
