import { FcnError } from '../../core/errors.js';
import type { FloatArray } from '../attributes.js';

/** Options of {@link accuracy}. */
export interface AccuracyAttrs {
  /** A label is correct if at most `topK` classes, its own included, score at least as high. */
  readonly topK: number;
  /** Label of ignored positions; NaN for none. */
  readonly ignoreIndex: number;
  /** True for one accuracy per class, false for one over all positions. */
  readonly per: 'all' | 'class';
}

/** Scores, `[N, classes, inner]`. */
export interface ClassScores {
  /** The scores. */
  readonly data: FloatArray;
  /** Number of classes. */
  readonly classes: number;
  /** Number of positions per class. */
  readonly inner: number;
}

/**
 * y = correct / counted positions, or 0 if no position counts.
 *
 * @param labels - `[N, inner]`.
 * @param y - One element, or one per class.
 * @throws {@link FcnError} if a label is neither a class index nor `ignoreLabel`.
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
        `accuracy: unknown class at position ${String(i)} (got ${String(label)}, expected 0 … ${String(scores.classes - 1)})`,
      );
    }
    const group = per === 'class' ? label : 0;
    counted[group]++;
    if (rankOf(scores, label, i) <= topK) right[group]++;
  }
  for (let c = 0; c < y.length; c++) y[c] = counted[c] === 0 ? 0 : right[c] / counted[c];
}

/** Number of classes whose score at a position is at least that of the label. */
function rankOf({ data, classes, inner }: ClassScores, label: number, position: number): number {
  const start = Math.floor(position / inner) * classes * inner + (position % inner);
  const own = data[start + label * inner];
  let rank = 0;
  for (let c = 0; c < classes; c++) if (data[start + c * inner] >= own) rank++;
  return rank;
}
