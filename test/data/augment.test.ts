import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng, restoreRng } from '../../src/core/rng.js';
import { augment, mirror, type LabelledImage } from '../../src/data/augment.js';
import { between, SEED, upTo } from '../support/arbitraries.js';

const fill = [123, 117, 104] as const;

/** A photo whose red is its label, so that one shows where the other went. */
function sampleOf(width: number, height: number): LabelledImage {
  const data = Uint8Array.from({ length: width * height }, (_, i) => i % 200);
  const rgb = Uint8Array.from({ length: 3 * data.length }, (_, i) => data[Math.floor(i / 3)]);
  return { image: { width, height, data: rgb }, labels: { width, height, data } };
}

describe('augment', () => {
  it('keeps photo and labels aligned, and fills pixels outside', () => {
    fc.assert(
      fc.property(upTo(20), upTo(20), upTo(30), between(0, 1e6), (width, height, size, seed) => {
        const sample = sampleOf(width, height);
        const options = { scale: [1, 1], size, fill } as const;
        const { image, labels } = augment(sample, createRng(seed), options);
        assert.deepEqual([image.width, labels.height], [size, size]);
        labels.data.forEach((label, i) => {
          const colour = [...image.data.subarray(3 * i, 3 * i + 3)];
          assert.deepEqual(colour, label === 255 ? fill : [label, label, label]);
        });
        const inside = labels.data.filter((label) => label !== 255).length;
        assert.equal(inside, Math.min(width, size) * Math.min(height, size));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('returns the photo or its mirror image if nothing else varies', () => {
    const sample = sampleOf(9, 9);
    const rng = createRng(SEED);
    const seen = { same: 0, mirrored: 0 };
    for (let run = 0; run < 200; run++) {
      const result = augment(sample, rng, { scale: [1, 1], size: 9, fill });
      const isSame = result.labels.data[0] === sample.labels.data[0];
      assert.deepEqual(result, isSame ? sample : mirror(sample));
      seen[isSame ? 'same' : 'mirrored']++;
    }
    assert(seen.same > 70 && seen.mirrored > 70, JSON.stringify(seen));
  });

  it('restores the photo when mirrored twice', () => {
    const sample = sampleOf(5, 4);
    assert.deepEqual([...mirror(sample).labels.data.subarray(0, 5)], [4, 3, 2, 1, 0]);
    assert.deepEqual(mirror(mirror(sample)), sample);
  });

  it('scales between the two bounds', () => {
    const sample = sampleOf(20, 20);
    const rng = createRng(SEED);
    const extents = new Set<number>();
    for (let run = 0; run < 200; run++) {
      const { labels } = augment(sample, rng, { scale: [0.5, 1.5], size: 64, fill });
      extents.add(Math.sqrt(labels.data.filter((label) => label !== 255).length));
    }
    assert.equal(Math.min(...extents), 10);
    assert.equal(Math.max(...extents), 30);
  });

  it('draws four numbers for every photo, so that a restored stream continues equally', () => {
    const options = { scale: [0.5, 2], size: 8, fill } as const;
    const rng = createRng(7);
    augment(sampleOf(5, 5), rng, options);
    const restored = restoreRng(rng.state());
    const other = createRng(7);
    augment(sampleOf(17, 3), other, { ...options, size: 30 });
    const next = augment(sampleOf(9, 9), rng, options);
    assert.deepEqual(augment(sampleOf(9, 9), restored, options), next);
    assert.deepEqual(augment(sampleOf(9, 9), other, options), next);
  });
});
