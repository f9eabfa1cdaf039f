import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Times of the unavoidable parts of loading, each measured alone: processor time in ms, including the system. */
export interface LoadParts {
  /** Reading the file block by block into the same memory. */
  readonly readMs: number;
  /** SHA-256 of the same number of bytes in the processor's cache. */
  readonly hashMs: number;
  /** Writing one byte to each page of the same amount of new memory. */
  readonly pagesMs: number;
}

const BLOCK_BYTES = 2 ** 20;
const PAGE_BYTES = 4096;

/** Measures each part once. */
export function measureParts(path: string): LoadParts {
  const { size } = statSync(path);
  const block = new Uint8Array(BLOCK_BYTES);
  const file = openSync(path, 'r');
  const hash = createHash('sha256');
  const readMs = cpuMs(() => {
    while (readSync(file, block) > 0);
  });
  const hashMs = cpuMs(() => {
    for (let at = 0; at < size; at += BLOCK_BYTES) hash.update(block);
  });
  const memory = new Uint8Array(size);
  const pagesMs = cpuMs(() => {
    for (let at = 0; at < size; at += PAGE_BYTES) memory[at] = 1;
  });
  closeSync(file);
  return { readMs, hashMs, pagesMs };
}

/** Processor time of some work in ms, including the system. */
function cpuMs(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
