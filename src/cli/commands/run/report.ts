import type { ComparedBlob } from '../../../verify/compare-blobs.js';
import type { ComputedBlob, ComputedBlobs } from '../../../verify/compute-blobs.js';
import { alignColumns } from '../../../draw/columns.js';
import { shownDifference, shownUlps } from '../../shell/shown-difference.js';

/** Results of `fcn run`. */
export interface RunReport {
  /** The network: a file or a name. */
  readonly net: string;
  /** Requested mode. */
  readonly mode: string;
  /** Engine that computed, such as `plan, exact`. */
  readonly engine: string;
  /** Requested blobs. */
  readonly blobs: ComputedBlobs;
  /** Comparison with the expected blobs; null without them. */
  readonly comparison: readonly ComparedBlob[] | null;
  /** Largest difference allowed. */
  readonly tolerance: number;
  /** Notes for the user. */
  readonly notes: readonly string[];
}

/** Report as one line of JSON with a line break. An infinite difference is null. */
export function jsonReport({ blobs, comparison, ...report }: RunReport): string {
  const described = Array.from(blobs, ([name, blob]) => {
    const [min, max] = rangeOf(blob);
    return { name, shape: blob.shape, min, max };
  });
  const first = comparison?.find(({ within }) => !within)?.name ?? null;
  const compared = comparison === null ? {} : { comparison, firstBeyond: first };
  return `${JSON.stringify({ ...report, blobs: described, ...compared })}\n`;
}

/** Report as a table of the comparison or, without one, of the blobs. */
export function tableReport({ net, engine, blobs, comparison, notes }: RunReport): string {
  const table = comparison ? comparisonTable(comparison) : blobTable(blobs);
  return [`${net}: ${engine}`, ...notes.map((note) => `  ${note}`), '', ...table, ''].join('\n');
}

function blobTable(blobs: ComputedBlobs): string[] {
  const rows = Array.from(blobs, ([name, blob]) => {
    const [min, max] = rangeOf(blob);
    return [name, blob.shape.join('×'), String(min), String(max)];
  });
  return alignColumns([['blob', 'shape', 'least', 'largest'], ...rows], [false, true, true, true]);
}

function comparisonTable(comparison: readonly ComparedBlob[]): string[] {
  const rows = comparison.map(({ name, absolute, relative, ulps, at, within, reason }) => [
    ...[name, shownDifference(absolute), shownDifference(relative), shownUlps(ulps)],
    ...[absolute === 0 ? '' : String(at), reason || (within ? '' : 'beyond')],
  ]);
  const heads = ['blob', 'absolute', 'relative', 'ulp', 'at', ''];
  return alignColumns([heads, ...rows], [false, true, true, true, true, false]);
}

/** Smallest and largest number; NaN if a number is NaN. */
function rangeOf({ data }: ComputedBlob): [min: number, max: number] {
  let [min, max] = [Infinity, -Infinity];
  for (const value of data) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return [min, max];
}
