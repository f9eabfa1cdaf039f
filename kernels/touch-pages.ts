/**
 * A range of memory that will be overwritten. Fields are 4 bytes each, in this order.
 * `src/backend/wasm/touch-pages.ts` writes the job.
 */
@unmanaged
class TouchJob {
  start: usize;
  end: usize;
  /** Bytes of a task. */
  step: usize;
}

/** Size of an operating system page in bytes, or a divisor of it. */
const PAGE_BYTES: usize = 4096;

/** Writes to each page of a task, so that the operating system allocates it. Overwrites the contents. */
export function touch_pages(job: usize, task: i32): void {
  const j = changetype<TouchJob>(job);
  const start = j.start + <usize>task * j.step;
  const end = min(j.end, start + j.step);
  for (let at = start; at < end; at += PAGE_BYTES) store<u32>(at, 0);
}
