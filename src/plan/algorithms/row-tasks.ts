/** Cutting the rows of a map into tasks. */

/** Numbers that a task of a kernel which only moves them should touch: some tens of microseconds. */
const TASK_FLOATS = 1 << 16;

/** Rows of a task, and how many tasks there are. */
export interface RowTasks {
  readonly bandRows: number;
  readonly tasks: number;
}

/** Bands for a kernel that touches so many floats for each of its rows. */
export function rowTasks(rows: number, floatsPerRow: number): RowTasks {
  const bandRows = Math.max(1, Math.min(rows, Math.round(TASK_FLOATS / Math.max(1, floatsPerRow))));
  return { bandRows, tasks: Math.ceil(rows / bandRows) };
}
