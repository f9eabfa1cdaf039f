/**
 * Rows of cells as lines, each column as wide as its widest cell, two blanks between columns.
 *
 * @param rightward - For each column, true if its cells stand at the right.
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
