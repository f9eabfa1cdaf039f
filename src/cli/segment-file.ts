import { readFile } from 'node:fs/promises';
import { ParseError } from '../core/errors.js';
import { writeFileAtomic } from '../io/atomic-file.js';
import type { ClassStats } from '../segment/result.js';
import type { Segmenter } from '../segment/segmenter.js';
import { oneLine } from './exit-codes.js';
import { readingFailure, type SegmentJob } from './segment-jobs.js';

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
}

/** How one job ended: with results, or with the reason why there are none. */
export type SegmentOutcome = { readonly done: SegmentedFile } | { readonly failure: string };

/** Segments one photo and writes both results, each whole or not at all. */
export async function segmentFile(
  segmenter: Segmenter,
  job: SegmentJob,
  opacity: number,
): Promise<SegmentOutcome> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(job.input);
  } catch (error) {
    return { failure: readingFailure(error) };
  }
  try {
    const started = performance.now();
    const result = await segmenter.segment(bytes);
    const milliseconds = Math.round(performance.now() - started);
    await writeFileAtomic(job.classMap, result.toIndexedPng());
    await writeFileAtomic(job.overlay, result.toOverlay(opacity));
    const { width, height, stats: classes } = result;
    return { done: { width, height, milliseconds, classes } };
  } catch (error) {
    return { failure: faultOf(error) };
  }
}

/** What went wrong, without the decoder's name for the file, which the user knows under its own. */
function faultOf(error: unknown): string {
  const message = oneLine(error);
  return error instanceof ParseError ? message.replace(`${error.source}: `, '') : message;
}
