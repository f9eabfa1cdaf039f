import { FcnError, ShapeError } from '../core/errors.js';

/** Scores of one class. */
export interface ClassScore {
  /** Number of pixels of the class in the ground truth. */
  readonly pixels: number;
  /** Share of them that is predicted correctly; NaN if there are none. */
  readonly accuracy: number;
  /** Intersection over union; 0 if only predicted, NaN if in neither. */
  readonly iu: number;
}

/** The four metrics of the FCN papers, and the scores of each class. */
export interface Scores {
  /** Σ nᵢᵢ / Σ tᵢ */
  readonly pixelAccuracy: number;
  /** Mean of nᵢᵢ / tᵢ over the classes that occur in the truth. */
  readonly meanAccuracy: number;
  /** Mean of nᵢᵢ / (tᵢ + Σⱼ nⱼᵢ − nᵢᵢ) over the classes that occur in truth or prediction. */
  readonly meanIU: number;
  /** Σ tᵢ · IUᵢ / Σ tₖ */
  readonly frequencyWeightedIU: number;
  /** Scores of each class, by label. */
  readonly perClass: readonly ClassScore[];
}

/**
 * Counts of pixels by true and predicted class, over any number of images.
 *
 * @see Long, Shelhamer, Darrell, "Fully Convolutional Networks for Semantic Segmentation", §5; the
 *   rules for absent classes are those of the authors' score.py.
 */
export class ConfusionMatrix {
  /** Number of classes n. */
  readonly classes: number;
  /** Pixels of class i predicted as class j, `[n, n]`. */
  readonly counts: Float64Array;

  constructor(classes: number) {
    if (!(Number.isInteger(classes) && classes >= 1 && classes <= 256)) {
      throw new FcnError(`confusion matrix: invalid number of classes (got ${String(classes)})`);
    }
    this.classes = classes;
    this.counts = new Float64Array(classes * classes);
  }

  /**
   * Counts the pixels of one image. Pixels whose ground truth is not a class, such as 255, are ignored.
   *
   * @throws {@link ShapeError} if the lengths differ; {@link FcnError} if a counted prediction is
   *   not a class. Nothing is counted then.
   */
  add(truth: Uint8Array, predicted: Uint8Array): void {
    const n = this.classes;
    if (truth.length !== predicted.length) {
      throw new ShapeError(
        `confusion matrix: wrong prediction count (got ${String(predicted.length)}, expected ${String(truth.length)})`,
      );
    }
    const stray = predicted.findIndex((label, i) => label >= n && truth[i] < n);
    if (stray >= 0) {
      throw new FcnError(
        `confusion matrix: invalid prediction (got ${String(predicted[stray])}, expected 0 to ${String(n - 1)})`,
      );
    }
    for (let i = 0; i < truth.length; i++) {
      if (truth[i] < n) this.counts[truth[i] * n + predicted[i]]++;
    }
  }

  /** Scores of all counted pixels; NaN if there are none. */
  scores(): Scores {
    const ids = Array.from({ length: this.classes }, (_, i) => i);
    const perClass = ids.map((id) => this.#scoreOf(id));
    const total = this.counts.reduce(plus, 0);
    const correct = ids.map((id) => this.#count(id, id)).reduce(plus, 0);
    const weighted = perClass.map(({ pixels, iu }) => (pixels > 0 ? (pixels / total) * iu : 0));
    return {
      pixelAccuracy: correct / total,
      meanAccuracy: meanOfNumbers(perClass.map(({ accuracy }) => accuracy)),
      meanIU: meanOfNumbers(perClass.map(({ iu }) => iu)),
      frequencyWeightedIU: total > 0 ? weighted.reduce(plus, 0) : NaN,
      perClass,
    };
  }

  #scoreOf(id: number): ClassScore {
    let pixels = 0;
    let predicted = 0;
    for (let other = 0; other < this.classes; other++) {
      pixels += this.#count(id, other);
      predicted += this.#count(other, id);
    }
    const hits = this.#count(id, id);
    return { pixels, accuracy: hits / pixels, iu: hits / (pixels + predicted - hits) };
  }

  #count(truth: number, predicted: number): number {
    return this.counts[truth * this.classes + predicted];
  }
}

function plus(a: number, b: number): number {
  return a + b;
}

/** Mean of the values that are not NaN; NaN if there are none. */
function meanOfNumbers(values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.reduce(plus, 0) / numbers.length;
}
