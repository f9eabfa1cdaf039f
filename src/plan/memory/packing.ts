import type { WasmBackend } from '../../backend/wasm/index.js';
import { ALIGNMENT, roundUp } from './alignment.js';

/** Threads that pack weights, and the memory in which they do. */
export type Packer = Pick<WasmBackend, 'arena' | 'team' | 'threading'>;

/** How floats are written that depend on a network's weights alone. */
export interface Packing {
  /**
   * Writes all of them.
   *
   * @param target - In the packer's memory.
   */
  write(target: Float32Array, packer: Packer): void;
  /** Bytes that so many threads need besides while they do; left out where none are needed. */
  scratchBytes?(threads: number): number;
}

/** Calls a function with floats that are freed again. */
export function withScratch(
  { arena }: Packer,
  length: number,
  use: (floats: Float32Array) => void,
): void {
  const floats = arena.alloc(length);
  try {
    use(floats);
  } finally {
    arena.free(floats);
  }
}

/** Bytes that {@link withScratch} takes. */
export function scratchOf(length: number): number {
  return roundUp(4 * length, ALIGNMENT);
}
