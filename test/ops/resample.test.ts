import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { resample, resampleRule } from '../../src/ops/resample.js';
import { resizeBilinear } from '../../src/ops/resize-bilinear.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, upTo } from '../support/arbitraries.js';
import { reference32, reference64 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { assertClose } from '../support/close.js';

const indices = fc.array(fc.array(between(0, 3), { maxLength: 4 }), { minLength: 1, maxLength: 6 });

checkOp({
  name: 'resample',
  cases: fc.record({ indices, outer: upTo(3), inner: upTo(5) }),
  inputShapes: ({ outer, inner }) => [[outer, 4, inner]],
  apply: ([x], { indices: taps }) => {
    const weights = taps.map((sources) => sources.map((_, t) => 0.7 - 0.3 * t));
    return resample(x, { axis: 1, taps: { indices: taps, weights } });
  },
  golden: null,
});

describe('resample', () => {
  it('gives the pixels of its output no place in those of its input', () => {
    const attrs = { axis: 2, taps: { indices: [[0]], weights: [[1]] } };
    assert.equal(resampleRule.geometry.coordinates(attrs, 0), null);
    assert.equal(resampleRule.geometry.footprint(attrs, 0), null);
  });

  it('is bilinear interpolation, an axis after the other', () => {
    const x = Tensor.from(reference64, [1, 5, 2, 8, 3, 9], [1, 1, 2, 3]);
    const rows = {
      indices: [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      weights: [
        [1, 0],
        [0.5, 0.5],
        [0, 1],
      ],
    };
    const y = resample(x, { axis: 2, taps: rows });
    assertClose('rows', y.data, resizeBilinear(x, [3, 3], 'align-corners').data, 1e-15);
  });

  it('refuses taps that lie outside, or have no weight', () => {
    const x = Tensor.zeros(reference32, [2]);
    const run = (axis: number, at: number[][], weights: number[][]) => () =>
      resample(x, { axis, taps: { indices: at, weights } });
    assert.throws(run(0, [[2]], [[1]]), ShapeError);
    assert.throws(run(0, [[0.5]], [[1]]), ShapeError);
    assert.throws(run(0, [[0, 1]], [[1]]), ShapeError);
    assert.throws(run(1, [[0]], [[1]]), ShapeError);
  });
});
