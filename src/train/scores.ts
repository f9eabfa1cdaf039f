import type { Scores } from '../metrics/confusion-matrix.js';

/** Scores as JSON: null where no pixel decides. */
export interface ScoreSheet {
  /** Share of pixels that are right. */
  readonly pixelAccuracy: number | null;
  /** Mean over the classes of the share that is right. */
  readonly meanAccuracy: number | null;
  /** Mean over the classes of intersection over union. */
  readonly meanIU: number | null;
  /** The same, weighted by how frequent a class is. */
  readonly frequencyWeightedIU: number | null;
  /** The classes one by one. */
  readonly classes: readonly ClassSheet[];
}

/** Scores of one class. */
export interface ClassSheet {
  /** Its name. */
  readonly name: string;
  /** Its pixels in the truth. */
  readonly pixels: number;
  /** Share of its pixels that is right. */
  readonly accuracy: number | null;
  /** Intersection over union. */
  readonly iu: number | null;
}

/** Puts names to the scores. */
export function toScoreSheet(scores: Scores, classes: readonly string[]): ScoreSheet {
  return {
    pixelAccuracy: numberOrNull(scores.pixelAccuracy),
    meanAccuracy: numberOrNull(scores.meanAccuracy),
    meanIU: numberOrNull(scores.meanIU),
    frequencyWeightedIU: numberOrNull(scores.frequencyWeightedIU),
    classes: scores.perClass.map(({ pixels, accuracy, iu }, i) => ({
      ...{ name: classes[i], pixels },
      ...{ accuracy: numberOrNull(accuracy), iu: numberOrNull(iu) },
    })),
  };
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** A score in percent: `86.53`, or a dash where there is none. */
export function showPercent(score: number | null): string {
  return score === null ? '–' : (100 * score).toFixed(2);
}

/** The scores as a table, in percent. */
export function showScoreSheet(sheet: ScoreSheet): string {
  const width = Math.max(21, ...sheet.classes.map(({ name }) => name.length));
  const line = (name: string, ...scores: readonly (number | null)[]): string =>
    name.padEnd(width) + scores.map((score) => showPercent(score).padStart(10)).join('');
  return [
    line('pixel accuracy', sheet.pixelAccuracy),
    line('mean accuracy', sheet.meanAccuracy),
    line('mean IU', sheet.meanIU),
    line('frequency-weighted IU', sheet.frequencyWeightedIU),
    '',
    `${'class'.padEnd(width)}  accuracy        IU`,
    ...sheet.classes.map(({ name, accuracy, iu }) => line(name, accuracy, iu)),
    '',
  ].join('\n');
}
