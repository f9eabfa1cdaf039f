/**
 * A stretch of memory of which all is about to be written. Fields are 4 bytes each, in this order.
 * `src/backend/wasm/touch-pages.ts` writes it.
 */
@unmanaged
class TouchJob {
  start: usize;
  end: usize;
  /** Bytes of a task. */
  step: usize;
}

/** Bytes that the system gives out at once, or a part of them. */
const PAGE_BYTES: usize = 4096;

/** Writes to each page of a task, so that the system gives it out; what stood there is lost. */
export function touch_pages(job: usize, task: i32): void {
  const j = changetype<TouchJob>(job);
  const start = j.start + <usize>task * j.step;
  const end = min(j.end, start + j.step);
  for (let at = start; at < end; at += PAGE_BYTES) store<u32>(at, 0);
}
