import type { Scores } from '../metrics/confusion-matrix.js';

/** Scores as JSON: null for a score without pixels. */
export interface ScoreSheet {
  /** Fraction of correct pixels. */
  readonly pixelAccuracy: number | null;
  /** Mean over the classes of the fraction of correct pixels. */
  readonly meanAccuracy: number | null;
  /** Mean over the classes of intersection over union. */
  readonly meanIU: number | null;
  /** Mean over the classes of intersection over union, weighted by the frequency of the class. */
  readonly frequencyWeightedIU: number | null;
  /** Scores per class. */
  readonly classes: readonly ClassSheet[];
}

/** Scores of one class. */
export interface ClassSheet {
  /** Name of the class. */
  readonly name: string;
  /** Number of pixels with this label. */
  readonly pixels: number;
  /** Fraction of these pixels that are correct. */
  readonly accuracy: number | null;
  /** Intersection over union. */
  readonly iu: number | null;
}

/** Adds the names of the classes to the scores. */
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

/** Formats a score in percent: `86.53`, or a dash for null. */
export function showPercent(score: number | null): string {
  return score === null ? '–' : (100 * score).toFixed(2);
}

/** Formats the scores as a table, in percent. */
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
