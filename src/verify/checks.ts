/** Comparisons of results with published figures, and their verdict. */
import type { Scores } from '../metrics/confusion-matrix.js';
import type { Digests } from '../zoo/cache.js';
import type { PublishedScore, ZooEntry } from '../zoo/entry.js';

/** Comparison of one figure with the published one. */
export interface Check {
  /** Name of the compared figure. */
  readonly name: string;
  /** Outcome. */
  readonly state: 'passed' | 'failed' | 'not checked';
  /** Both figures, or the reason why they were not compared. */
  readonly detail: string;
}

/** Photos on which the authors' weights were scored again: VOC 2011 val without SBD train. */
const SEG11VALID_PHOTOS = 736;
/** Decimals of the published percentages. */
const DECIMALS = 4;
/** Largest share of pixels that may change class at borders: the published output has other rounding. */
const TIPPED_SHARE = 0.001;

function compared(name: string, ours: string, published: string): Check {
  const state = ours === published ? 'passed' : 'failed';
  return { name, state, detail: `published ${published}, found ${ours}` };
}

/** Creates a check that could not be made, with the reason. */
export function notChecked(name: string, detail: string): Check {
  return { name, state: 'not checked', detail };
}

/** Size and digest of a file, against those that are published. */
export function checkFile(entry: ZooEntry | null, found: Digests): Check[] {
  const { bytes, checksum } = entry ?? { bytes: null, checksum: null };
  const size = 'size in bytes';
  return [
    bytes === null
      ? notChecked(size, 'none is published')
      : compared(size, String(found.bytes), String(bytes)),
    checksum === null
      ? notChecked('digest', 'none is published')
      : compared(checksum.algorithm, String(found.published), checksum.hex),
  ];
}

/** Numbers in a network's parameters, against those of the published definition. */
export function checkParameters(entry: ZooEntry | null, found: number): Check {
  const name = 'numbers in parameters';
  const published = entry?.parameters ?? null;
  if (published === null) return notChecked(name, `no count is known; found ${String(found)}`);
  return compared(name, String(found), String(published));
}

/**
 * A class map against the published one of the same image.
 *
 * @param differing - Pixels of another class.
 */
export function checkDemo(differing: number, pixels: number): Check {
  const share = `${((100 * differing) / pixels).toFixed(4)} %`;
  const most = `${String(100 * TIPPED_SHARE)} %`;
  return {
    name: 'output of the demo image',
    state: differing / pixels <= TIPPED_SHARE ? 'passed' : 'failed',
    detail: `${String(differing)} of ${String(pixels)} pixels differ, ${share}; at most ${most} may`,
  };
}

/** Scores on a data set, against those published with as many decimals. */
export function checkScores(entry: ZooEntry | null, scores: Scores, photos: number): Check[] {
  const published = (entry?.scores ?? []).filter(isExact);
  const name = 'scores on VOC 2011 val without SBD train';
  if (published.length === 0) return [notChecked(name, 'none are published with 4 decimals')];
  if (photos !== SEG11VALID_PHOTOS) {
    const count = `${String(SEG11VALID_PHOTOS)} photos, the list has ${String(photos)}`;
    return [notChecked(name, `they were measured on ${count}`)];
  }
  return published.map(({ figure, percent }) => {
    const ours = 100 * figureOf(scores, figure);
    return compared(figure, ours.toFixed(DECIMALS), percent.toFixed(DECIMALS));
  });
}

/** Those of the re-evaluation, by the same rules as the library's; others are rounded to a decimal. */
function isExact({ source }: PublishedScore): boolean {
  return source.includes('re-evaluation');
}

function figureOf(scores: Scores, figure: PublishedScore['figure']): number {
  const figures: Readonly<Record<PublishedScore['figure'], number>> = {
    'pixel accuracy': scores.pixelAccuracy,
    'mean accuracy': scores.meanAccuracy,
    'mean IU': scores.meanIU,
    'frequency weighted IU': scores.frequencyWeightedIU,
  };
  return figures[figure];
}

/** Verdict of all checks. */
export type Verdict = 'verified' | 'contradicted' | 'outputs not compared';

/** Names of the checks that compare what the network computes. */
const OUTPUT_CHECKS: readonly string[] = ['output of the demo image', 'mean IU'];

/** `verified` only if something that the network computes was compared, and nothing differs. */
export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ state }) => state === 'failed')) return 'contradicted';
  const isCompared = checks.some(
    ({ name, state }) => state === 'passed' && OUTPUT_CHECKS.includes(name),
  );
  return isCompared ? 'verified' : 'outputs not compared';
}
