import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Backend } from '../../src/backend/backend.js';
import { ShapeError } from '../../src/core/errors.js';
import { numel } from '../../src/core/shape.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { conv2d, type ConvOptions } from '../../src/ops/conv2d.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, normals, SEED, stream, upTo } from '../support/arbitraries.js';
import { reference64, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { convCases, filterShape, stampInput } from '../support/conv-cases.js';

checkOp({
  name: 'conv-transpose2d',
  cases: convCases({ channels: upTo(5), height: upTo(4), width: extent }),
  gradientCases: convCases({ channels: upTo(2), height: upTo(3), width: upTo(3) }),
  inputShapes: (attrs) => [
    stampInput(attrs),
    filterShape(attrs),
    ...(attrs.biased ? [[attrs.C * attrs.options.groups]] : []),
  ],
  apply: ([x, w, bias], { options }) => convTranspose2d(x, w, bias as Tensor | undefined, options),
  golden: ([x, w, bias], options: ConvOptions) =>
    convTranspose2d(x, w, bias as Tensor | undefined, options),
});

checkOp({
  name: 'conv-transpose2d as the heads use it',
  // Kernels of twice the stride, on one-pixel maps and on both sides of the tiles.
  cases: fc.record({ C: upTo(3), stride: fc.constantFrom(2, 4, 8), H: upTo(2), W: upTo(9) }),
  gradientCases: fc.record({ C: upTo(2), stride: fc.constant(2), H: upTo(2), W: upTo(2) }),
  inputShapes: ({ C, stride, H, W }) => [
    [1, C, H, W],
    [C, C, 2 * stride, 2 * stride],
  ],
  apply: ([x, w], { stride }) => convTranspose2d(x, w, null, { stride }),
  golden: null, // those of conv-transpose2d
  parityRuns: 25,
});

describe('conv-transpose2d', () => {
  const cases = convCases({ channels: upTo(3), height: upTo(4), width: upTo(9) });

  const checkAdjoint = (backend: Backend, tolerance: number) => {
    fc.assert(
      fc.property(cases, stream, (attrs, rng) => {
        const mark = backend.mark();
        const random = rng();
        const make = (shape: readonly number[]) =>
          Tensor.from(backend, normals(random, numel(shape)), shape);
        const y = make(stampInput(attrs));
        const w = make(filterShape(attrs));
        const back = convTranspose2d(y, w, null, attrs.options);
        const x = make(back.shape);
        const there = conv2d(x, w, null, attrs.options);
        assert.deepEqual(there.shape, y.shape);
        const left = inner(there, y);
        const right = inner(x, back);
        const bound = tolerance * Math.max(left.size, right.size);
        assert(Math.abs(left.sum - right.sum) <= bound, `${String(left.sum)} ${String(right.sum)}`);
        backend.release(mark);
      }),
      { seed: SEED, numRuns: 60 },
    );
  };

  it('is the adjoint of conv2d: ⟨A x, y⟩ = ⟨x, Aᵀ y⟩', () => {
    checkAdjoint(reference64, 1e-13); // sums of float64
  });

  it('is so on the kernels, up to the rounding of float32', async () => {
    // At most 81 terms per element, each product and sum rounded by 2⁻²⁴: 1e-5 of the magnitudes.
    checkAdjoint(await wasmBackend(), 1e-5);
  });

  it('stamps the filter where a pixel is set', () => {
    const x = Tensor.from(reference64, [0, 1, 10, 0], [1, 1, 2, 2]);
    const w = Tensor.from(reference64, [1, 2, 3, 4], [1, 1, 2, 2]);
    const y = convTranspose2d(x, w, null, { stride: 2 });
    assert.deepEqual(y.shape, [1, 1, 4, 4]);
    assert.deepEqual([...y.data], [0, 0, 1, 2, 0, 0, 3, 4, 10, 20, 0, 0, 30, 40, 0, 0]);
  });

  it('its coordinates are those of a stamp', () => {
    const x = Tensor.dry([1, 1, 3, 3]);
    const { maps } = convTranspose2d(x, Tensor.dry([1, 1, 16, 4]), null, {
      stride: [8, 2],
      padding: [0, 1],
    }).origin;
    assert.deepEqual(maps[0], [
      { scale: { num: 8, den: 1 }, shift: { num: 15, den: 2 }, window: 2 },
      { scale: { num: 2, den: 1 }, shift: { num: 1, den: 2 }, window: 2 },
    ]);
    assert.equal(maps[1], null);
  });

  it('refuses what does not fit', () => {
    const x = Tensor.dry([1, 4, 1, 5]);
    const refused = (w: number[], bias: number[] | null = null, options: ConvOptions = {}) => {
      const run = () => convTranspose2d(x, Tensor.dry(w), bias && Tensor.dry(bias), options);
      assert.throws(run, ShapeError);
    };
    refused([3, 2, 2, 2]);
    refused([4, 2, 2]);
    refused([4, 2, 2, 2], [4]);
    refused([4, 2, 2, 2], null, { groups: 3 });
    refused([4, 2, 2, 2], null, { padding: 1 });
    refused([4, 2, 2, 2], null, { stride: 0 });
    refused([4, 2, 0, 2]);
  });
});

/** Σ a · b, and Σ |a · b|. */
function inner(a: Tensor, b: Tensor): { sum: number; size: number } {
  let sum = 0;
  let size = 0;
  a.data.forEach((value, i) => {
    sum += value * b.data[i];
    size += Math.abs(value * b.data[i]);
  });
  return { sum, size };
}
