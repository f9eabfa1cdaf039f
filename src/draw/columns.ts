/**
 * Aligns rows of cells as lines; each column is as wide as its widest cell, with two blanks between columns.
 *
 * @param rightward - For each column, true for alignment at the right.
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  rightward: readonly boolean[],
): string[] {
  const widths = rightward.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (rightward[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
