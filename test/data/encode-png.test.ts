import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { encodePng } from '../../src/data/encode-png.js';
import { decodePng } from '../../src/data/png.js';
import { SEED, upTo } from '../support/arbitraries.js';

describe('encodePng', () => {
  it('round-trips pixels', () => {
    const image = fc
      .tuple(upTo(20), upTo(20))
      .chain(([width, height]) =>
        fc
          .uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height })
          .map((data) => ({ width, height, data })),
      );
    fc.assert(
      fc.property(image, (given) => {
        assert.deepEqual(decodePng(encodePng(given), 'x'), given);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('rejects data that do not fill the size', () => {
    const data = new Uint8Array(4);
    assert.throws(() => encodePng({ width: 1, height: 1, data }), ShapeError);
    assert.throws(() => encodePng({ width: 0, height: 1, data: new Uint8Array(0) }), ShapeError);
  });
});
