import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AdamAttrs, FloatArray, SgdAttrs } from '../../src/backend/attributes.js';
import type { Backend } from '../../src/backend/backend.js';
import { extent, normals, SEED, specials, stream } from '../support/arbitraries.js';
import { reference32, reference64, wasmBackend } from '../support/backends.js';
import { assertClose, assertSameBits } from '../support/close.js';
import { guarded } from '../support/guarded.js';

const SGD: SgdAttrs = { rate: 0.01, momentum: 0.9, decay: 5e-4, gradScale: 0.5 };
const ADAM: AdamAttrs = {
  rate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  decay: 5e-4,
  gradScale: 0.5,
};

type Step = (backend: Backend, buffers: readonly FloatArray[]) => void;

const steps: Readonly<Record<string, Step>> = {
  sgdStep: (backend, [w, grad, velocity]) => {
    backend.sgdStep(w, grad, velocity, SGD);
  },
  adamStep: (backend, [w, grad, moment1, moment2]) => {
    backend.adamStep(w, grad, moment1, moment2, ADAM);
  },
};

for (const [name, step] of Object.entries(steps)) {
  describe(name, () => {
    it('gives the bits of the reference and writes nothing else', async () => {
      const backends = [guarded(reference32, 0), guarded(await wasmBackend(), 0)];
      fc.assert(
        fc.property(extent, fc.boolean(), stream, (n, special, rng) => {
          const numbers = special ? specials(rng(), 4 * n) : normals(rng(), 4 * n);
          const [expected, got] = backends.map((backend) => {
            const mark = backend.mark();
            const buffers = [0, 1, 2, 3].map((i) => {
              const buffer = backend.alloc(n);
              buffer.set(numbers.slice(i * n, (i + 1) * n));
              return buffer;
            });
            step(backend, buffers);
            backend.checkGuards();
            assertSameBits('gradient afterwards', buffers[1], numbers.slice(n, 2 * n));
            const after = buffers.flatMap((buffer) => [...buffer]);
            backend.release(mark);
            return after;
          });
          assertSameBits(name, got, expected);
        }),
        { seed: SEED, numRuns: 200 },
      );
    });
  });
}

describe('sgdStep', () => {
  it('includes the rate in the velocity', () => {
    const [w, grad, velocity] = [1, 2, 0].map((value) => Float64Array.of(value));
    reference64.sgdStep(w, grad, velocity, { rate: 0.5, momentum: 0.9, decay: 0.25, gradScale: 1 });
    assert.deepEqual([velocity[0], w[0]], [1.125, -0.125]);
    grad[0] = 0;
    reference64.sgdStep(w, grad, velocity, { rate: 0, momentum: 0.5, decay: 0, gradScale: 1 });
    assert.deepEqual([velocity[0], w[0]], [0.5625, -0.6875]); // the velocity moves w although the rate is 0
  });
});

describe('adamStep', () => {
  it('moves by the rate for a constant gradient of any size', () => {
    for (const size of [1e-3, 1, 1e3]) {
      const [w, grad, m, v] = [0, size, 0, 0].map((value) => Float64Array.of(value));
      for (let t = 1; t <= 5; t++) {
        const correction = Math.sqrt(1 - 0.999 ** t);
        const rate = (0.1 * correction) / (1 - 0.9 ** t);
        const attrs = { ...ADAM, rate, epsilon: 0, decay: 0, gradScale: 1 };
        reference64.adamStep(w, grad, m, v, attrs);
        assertClose('w', w, [-0.1 * t], 1e-12); // 1 − 0.999 loses 3 of 16 digits
      }
    }
  });
});
