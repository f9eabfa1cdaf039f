import type { WasmBackend } from '../../backend/wasm/index.js';
import {
  ownActivations,
  type ActivationBlock,
  type ActivationMemory,
} from '../memory/activation-memory.js';
import { RealPlacement } from './placement.js';
import { stepsOf, type ProgramSteps } from './program-steps.js';
import type { Program } from './program.js';
import { WeightStore, type PackedWeights } from '../memory/weight-store.js';
import type { Programs } from './programs.js';

/** Bytes that the programs of a plan need, without packed weights. */
export interface ProgramBytes {
  /** Maps and workspaces of the first one. */
  readonly firstMapBytes: number;
  /** Maps and workspaces of the later one, or of the only one. */
  readonly laterMapBytes: number;
  /** Jobs of the program that has more of them. */
  readonly jobBytes: number;
  /** The rings. */
  readonly ringBytes: number;
}

/** The programs of a plan in memory. */
export interface PlacedPrograms {
  /** Returns the steps for the next image. The result of the previous image is lost. */
  next(): ProgramSteps;
  /** Marks the image as computed. */
  done(): void;
  /** Bytes that are held for this plan alone. */
  ownBytes(): number;
  /** Frees everything. */
  release(): void;
}

/** Most bytes that are held at one time. */
export function heldBytes(bytes: ProgramBytes): number {
  return mostMapBytes(bytes) + bytes.jobBytes + bytes.ringBytes;
}

function mostMapBytes({ firstMapBytes, laterMapBytes }: ProgramBytes): number {
  return Math.max(firstMapBytes, laterMapBytes);
}

/** Memory in which {@link placePrograms} places the programs. */
export interface ProgramMemory {
  readonly backend: WasmBackend;
  /** Weights that were packed before. */
  readonly packed?: PackedWeights;
  /** Memory for maps that is shared with other plans. */
  readonly activationMemory?: ActivationMemory;
}

/**
 * Allocates the memory that was counted and writes jobs and packed weights into it.
 *
 * The first image needs maps of full size. Before the second image, the end of their memory is freed,
 * unless it is shared. If the maps have moved, the jobs are written again.
 */
export function placePrograms(
  programs: Programs,
  bytes: ProgramBytes,
  { backend, packed, activationMemory: shared }: ProgramMemory,
): PlacedPrograms {
  const weights = new WeightStore(backend, packed);
  const fixed = new Map<string, Float32Array>();
  const addressOf = (name: string, size: number): number => {
    if (size === 0) return 0;
    const block = fixed.get(name) ?? backend.arena.alloc(size / 4);
    fixed.set(name, block);
    return block.byteOffset;
  };
  let maps: ActivationBlock | null = null;
  const release = (): void => {
    weights.release();
    maps?.release();
    for (const memory of fixed.values()) if (backend.isLive(memory)) backend.free(memory);
    fixed.clear();
  };
  try {
    maps = shared?.join(mostMapBytes(bytes)) ?? ownActivations(backend);
    const memory = maps;
    const store = addressOf('rings', bytes.ringBytes);
    const jobs = addressOf('jobs', bytes.jobBytes);
    const place = (program: Program, base: number): ProgramSteps => {
      const parts = { backend, layout: program.layout, weights, base, jobs };
      return stepsOf(program, new RealPlacement(parts), backend);
    };
    let program = programs.first(store);
    let mapBytes = mostMapBytes(bytes);
    let base = memory.take(mapBytes);
    let scheduled = place(program, base);
    let { later } = programs;
    let complete = false;
    return {
      next() {
        const before = program;
        if (complete && later !== null) {
          program = later(store);
          mapBytes = bytes.laterMapBytes;
          later = null;
        }
        const address = memory.take(mapBytes);
        if (program !== before || address !== base) scheduled = place(program, address);
        base = address;
        return scheduled;
      },
      done() {
        complete = true;
      },
      ownBytes: () => memory.ownBytes() + bytes.jobBytes + bytes.ringBytes,
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}
