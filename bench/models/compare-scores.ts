/** Agreement of two engines on the scores of an image. */
export interface Comparison {
  /** Share of the pixels with the same class. */
  readonly argmaxAgreement: number;
  /** Largest difference of a score, relative to the largest score. */
  readonly largestDifference: number;
  /** Number of predicted classes: with a single class, agreement would mean nothing. */
  readonly classesSeen: number;
}

/**
 * Compares scores `[1, classes, H, W]` with those of another engine.
 *
 * @throws Error if the sizes differ, or a score is not finite.
 */
export function compareScores(
  scores: Float32Array,
  expected: Float32Array,
  classes: number,
): Comparison {
  if (scores.length !== expected.length)
    throw new Error('scores: the engines gave maps of different sizes');
  const pixels = scores.length / classes;
  const seen = new Set<number>();
  let same = 0;
  for (let i = 0; i < pixels; i++) {
    const winner = bestClass(scores, i, classes);
    seen.add(winner);
    if (winner === bestClass(expected, i, classes)) same++;
  }
  return {
    argmaxAgreement: same / pixels,
    largestDifference: largestDifference(scores, expected),
    classesSeen: seen.size,
  };
}

function bestClass(scores: Float32Array, pixel: number, classes: number): number {
  const pixels = scores.length / classes;
  let winner = 0;
  for (let c = 1; c < classes; c++) {
    if (scores[c * pixels + pixel] > scores[winner * pixels + pixel]) winner = c;
  }
  return winner;
}

function largestDifference(scores: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < scores.length; i++) {
    difference = Math.max(difference, Math.abs(scores[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  const relative = difference / scale;
  if (!Number.isFinite(relative)) throw new Error('scores: a score is not finite');
  return relative;
}
