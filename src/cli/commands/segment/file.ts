import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FcnError, ParseError } from '../../../core/errors.js';
import { writeFileAtomic } from '../../../io/atomic-file.js';
import type { ClassStats, SegmentResult } from '../../../segment/result.js';
import type { Segmenter } from '../../../segment/segmenter.js';
import { oneLine } from '../../shell/exit-codes.js';
import { messageWithFlags } from '../../options/option-flags.js';
import { readCompanions } from './companions.js';
import { readingFailure, type SegmentJob } from './jobs.js';

/** What became of one photo. */
export interface SegmentedFile {
  /** Size of the photo, upright, in pixels. */
  readonly width: number;
  /** Size of the photo, upright, in pixels. */
  readonly height: number;
  /** Time from the file's bytes to the class map. */
  readonly milliseconds: number;
  /** The classes that occur, by id. */
  readonly classes: readonly ClassStats[];
  /** What was computed, if that was asked for. */
  readonly identity?: ScoresIdentity;
}

/** Tells whether two runs computed the same. */
export interface ScoresIdentity {
  /** Hash of the plan. */
  readonly planHash: string | null;
  /** SHA-256 of the scores `[classes, height, width]` as little-endian float32, in hexadecimal. */
  readonly scoresSha256: string;
}

/** How files are segmented. */
export interface SegmentFileOptions {
  /** Weight of the colours in the overlay. */
  readonly opacity: number;
  /** True to tell what was computed. */
  readonly identify: boolean;
}

/** How one job ended: with results, or with the reason why there are none. */
export type SegmentOutcome = { readonly done: SegmentedFile } | { readonly failure: string };

/** Segments one photo and writes both results, each whole or not at all. */
export async function segmentFile(
  segmenter: Segmenter,
  job: SegmentJob,
  { opacity, identify }: SegmentFileOptions,
): Promise<SegmentOutcome> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(job.input);
  } catch (error) {
    return { failure: readingFailure(error) };
  }
  try {
    const others = await readCompanions(job);
    const started = performance.now();
    const result = await segmenter.segment(bytes, { scores: identify, ...others });
    const milliseconds = Math.round(performance.now() - started);
    await writeBoth(job, result, opacity);
    const { width, height, stats: classes } = result;
    return { done: { width, height, milliseconds, classes, ...identityOf(result) } };
  } catch (error) {
    return { failure: faultOf(error) };
  }
}

/** Writes the class map while the overlay is drawn: disks are waited for once. */
async function writeBoth(
  { classMap, overlay }: SegmentJob,
  result: SegmentResult,
  opacity: number,
): Promise<void> {
  const drawOverlay = async (): Promise<void> => {
    await writeFileAtomic(overlay, result.toOverlay(opacity));
  };
  const outcomes = await Promise.allSettled([
    writeFileAtomic(classMap, result.toIndexedPng()),
    drawOverlay(),
  ]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

function identityOf({ planHash, scores }: SegmentResult): { identity?: ScoresIdentity } {
  if (scores === undefined) return {};
  return {
    identity: { planHash, scoresSha256: createHash('sha256').update(scores).digest('hex') },
  };
}

/** What went wrong, without the decoder's name for the file, which the user knows under its own. */
function faultOf(error: unknown): string {
  const message = error instanceof FcnError ? messageWithFlags(error) : oneLine(error);
  const isOfPhoto = error instanceof ParseError && error.source === 'image';
  return isOfPhoto ? message.replace(`${error.source}: `, '') : message;
}
