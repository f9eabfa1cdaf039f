import type { WasmBackend } from '../../backend/wasm/index.js';
import { ALIGNMENT, roundUp } from './alignment.js';

/** Threads that pack weights, and the memory in which they pack them. */
export type Packer = Pick<WasmBackend, 'arena' | 'team' | 'threading'>;

/** A function that writes floats that depend on a network's weights alone. */
export interface Packing {
  /**
   * Writes all floats.
   *
   * @param target - Floats in the packer's memory.
   */
  write(target: Float32Array, packer: Packer): void;
  /** Scratch bytes, needed only while `threads` threads pack; undefined if packing needs no scratch. */
  scratchBytes?(threads: number): number;
}

/** Calls a function with scratch floats and frees them afterwards. */
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

/** Returns the bytes that {@link withScratch} takes. */
export function scratchOf(length: number): number {
  return roundUp(4 * length, ALIGNMENT);
}
