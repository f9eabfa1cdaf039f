import type { WasmBackend } from '../../backend/wasm/index.js';
import { RealPlacement } from '../steps/placement.js';
import { scheduleOf, type Program, type Scheduled } from '../steps/schedule.js';
import { WeightStore, type PackedWeights } from '../steps/weight-store.js';
import type { Programs } from './programs.js';

/** What the programs of a plan take, in bytes, without packed weights. */
export interface ProgramBytes {
  /** Maps, workspaces and jobs of the first one. */
  readonly firstBytes: number;
  /** The same of the later one, or of the only one. */
  readonly laterBytes: number;
  /** The rings. */
  readonly storedBytes: number;
}

/** The programs of a plan in memory. */
export interface PlacedPrograms {
  /** What to run for the next image. The result of the image before is lost. */
  next(): Scheduled;
  /** Says that it has been run to its end. */
  done(): void;
  /** Bytes that are held for this plan alone. */
  ownBytes(): number;
  /** Gives everything back. */
  release(): void;
}

/** The most that is held at one time. */
export function heldBytes({ firstBytes, laterBytes, storedBytes }: ProgramBytes): number {
  return Math.max(firstBytes, laterBytes) + storedBytes;
}

/**
 * Allocates what was counted and writes jobs and packed weights into it.
 *
 * The first image needs maps of full size. Before the second one the end of their memory is given back.
 */
export function placePrograms(
  programs: Programs,
  bytes: ProgramBytes,
  { backend, packed }: { readonly backend: WasmBackend; readonly packed?: PackedWeights },
): PlacedPrograms {
  const weights = new WeightStore(backend, packed);
  const held = new Set<Float32Array>();
  const take = (size: number): Float32Array => {
    const memory = backend.arena.alloc(size / 4);
    held.add(memory);
    return memory;
  };
  const release = (): void => {
    weights.release();
    for (const memory of held) if (backend.isLive(memory)) backend.free(memory);
    held.clear();
  };
  const place = (program: Program, { byteOffset: base }: Float32Array): Scheduled => {
    const { layout } = program;
    const parts = { backend, layout, weights, base, jobs: base + layout.bytes };
    return scheduleOf(program, new RealPlacement(parts), backend);
  };
  try {
    const store = bytes.storedBytes > 0 ? take(bytes.storedBytes).byteOffset : 0;
    let memory = take(heldBytes(bytes) - bytes.storedBytes);
    let scheduled = place(programs.first(store), memory);
    let later = programs.later;
    let complete = false;
    let ownBytes = heldBytes(bytes);
    return {
      next() {
        if (complete && later !== null) {
          held.delete(memory);
          memory = backend.arena.shrink(memory, bytes.laterBytes / 4);
          held.add(memory);
          ownBytes = bytes.laterBytes + bytes.storedBytes;
          scheduled = place(later(store), memory);
          later = null;
        }
        return scheduled;
      },
      done() {
        complete = true;
      },
      ownBytes: () => ownBytes,
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}
