import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import type { ResizeMode } from '../../src/backend/attributes.js';
import type { Pair } from '../../src/core/shape.js';
import { resizeBilinear } from '../../src/ops/resize-bilinear.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, extent, normals, SEED, stream, upTo } from '../support/arbitraries.js';
import { reference32, reference64 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { assertClose, assertSameBits, assertWithin } from '../support/close.js';

const MODES: readonly ResizeMode[] = ['half-pixel', 'align-corners'];
const mode = fc.constantFrom(...MODES);

checkOp({
  name: 'resize-bilinear',
  cases: fc.record({
    N: upTo(2),
    C: upTo(2),
    H: upTo(6),
    W: extent,
    outH: upTo(9),
    outW: extent,
    mode,
  }),
  gradientCases: fc.record({
    ...{ N: upTo(2), C: upTo(2), H: upTo(5), W: upTo(7), outH: upTo(9), outW: upTo(9), mode },
  }),
  inputShapes: ({ N, C, H, W }) => [[N, C, H, W]],
  apply: ([x], { outH, outW, mode }) => resizeBilinear(x, [outH, outW], mode),
  golden: ([x], { size, mode }: { size: Pair; mode: ResizeMode }) => resizeBilinear(x, size, mode),
});

describe('resizeBilinear', () => {
  it('is the identity at the same size', () => {
    fc.assert(
      fc.property(upTo(9), upTo(9), mode, stream, (H, W, mode, rng) => {
        const x = Tensor.from(reference32, normals(rng(), H * W), [1, 1, H, W]);
        assertSameBits('same size', resizeBilinear(x, [H, W], mode).data, x.data);
      }),
      { seed: SEED },
    );
  });

  it('keeps a plane a plane: where an output pixel lies is the value it gets', () => {
    const cases = fc.record({
      ...{ H: between(2, 20), W: between(2, 20), outH: upTo(40), outW: upTo(40), mode },
    });
    fc.assert(
      fc.property(cases, ({ H, W, outH, outW, mode }) => {
        const plane = (i: number, j: number): number => 3 * i - 2 * j + 1;
        const x = Array.from({ length: H * W }, (_, at) => plane(Math.floor(at / W), at % W));
        const y = resizeBilinear(Tensor.from(reference64, x, [1, 1, H, W]), [outH, outW], mode);
        const expected = Array.from({ length: outH * outW }, (_, at) =>
          plane(place(Math.floor(at / outW), H, outH, mode), place(at % outW, W, outW, mode)),
        );
        assertWithin('plane', y.data, expected, 1e-12); // values below 200, a few roundings
      }),
      { seed: SEED },
    );
  });

  it('has coordinate maps that say the same, away from the borders', () => {
    for (const mode of MODES) {
      const y = resizeBilinear(Tensor.dry([1, 1, 8, 5]), [20, 3], mode);
      const axes = y.origin.maps[0];
      assert(axes);
      [
        [8, 20, 3],
        [5, 3, 1],
      ].forEach(([n, size, i], axis) => {
        const { scale, shift } = axes[axis];
        const input = place(i, n, size, mode);
        assertClose(mode, [(scale.num / scale.den) * input + shift.num / shift.den], [i], 1e-15);
      });
    }
    const one = resizeBilinear(Tensor.dry([1, 1, 8, 5]), [1, 3], 'align-corners');
    assert.deepEqual(one.origin.maps, [null]);
  });

  it('refuses sizes below 1 and maps without pixels', () => {
    const x = Tensor.zeros(reference32, [1, 1, 2, 2]);
    for (const size of [0, -1, 1.5, NaN]) {
      assert.throws(() => resizeBilinear(x, [2, size]), ShapeError);
    }
    assert.throws(
      () => resizeBilinear(Tensor.zeros(reference32, [1, 1, 0, 2]), [2, 2]),
      ShapeError,
    );
  });
});

/** Where position i of `size` lies among n positions, straight from the documented formula. */
function place(i: number, n: number, size: number, mode: ResizeMode): number {
  if (mode === 'align-corners') return size === 1 ? 0 : (i * (n - 1)) / (size - 1);
  return Math.min(n - 1, Math.max(0, ((i + 0.5) * n) / size - 0.5));
}
