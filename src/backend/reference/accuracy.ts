import { FcnError } from '../../core/errors.js';
import type { FloatArray } from '../backend.js';

/** Which labels are right, and which count. */
export interface AccuracyAttrs {
  /** A label is right if at most so many classes, its own among them, score as high as it does. */
  readonly topK: number;
  /** Label of the positions that do not count; NaN for none. */
  readonly ignoreIndex: number;
  /** One share of all positions, or one of those of each class. */
  readonly per: 'all' | 'class';
}

/** Scores, `[N, classes, inner]`. */
export interface ClassScores {
  /** The numbers. */
  readonly data: FloatArray;
  /** How many classes there are. */
  readonly classes: number;
  /** Positions of a class. */
  readonly inner: number;
}

/**
 * The share of positions whose label is right: right / counted, or 0 where none counts.
 *
 * @param labels - `[N, inner]`.
 * @param y - One number, or one for each class.
 * @throws {@link FcnError} if a label is neither a class nor to be ignored.
 */
export function accuracy(
  scores: ClassScores,
  labels: ArrayLike<number>,
  { topK, ignoreIndex, per }: AccuracyAttrs,
  y: FloatArray,
): void {
  const right = new Float64Array(y.length);
  const counted = new Float64Array(y.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === ignoreIndex) continue;
    if (!(Number.isInteger(label) && label >= 0 && label < scores.classes)) {
      throw new FcnError(
        `accuracy: label ${String(label)} at position ${String(i)} is none of ${String(scores.classes)} classes`,
      );
    }
    const group = per === 'class' ? label : 0;
    counted[group]++;
    if (rankOf(scores, label, i) <= topK) right[group]++;
  }
  for (let c = 0; c < y.length; c++) y[c] = counted[c] === 0 ? 0 : right[c] / counted[c];
}

/** How many classes score as high as one does at a position. */
function rankOf({ data, classes, inner }: ClassScores, label: number, position: number): number {
  const start = Math.floor(position / inner) * classes * inner + (position % inner);
  const own = data[start + label * inner];
  let rank = 0;
  for (let c = 0; c < classes; c++) if (data[start + c * inner] >= own) rank++;
  return rank;
}
