import type { NamedArray } from '../../core/named-arrays.js';
import { readPart } from '../../core/stored-array.js';
import { scratchOf, withScratch, type Packer, type Packing } from '../memory/packing.js';
import type { Job } from './job.js';

/** A part of a weight that one job packs. */
export interface PackedPart {
  /** Byte address of number 0 of the weight, even if it is not in memory. */
  readonly w: number;
  /** Byte address of the whole packed weight, not of this part alone. */
  readonly target: number;
  /** The first block. */
  readonly first: number;
  /** Number of blocks. */
  readonly blocks: number;
  /** Threads that may take part. */
  readonly threads: number;
}

/** A weight whose blocks are packed independently of each other. */
export interface BlockedWeight {
  /** The weight, its blocks in their order. */
  readonly weight: NamedArray;
  /** Number of blocks. */
  readonly blocks: number;
  /** Returns the index of the first number of a block; for block `blocks`, the count of all numbers. */
  readonly startOf: (block: number) => number;
  /** Returns the job for a part, with a task for each block; its length is the same for every part. */
  readonly jobFor: (part: PackedPart) => Job;
}

/** Blocks per thread that are read together: with fewer blocks, threads wait for each other more often. */
const BLOCKS_PER_THREAD = 4;

/**
 * Packs a few blocks for each thread at a time, so that a stored weight is never whole in memory. In new
 * memory the threads also share the work of the system, which provides a page at the first write to it.
 */
export function packingOf({ weight, blocks, startOf, jobFor }: BlockedWeight): Packing {
  const togetherOn = (threads: number): number =>
    threads === 1 ? 1 : Math.min(BLOCKS_PER_THREAD * threads, blocks);
  const slabLength = (threads: number): number => startOf(togetherOn(threads));
  return {
    scratchBytes(threads) {
      const { words } = jobFor({ w: 0, target: 0, first: 0, blocks: 0, threads });
      return scratchOf(slabLength(threads)) + scratchOf(words.length);
    },
    write(target, packer) {
      const { threads } = packer.threading;
      const together = togetherOn(threads);
      withScratch(packer, slabLength(threads), (slab) => {
        for (let first = 0; first < blocks; first += together) {
          const end = Math.min(first + together, blocks);
          const begin = startOf(first);
          readPart(weight, begin, slab.subarray(0, startOf(end) - begin));
          const w = slab.byteOffset - 4 * begin;
          const part = { w, target: target.byteOffset, first, blocks: end - first, threads };
          runJob(packer, jobFor(part));
        }
      });
    },
  };
}

/** Runs a job at once; its block needs {@link scratchOf} its length. */
export function runJob(packer: Packer, { kernel, words, tasks }: Job): void {
  withScratch(packer, words.length, (block) => {
    new Int32Array(block.buffer, block.byteOffset, words.length).set(words);
    packer.team.run({ kernel, job: block.byteOffset, tasks }, packer.threading.threads);
  });
}
