import assert from 'node:assert/strict';
import fc from 'fast-check';
import { numel } from '../../../src/core/shape.js';
import { trace } from '../../../src/graph/trace.js';
import { createNetwork } from '../../../src/models/create-network.js';
import type { NetworkSpec } from '../../../src/models/network-spec.js';
import {
  layOutArena,
  leastPeakBytes,
  type BufferRequest,
} from '../../../src/plan/memory/arena-layout.js';
import { liveness } from '../../../src/plan/layers/liveness.js';
import { lower } from '../../../src/plan/layers/lower.js';
import { optimize } from '../../../src/plan/layers/passes/index.js';
import { between, SEED } from '../../support/arbitraries.js';

const requests: fc.Arbitrary<BufferRequest[]> = fc.array(
  fc
    .record({
      bytes: fc.oneof(between(0, 200), between(0, 10000)),
      first: between(-1, 12),
      steps: between(0, 6),
    })
    .map(({ bytes, first, steps }) => ({ bytes, first, last: first + steps })),
  { maxLength: 24 },
);

/** Fails if buffers that are needed at the same time share a byte, or one is not where it may be. */
function checkLayout(buffers: readonly BufferRequest[]): void {
  const { offsets, peakBytes } = layOutArena(buffers);
  assert.equal(offsets.length, buffers.length);
  buffers.forEach((a, i) => {
    assert(offsets[i] % 64 === 0 && offsets[i] >= 0);
    assert(offsets[i] + a.bytes <= peakBytes);
    buffers.slice(0, i).forEach((b, j) => {
      const together = a.first <= b.last && b.first <= a.last;
      const apart = offsets[i] + a.bytes <= offsets[j] || offsets[j] + b.bytes <= offsets[i];
      assert(!together || apart, `${String(i)} and ${String(j)} overlap`);
    });
  });
  assert(peakBytes >= leastPeakBytes(buffers));
}

/** Requests for the maps of a network, packed channel by channel. */
function mapsOf(spec: NetworkSpec, H: number, W: number): BufferRequest[] {
  const network = createNetwork(null, spec);
  const list = lower(trace(network, [1, 3, H, W]), network.parameters());
  return liveness(optimize(list, 'exact')).map(({ value, first, last }) => {
    return { bytes: 4 * numel(value.shape), first, last };
  });
}

describe('layout of the arena', () => {
  it('separates buffers that are needed at the same time, aligned', () => {
    fc.assert(fc.property(requests, checkLayout), { seed: SEED, numRuns: 500 });
  });

  it('returns the bytes of the fullest step', () => {
    fc.assert(
      fc.property(requests, (buffers) => {
        const steps = Array.from({ length: 21 }, (_, i) => i - 1);
        const needed = steps.map((step) =>
          buffers
            .filter(({ first, last }) => first <= step && step <= last)
            .reduce((sum, { bytes }) => sum + 64 * Math.ceil(bytes / 64), 0),
        );
        assert.equal(leastPeakBytes(buffers), Math.max(...needed));
      }),
      { seed: SEED },
    );
  });

  it('uses memory again: a chain takes no more than its two largest neighbours', () => {
    const chain = [640, 6400, 3200, 6400, 64].map((bytes, i) => ({ bytes, first: i, last: i + 1 }));
    assert.equal(layOutArena(chain).peakBytes, 9600);
  });

  it('takes the smallest gap that is large enough', () => {
    const gaps = [
      { bytes: 640, first: 0, last: 0 }, // at 0, free again at step 1
      { bytes: 576, first: 0, last: 1 }, // at 640
      { bytes: 512, first: 0, last: 0 }, // at 1216, free again
      { bytes: 448, first: 0, last: 1 }, // at 1728
      { bytes: 384, first: 1, last: 1 }, // fits into both gaps
    ];
    assert.deepEqual(layOutArena(gaps).offsets, [0, 640, 1216, 1728, 1216]);
    const wideBehind = [
      { bytes: 640, first: 0, last: 1 }, // at 0
      { bytes: 576, first: 0, last: 0 }, // at 640, free again at step 1
      { bytes: 512, first: 0, last: 1 }, // at 1216
      { bytes: 448, first: 0, last: 0 }, // at 1728, free again
      { bytes: 384, first: 0, last: 0 }, // at 2176, free again
      { bytes: 320, first: 0, last: 1 }, // at 2560
      { bytes: 256, first: 1, last: 1 }, // fits into both gaps
    ];
    assert.equal(layOutArena(wideBehind).offsets.at(-1), 640);
  });

  const networks: Record<string, [NetworkSpec, number]> = {
    'FCN-8s of VGG16, pad 100': [
      { trunk: 'vgg16', variant: '8s', geometry: 'authors', classes: 21 },
      500,
    ],
    'FCN-8s of VGG16, pad 1': [
      { trunk: 'vgg16', variant: '8s', geometry: 'same', classes: 21 },
      256,
    ],
    'FCN-8s of SqueezeNet': [
      { trunk: 'squeezenet1_1', variant: '8s', geometry: 'same', classes: 21 },
      500,
    ],
    'FCN-32s of CaffeNet': [
      { trunk: 'caffenet', variant: '32s', geometry: 'authors', classes: 21 },
      500,
    ],
  };
  for (const [name, [spec, size]] of Object.entries(networks)) {
    it(`is within 15 % of the fullest step for ${name}`, () => {
      const maps = mapsOf(spec, size, size);
      checkLayout(maps);
      const { peakBytes } = layOutArena(maps);
      const least = leastPeakBytes(maps);
      assert(peakBytes <= 1.15 * least, `${String(peakBytes)} of ${String(least)}`);
    });
  }
});
