import assert from 'node:assert/strict';
import { areaOf, rectAt } from '../../../src/core/rect.js';
import { wholeOf } from '../../../src/plan/layers/layers.js';

describe('wholeOf', () => {
  it('returns all pixels of a map, and one pixel of any other value', () => {
    assert.deepEqual(wholeOf({ name: 'map', shape: [1, 7, 4, 5] }), rectAt([0, 0], [4, 5]));
    assert.equal(areaOf(wholeOf({ name: 'vector', shape: [1, 7] })), 1);
  });
});
