import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ParseError } from '../../../core/errors.js';
import { writeFileAtomic } from '../../../io/atomic-file.js';
import type { ClassStats, SegmentResult } from '../../../segment/result.js';
import type { Segmenter } from '../../../segment/segmenter.js';
import type { ExitCode } from '../../shell/exit-codes.js';
import { failureOf } from '../../shell/failure.js';
import { readCompanions } from './companions.js';
import type { SegmentJob } from './jobs.js';

/** Results of one photo. */
export interface SegmentedFile {
  /** Size of the photo, upright, in pixels. */
  readonly width: number;
  /** Size of the photo, upright, in pixels. */
  readonly height: number;
  /** Time from the file's bytes to the class map. */
  readonly milliseconds: number;
  /** The classes that occur, by id. */
  readonly classes: readonly ClassStats[];
  /** Hashes of plan and scores, if requested. */
  readonly identity?: ScoresIdentity;
}

/** Hashes that are equal if two runs computed the same scores. */
export interface ScoresIdentity {
  /** Hash of the plan. */
  readonly planHash: string | null;
  /** SHA-256 of the scores `[classes, height, width]` as little-endian float32, in hexadecimal. */
  readonly scoresSha256: string;
}

/** Options of {@link segmentFile}. */
export interface SegmentFileOptions {
  /** Weight of the colours in the overlay. */
  readonly opacity: number;
  /** True to compute the hashes of plan and scores. */
  readonly identify: boolean;
}

/** Outcome of one photo. */
export type SegmentOutcome = { readonly done: SegmentedFile } | FailedPhoto;

/** A photo without results. */
export interface FailedPhoto {
  /** Reason, without the name of the photo. */
  readonly failure: string;
  /** Exit code that the reason asks for. */
  readonly exitCode: ExitCode;
}

/** Segments one photo and writes both results, each atomically. */
export async function segmentFile(
  segmenter: Segmenter,
  job: SegmentJob,
  { opacity, identify }: SegmentFileOptions,
): Promise<SegmentOutcome> {
  try {
    const bytes = await readFile(job.input);
    const others = await readCompanions(job);
    const started = performance.now();
    const result = await segmenter.segment(bytes, { scores: identify, ...others });
    const milliseconds = Math.round(performance.now() - started);
    await writeBoth(job, result, opacity);
    const { width, height, stats: classes } = result;
    return { done: { width, height, milliseconds, classes, ...identityOf(result) } };
  } catch (error) {
    return failedPhoto(job.input, error);
  }
}

/** Writes the class map while the overlay is drawn, so that both writes overlap. */
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

/** Outcome of a photo for an error; the line that shows it begins with the path of the photo. */
function failedPhoto(input: string, error: unknown): FailedPhoto {
  const { exitCode, message } = failureOf(error);
  const subject = error instanceof ParseError && error.source === 'image' ? 'image' : input;
  const hasSubject = message.startsWith(`${subject}: `);
  return { exitCode, failure: hasSubject ? message.slice(subject.length + 2) : message };
}
