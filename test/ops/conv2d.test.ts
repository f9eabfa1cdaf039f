import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { conv2d, type ConvOptions } from '../../src/ops/conv2d.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, normals, SEED, stream, upTo } from '../support/arbitraries.js';
import { reference64 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { assertClose } from '../support/close.js';
import { convCases, convInput, filterShape } from '../support/conv-cases.js';

checkOp({
  name: 'conv2d',
  cases: convCases({ channels: upTo(5), height: upTo(6), width: extent }),
  gradientCases: convCases({ channels: upTo(2), height: upTo(3), width: upTo(4) }),
  inputShapes: (attrs) => [
    convInput(attrs),
    filterShape(attrs),
    ...(attrs.biased ? [[attrs.O * attrs.options.groups]] : []),
  ],
  apply: ([x, w, bias], { options }) => conv2d(x, w, bias as Tensor | undefined, options),
  golden: ([x, w, bias], options: ConvOptions) => conv2d(x, w, bias as Tensor | undefined, options),
});

checkOp({
  name: 'conv2d with many channels',
  // Both sides of the tiles of 4 outputs and 8 positions, and more terms than one panel holds.
  cases: fc.record({ C: fc.constantFrom(1, 31, 64, 260), O: extent, H: upTo(3), W: extent }),
  gradientCases: fc.record({ C: upTo(9), O: upTo(9), H: upTo(2), W: upTo(2) }),
  inputShapes: ({ C, O, H, W }) => [[1, C, H, W], [O, C, 1, 1], [O]],
  apply: ([x, w, bias]) => conv2d(x, w, bias),
  golden: null, // those of conv2d
  parityRuns: 25,
});

describe('conv2d', () => {
  it('is linear', () => {
    const cases = convCases({ channels: upTo(2), height: upTo(4), width: upTo(5) });
    fc.assert(
      fc.property(cases, stream, (attrs, rng) => {
        const random = rng();
        const shape = convInput(attrs);
        const size = shape.reduce((a, b) => a * b);
        const [a, b] = [normals(random, size), normals(random, size)];
        const filters = filterShape(attrs);
        const taps = normals(
          random,
          filters.reduce((p, q) => p * q),
        );
        const w = Tensor.from(reference64, taps, filters);
        const through = (values: number[]) =>
          conv2d(Tensor.from(reference64, values, shape), w, null, attrs.options).data;
        const sum = through(a.map((value, i) => value + 2 * b[i]));
        const [fromA, fromB] = [through(a), through(b)];
        // Float64 sums of at most 100 terms.
        assertClose(
          'sum',
          sum,
          Array.from(fromA, (value, i) => value + 2 * fromB[i]),
          1e-13,
        );
      }),
      { seed: SEED, numRuns: 30 },
    );
  });

  it('cross-correlates: an impulse comes out as the filter turned around', () => {
    const x = Tensor.from(reference64, [0, 0, 0, 0, 1, 0, 0, 0, 0], [1, 1, 3, 3]);
    const w = Tensor.from(reference64, [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]);
    const { data } = conv2d(x, w, null, { padding: 1 });
    assert.deepEqual([...data], [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('refuses what does not fit', () => {
    const x = Tensor.dry([1, 4, 5, 5]);
    const refused = (w: number[], bias: number[] | null = null, options: ConvOptions = {}) => {
      assert.throws(() => conv2d(x, Tensor.dry(w), bias && Tensor.dry(bias), options), ShapeError);
    };
    refused([2, 3, 1, 1]);
    refused([2, 4, 1]);
    refused([2, 4, 6, 1]);
    refused([2, 4, 3, 3], null, { dilation: 3 });
    refused([2, 4, 1, 1], [3]);
    refused([3, 2, 1, 1], null, { groups: 2 });
    refused([2, 4, 1, 1], null, { stride: 0 });
    refused([2, 4, 1, 1], null, { padding: -1 });
    refused([2, 4, 1, 1], null, { groups: 0 });
    assert.throws(() => conv2d(Tensor.dry([4, 5, 5]), Tensor.dry([2, 4, 1, 1])), ShapeError);
  });
});
