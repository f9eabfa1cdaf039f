import type { NamedArray } from '../../core/named-arrays.js';
import { readPart } from '../../core/stored-array.js';
import { scratchOf, withScratch, type Packer, type Packing } from '../memory/packing.js';
import type { Job } from './job.js';

/** A part of a weight that is packed at once. */
export interface PackedPart {
  /** Byte address at which number 0 of the weight would lie. */
  readonly w: number;
  /** Byte address of what is written: all of it, not of this part alone. */
  readonly target: number;
  /** The first block. */
  readonly first: number;
  /** Number of blocks. */
  readonly blocks: number;
  /** Threads that may take part. */
  readonly threads: number;
}

/** A weight of which blocks are packed independently of each other. */
export interface BlockedWeight {
  /** The weight, its blocks in their order. */
  readonly weight: NamedArray;
  /** Number of blocks. */
  readonly blocks: number;
  /** Index of the first number of a block; of block `blocks`, the number of all. */
  readonly startOf: (block: number) => number;
  /** The job for a part, a task for each block; it has as many words for any part. */
  readonly jobFor: (part: PackedPart) => Job;
}

/** Blocks for each thread that are read together: with fewer, threads wait for each other more often. */
const BLOCKS_PER_THREAD = 4;

/**
 * Packs a few blocks for each thread at a time: a stored weight is never in memory as a whole. Where the
 * packed weight lies in new memory, the threads share the work of the system, too, which gives out a page
 * when it is first written to.
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

/** Does a job at once; it needs {@link scratchOf} its block. */
export function runJob(packer: Packer, { kernel, words, tasks }: Job): void {
  withScratch(packer, words.length, (block) => {
    new Int32Array(block.buffer, block.byteOffset, words.length).set(words);
    packer.team.run({ kernel, job: block.byteOffset, tasks }, packer.threading.threads);
  });
}
