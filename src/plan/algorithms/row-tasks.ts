/** Cuts the rows of a map into tasks. */

/** Numbers per task of a kernel that only moves them: some tens of microseconds. */
const TASK_FLOATS = 1 << 16;

/** Rows of a task, and the number of tasks. */
export interface RowTasks {
  readonly bandRows: number;
  readonly tasks: number;
}

/** Returns tasks for a kernel that moves `floatsPerRow` floats for each row. */
export function rowTasks(rows: number, floatsPerRow: number): RowTasks {
  const bandRows = Math.max(1, Math.min(rows, Math.round(TASK_FLOATS / Math.max(1, floatsPerRow))));
  return { bandRows, tasks: Math.ceil(rows / bandRows) };
}
