import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { avgPool2d } from '../../src/ops/avg-pool2d.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { poolNd, type PoolNdAttrs } from '../../src/ops/pool-nd.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, normals, upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { assertSameBits } from '../support/close.js';
import { createRng } from '../../src/core/rng.js';

const PLAIN: PoolNdAttrs = {
  ...{ kind: 'max', rounding: 'floor', kernelSize: [2, 2], stride: [1, 1], dilation: [1, 1] },
  ...{ before: [0, 0], after: [0, 0] },
};

checkOp({
  name: 'pool-nd',
  cases: fc.record({
    kind: fc.constantFrom('max', 'average', 'averageWithBorder'),
    rounding: fc.constantFrom('ceil', 'floor'),
    kernelSize: fc.tuple(upTo(3), upTo(2)),
    stride: fc.tuple(upTo(2), upTo(3)),
    dilation: fc.tuple(upTo(2), upTo(2)),
    before: fc.tuple(between(0, 1), between(0, 1)),
    after: fc.tuple(between(0, 1), between(0, 2)),
    size: fc.tuple(between(5, 7), between(4, 9)),
  }),
  inputShapes: ({ size }) => [[2, 1, ...size]],
  // A window without a tap on x would give −FLT_MAX, next to which differences vanish.
  apply: ([x], { before, after, ...attrs }) =>
    poolNd(x, {
      ...attrs,
      before: before.map((width, axis) => Math.min(width, attrs.kernelSize[axis] - 1)),
      after: after.map((width, axis) => Math.min(width, attrs.kernelSize[axis] - 1)),
    }),
  parityRuns: 30,
  golden: null,
});

describe('poolNd', () => {
  const x = Tensor.from(reference32, normals(createRng(5), 2 * 3 * 8 * 9), [2, 3, 8, 9]);

  it('is max-pooling and average pooling where those do the same', () => {
    for (const rounding of ['ceil', 'floor'] as const) {
      const geometry = {
        kernelSize: [3, 3],
        stride: [2, 2],
        before: [1, 1],
        after: [1, 1],
      } as const;
      const options = { kernelSize: 3, stride: 2, padding: 1, rounding };
      const pool = (kind: PoolNdAttrs['kind']) =>
        poolNd(x, { ...PLAIN, ...geometry, kind, rounding }).data;
      assertSameBits('max', pool('max'), maxPool2d(x, options).data);
      assertSameBits('average', pool('averageWithBorder'), avgPool2d(x, options).data);
    }
  });

  it('divides by the taps on its input alone, or by those on the border too', () => {
    const ones = Tensor.from(reference32, [1, 1], [1, 1, 2]);
    const line = {
      ...PLAIN,
      kernelSize: [2],
      stride: [2],
      dilation: [1],
      before: [1],
      after: [1],
    };
    const pool = (kind: PoolNdAttrs['kind']) => [...poolNd(ones, { ...line, kind }).data];
    assert.deepEqual(pool('average'), [1, 1]);
    assert.deepEqual(pool('averageWithBorder'), [0.5, 0.5]);
  });

  it('says where the maximum stands in all of its input', () => {
    const maps = Tensor.from(reference32, [1, 9, 3, 4, 5, 6, 8, 7], [1, 2, 2, 2]);
    assert.deepEqual([...poolNd(maps, { ...PLAIN, kind: 'maxPlace' }).data], [1, 6]);
  });

  it('refuses geometry that is none', () => {
    const wrong: Partial<PoolNdAttrs>[] = [
      { stride: [0, 1] },
      { kernelSize: [0, 1] },
      { dilation: [1] },
      { before: [-1, 0] },
      { kernelSize: [9, 9] },
    ];
    for (const attrs of wrong) assert.throws(() => poolNd(x, { ...PLAIN, ...attrs }), ShapeError);
  });

  it('knows the shape of maps that are too large for the places of maxima', () => {
    const [kernelSize, stride, dilation] = [[2, 2], [2, 2], [1, 1]]; // prettier-ignore
    const border = { before: [0, 0], after: [0, 0] };
    const attrs = {
      kind: 'max',
      rounding: 'ceil',
      kernelSize,
      stride,
      dilation,
      ...border,
    } as const;
    const { shape } = poolNd(Tensor.dry([1, 64, 698, 698]), attrs);
    assert.deepEqual(shape, [1, 64, 349, 349]);
  });

  it('says where maxima stand, in x and in their map', () => {
    const attrs = { ...PLAIN, kernelSize: [3, 2], stride: [2, 2] };
    const maxima = poolNd(x, attrs).data;
    const places = poolNd(x, { ...attrs, kind: 'maxPlace' }).data;
    const inMap = poolNd(x, { ...attrs, kind: 'maxPlaceInMap' }).data;
    assertSameBits(
      'maxima',
      Float32Array.from(places, (at) => x.data[at]),
      maxima,
    );
    assertSameBits(
      'in map',
      inMap,
      Float32Array.from(places, (at) => at % 72),
    );
  });
});
