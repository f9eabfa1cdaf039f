import { gemm_f32_4x8 } from './gemm';

/** Rows of a tile. */
export const TILE_ROWS: i32 = 4;
/** Columns of a tile. */
export const TILE_COLUMNS: i32 = 8;

/**
 * {@link gemm_f32_4x8} on a tile of which only `rows` × `columns` exist, or whose columns are
 * `columnStride` elements apart: through a full tile at `scratch`.
 */
export function gemm_f32_edge(
  a: usize,
  b: usize,
  c: usize,
  ldc: usize,
  k: i32,
  rows: i32,
  columns: i32,
  columnOffsets: usize,
  scratch: usize,
): void {
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
