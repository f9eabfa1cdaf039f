import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Backend } from '../../src/backend/backend.js';
import { receptiveField } from '../../src/graph/receptive-field.js';
import { ancestorMaps } from '../../src/graph/coordinates.js';
import type { Pair } from '../../src/core/shape.js';
import { avgPool2d } from '../../src/ops/avg-pool2d.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { crop } from '../../src/ops/crop.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, SEED, upTo } from '../support/arbitraries.js';
import { reference64 } from '../support/backends.js';

/** A layer along one axis; the other has one pixel. */
interface Layer {
  readonly does: 'conv' | 'maxPool' | 'avgPool' | 'deconv' | 'crop';
  readonly window: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

const layer = (...kinds: Layer['does'][]): fc.Arbitrary<Layer> =>
  fc.record({
    does: fc.constantFrom(...kinds),
    window: upTo(5),
    stride: upTo(3),
    padding: between(0, 4),
    dilation: upTo(2),
  });

/** The layer along the axis; windows are symmetric, of positive weights without a gap. */
function apply(backend: Backend | null, axis: 0 | 1, x: Tensor, one: Layer): Tensor {
  const { does, window, stride, dilation } = one;
  const along = (value: number, other: number): Pair =>
    axis === 0 ? [value, other] : [other, value];
  const padding = along(Math.min(one.padding, Math.floor((window - 1) / 2)), 0);
  const kernelSize = along(window, 1);
  const pooling = { kernelSize, stride: along(stride, 1), padding };
  const shape = [1, 1, ...kernelSize];
  const weights = Array.from({ length: window }, (_, i) => 1 + Math.min(i, window - 1 - i));
  const w = backend === null ? Tensor.dry(shape) : Tensor.from(backend, weights, shape);
  switch (does) {
    case 'conv':
      return conv2d(x, w, null, { stride: along(stride, 1), padding, dilation });
    case 'deconv':
      return convTranspose2d(x, w, null, { stride: along(stride, 1), padding });
    case 'maxPool':
      return maxPool2d(x, pooling);
    case 'avgPool':
      return avgPool2d(x, pooling);
    case 'crop': {
      const extent = x.shape[2 + axis];
      return crop(x, along(one.padding, 0), along(extent - one.padding - one.stride, 1));
    }
  }
}

/** What the composed network makes of a single bright pixel, for every place where it may be. */
interface Responses {
  /** Value of output position `o` where pixel `i` is bright. */
  readonly at: (i: number, o: number) => number;
  readonly inputs: number;
  readonly outputs: number;
  /** A period of the network's strides. */
  readonly period: number;
  /** The axis map: position i of the input stands at scale·i + shift of the output. */
  readonly scale: number;
  readonly shift: number;
  /** The receptive field: a unit sees `size` pixels, around offset + stride·o. */
  readonly size: number;
  readonly stride: number;
  readonly offset: number;
}

function respond(layers: readonly Layer[], axis: 0 | 1): Responses {
  const along = (images: number, extent: number) =>
    axis === 0 ? [images, 1, extent, 1] : [images, 1, 1, extent];
  const through = (backend: Backend | null, x: Tensor) =>
    layers.reduce((y, one) => apply(backend, axis, y, one), x);

  const dry = Tensor.dry(along(1, 1000), 'data');
  const graph = through(null, dry).origin;
  const map = ancestorMaps(graph).get(dry.origin);
  assert(map);
  const field = receptiveField(graph, dry.origin)[axis];
  const { scale, shift } = map[axis];
  const period = layers.reduce(
    (product, { does, stride }) => (does === 'crop' ? product : product * stride),
    1,
  );

  // Room for every field, and for what padding and crops take off at the ends.
  const inputs = 4 * field.size + 4 * period + 40;
  const bright = Array.from({ length: inputs ** 2 }, (_, k) => (k % (inputs + 1) === 0 ? 1 : 0));
  const y = through(reference64, Tensor.from(reference64, bright, along(inputs, inputs)));
  const outputs = y.shape[2 + axis];
  return {
    at: (i, o) => y.data[i * outputs + o],
    ...{ inputs, outputs, period, size: field.size },
    scale: scale.num / scale.den,
    shift: shift.num / shift.den,
    stride: field.stride.num / field.stride.den,
    offset: field.offset.num / field.offset.den,
  };
}

/** First and last of the pixels that an output position sees; null if it sees none. */
function seenBy({ at, inputs }: Responses, o: number): readonly [number, number] | null {
  const seen = Array.from({ length: inputs }, (_, i) => i).filter((i) => at(i, o) !== 0);
  return seen.length === 0 ? null : [seen[0], seen[seen.length - 1]];
}

/** Output positions whose fields lie well within the input, a period of them at least. */
function middle({ inputs, outputs, period, scale, shift, size }: Responses): number[] {
  const centre = Math.round(scale * (inputs / 2) + shift);
  const reach = Math.ceil(scale * (period + size / 2));
  const from = Math.max(0, centre - reach);
  return Array.from({ length: Math.min(outputs, centre + reach + 1) - from }, (_, k) => from + k);
}

const axis = fc.constantFrom<0 | 1>(0, 1);
const narrowing = fc.array(layer('conv', 'maxPool', 'avgPool', 'crop'), {
  minLength: 1,
  maxLength: 3,
});

describe('a single bright pixel', () => {
  it('is seen by windows of exactly the receptive field, around where the map says', () => {
    fc.assert(
      fc.property(narrowing, axis, (layers, along) => {
        const net = respond(layers, along);
        const units = middle(net);
        assert(units.length > 0);
        for (const o of units) {
          const seen = seenBy(net, o);
          assert(seen);
          assert.equal(seen[1] - seen[0] + 1, net.size);
          assert.equal((seen[0] + seen[1]) / 2, net.offset + net.stride * o);
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('grows under transposed convolutions around where the map says, symmetrically', () => {
    const stamps = fc.array(layer('deconv', 'crop'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(stamps, axis, (layers, along) => {
        const net = respond(layers, along);
        const i = Math.floor(net.inputs / 2);
        const response = Array.from({ length: net.outputs }, (_, o) => net.at(i, o));
        const first = response.findIndex((value) => value !== 0);
        const last = response.findLastIndex((value) => value !== 0);
        assert.equal((first + last) / 2, net.scale * i + net.shift);
        for (let k = 0; k <= last - first; k++) {
          assert.equal(response[first + k], response[last - k]);
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('is seen through a net that ends by upsampling within exactly the receptive field', () => {
    const ending = layer('deconv');
    fc.assert(
      fc.property(narrowing, ending, axis, (layers, last, along) => {
        const net = respond([...layers, last], along);
        const extents = middle(net)
          .map((o) => seenBy(net, o))
          .map((seen) => (seen ? seen[1] - seen[0] + 1 : 0));
        assert.equal(Math.max(...extents), net.size); // units between two coarse ones see less
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('is seen within the receptive field by the units of any net', () => {
    const anything = fc.array(layer('conv', 'avgPool', 'deconv', 'crop'), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(anything, axis, (layers, along) => {
        const net = respond(layers, along);
        for (const o of middle(net)) {
          const seen = seenBy(net, o);
          if (seen) assert(seen[1] - seen[0] + 1 <= net.size);
        }
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('comes out of a net that goes down and up again, on average, where the map says', () => {
    const down = fc.array(layer('conv', 'avgPool', 'crop'), { maxLength: 3 });
    // A stride after an upsampling would look at some phases of it only.
    const up = fc.array(
      layer('conv', 'deconv', 'crop').map((one) =>
        one.does === 'conv' ? { ...one, stride: 1 } : one,
      ),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(down, up, axis, (first, then, along) => {
        const net = respond([...first, ...then], along);
        // Pixels lie differently under the strides, so each response leans to one side; over a period
        // of the strides that cancels: every tap has its turn once, and windows are symmetric.
        let [mass, lean] = [0, 0];
        const start = Math.floor((net.inputs - net.period) / 2);
        for (let i = start; i < start + net.period; i++) {
          for (let o = 0; o < net.outputs; o++) {
            mass += net.at(i, o);
            lean += net.at(i, o) * (o - (net.scale * i + net.shift));
          }
        }
        assert(mass > 0);
        // Float64 sums of less than 10⁵ terms of either sign.
        assert(Math.abs(lean / mass) < 1e-9, `leans by ${String(lean / mass)}`);
      }),
      { seed: SEED, numRuns: 40 },
    );
  });
});
