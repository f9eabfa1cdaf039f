/** Copies rows of `columns` f32; strides in bytes. The rows must not overlap. */
export function copy_rows_f32(
  source: usize,
  sourceStride: usize,
  target: usize,
  targetStride: usize,
  rows: i32,
  columns: i32,
): void {
  for (let row = 0; row < rows; row++, source += sourceStride, target += targetStride) {
    memory.copy(target, source, (<usize>columns) << 2);
  }
}

/** target += source over rows of `columns` f32; strides in bytes. The rows must not overlap. */
export function add_rows_f32(
  source: usize,
  sourceStride: usize,
  target: usize,
  targetStride: usize,
  rows: i32,
  columns: i32,
): void {
  for (let row = 0; row < rows; row++, source += sourceStride, target += targetStride) {
    const end = source + ((<usize>columns) << 2);
    let from = source;
    let to = target;
    for (; from + 16 <= end; from += 16, to += 16) {
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    }
    for (; from < end; from += 4, to += 4) {
      store<f32>(to, load<f32>(to) + load<f32>(from));
    }
  }
}
