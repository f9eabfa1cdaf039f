import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import { decodeImage } from '../../src/data/decode-image.js';
import { decodeLabels } from '../../src/data/indexed-png.js';
import { VOC_PALETTE } from '../../src/data/palette.js';
import { ConfusionMatrix } from '../../src/metrics/confusion-matrix.js';
import { SEED } from '../support/arbitraries.js';
import { sharedFile } from '../support/shared.js';

/** Pixels by true and predicted class of the authors' demo image, VOC 2007_000129. */
const DEMO: readonly (readonly [truth: number, predicted: number, pixels: number])[] = [
  [0, 0, 52692],
  [0, 2, 1398],
  [0, 15, 299],
  [2, 0, 4618],
  [2, 2, 28404],
  [2, 15, 1161],
  [15, 0, 8782],
  [15, 2, 7320],
  [15, 15, 45041],
];

/** The published figures have ten decimals. */
function assertDemoScores(matrix: ConfusionMatrix): void {
  const scores = matrix.scores();
  const near = (seen: number, published: number, digits: number): void =>
    assert(Math.abs(seen - published) <= 0.5001 * 10 ** -digits, String(seen));
  near(scores.pixelAccuracy, 0.8425141101, 10);
  near(scores.meanAccuracy, 0.8454627806, 10);
  near(scores.meanIU, 0.7196156777, 10);
  near(scores.frequencyWeightedIU, 0.72737398, 10);
  near(scores.perClass[0].iu, 0.777294, 6);
  near(scores.perClass[2].iu, 0.662082, 6);
  near(scores.perClass[15].iu, 0.71947, 6);
  assert.deepEqual(
    [0, 2, 15].map((id) => scores.perClass[id].pixels),
    [54389, 34183, 61143],
  );
}

describe('ConfusionMatrix', () => {
  it("computes the scores of the authors' demo", () => {
    const matrix = new ConfusionMatrix(21);
    for (const [truth, predicted, pixels] of DEMO) {
      const fill = (label: number): Uint8Array => new Uint8Array(pixels).fill(label);
      matrix.add(fill(truth), fill(predicted));
    }
    matrix.add(new Uint8Array(17285).fill(255), new Uint8Array(17285).fill(2));
    assertDemoScores(matrix);
  });

  it("counts the files of the authors' demo", function () {
    const folder = 'golden/published/fcn8s-demo';
    const label = sharedFile(this, `${folder}/label.png`);
    const output = sharedFile(this, `${folder}/output.png`);
    const classes = new Map<string, number>();
    for (let id = 20; id >= 0; id--) {
      classes.set(VOC_PALETTE.subarray(3 * id, 3 * id + 3).join(), id);
    }
    const { data } = decodeImage(readFileSync(output), output);
    const predicted = Uint8Array.from({ length: data.length / 3 }, (_, i) => {
      return classes.get(data.subarray(3 * i, 3 * i + 3).join()) ?? assert.fail('unknown colour');
    });
    const matrix = new ConfusionMatrix(21);
    matrix.add(decodeLabels(readFileSync(label), label).data, predicted);
    for (const [truth, guess, pixels] of DEMO) {
      assert.equal(matrix.counts[21 * truth + guess], pixels);
    }
    assert.equal(
      matrix.counts.reduce((sum, count) => sum + count, 0),
      149_715,
    );
    assertDemoScores(matrix);
  });

  it('skips absent classes, and counts classes that are only predicted', () => {
    const matrix = new ConfusionMatrix(4);
    matrix.add(Uint8Array.of(0, 0, 1, 1), Uint8Array.of(0, 2, 1, 1));
    const { perClass, ...means } = matrix.scores();
    assert.deepEqual(perClass, [
      { pixels: 2, accuracy: 0.5, iu: 0.5 },
      { pixels: 2, accuracy: 1, iu: 1 },
      { pixels: 0, accuracy: NaN, iu: 0 },
      { pixels: 0, accuracy: NaN, iu: NaN },
    ]);
    assert.deepEqual(means, {
      pixelAccuracy: 0.75,
      meanAccuracy: 0.75,
      meanIU: 0.5,
      frequencyWeightedIU: 0.75,
    });
  });

  it('returns NaN scores if nothing was counted', () => {
    const matrix = new ConfusionMatrix(2);
    matrix.add(Uint8Array.of(255, 2), Uint8Array.of(0, 99));
    const { pixelAccuracy, meanAccuracy, meanIU, frequencyWeightedIU } = matrix.scores();
    assert.deepEqual(
      [pixelAccuracy, meanAccuracy, meanIU, frequencyWeightedIU],
      [NaN, NaN, NaN, NaN],
    );
  });

  it('counts the same image by image and all at once', () => {
    const label = fc.constantFrom(0, 1, 2, 255);
    fc.assert(
      fc.property(fc.array(fc.tuple(label, fc.nat(2))), fc.nat(50), (pixels, cut) => {
        const truth = Uint8Array.from(pixels, ([t]) => t);
        const guess = Uint8Array.from(pixels, ([, p]) => p);
        const whole = new ConfusionMatrix(3);
        whole.add(truth, guess);
        const parts = new ConfusionMatrix(3);
        parts.add(truth.subarray(0, cut), guess.subarray(0, cut));
        parts.add(truth.subarray(cut), guess.subarray(cut));
        assert.deepEqual(parts.scores(), whole.scores());
      }),
      { seed: SEED },
    );
  });

  it('rejects different lengths and invalid predictions without counting', () => {
    const matrix = new ConfusionMatrix(2);
    assert.throws(() => matrix.add(new Uint8Array(2), new Uint8Array(3)), ShapeError);
    assert.throws(() => matrix.add(Uint8Array.of(0, 1), Uint8Array.of(0, 2)), FcnError);
    assert(matrix.counts.every((count) => count === 0));
    for (const classes of [0, 1.5, 257, NaN]) {
      assert.throws(() => new ConfusionMatrix(classes), FcnError);
    }
  });
});
