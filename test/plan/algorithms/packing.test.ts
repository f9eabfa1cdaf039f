import assert from 'node:assert/strict';
import { createWasmBackend } from '../../../src/backend/wasm/index.js';
import type { NamedArray } from '../../../src/core/named-arrays.js';
import { createRng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import { mapGeometry } from '../../../src/plan/memory/map-buffer.js';
import { NO_BORDER } from '../../../src/plan/memory/border.js';
import {
  directPacking,
  packedWeightLength,
} from '../../../src/plan/algorithms/direct/direct-weights.js';
import { convLayout } from '../../../src/plan/algorithms/direct/direct-job.js';
import {
  packedPhasesLength,
  phasesPacking,
  transposedPhases,
} from '../../../src/plan/algorithms/transposed/transposed-job.js';
import type { Packing } from '../../../src/plan/memory/packing.js';
import { filterPacking } from '../../../src/plan/algorithms/winograd/filter.js';
import { pointsOf } from '../../../src/plan/algorithms/winograd/form.js';
import type { WinogradForm } from '../../../src/plan/algorithms/winograd/form.js';
import { normals } from '../../support/arbitraries.js';
import { assertSameBits } from '../../support/close.js';

/** Something to be packed: how, and into how many numbers. */
interface Case {
  readonly packing: Packing;
  readonly length: number;
}

const CAPACITY_BYTES = 2 ** 25;

function drawn(shape: Shape): NamedArray {
  return { shape, data: Float32Array.from(normals(createRng(7), numel(shape))) };
}

function direct(wShape: Shape, groups: number): Case {
  const geometry = mapGeometry([1, wShape[1] * groups, 9, 8], NO_BORDER);
  const attrs = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups } as const;
  const layout = convLayout(geometry, wShape, attrs);
  return { packing: directPacking(drawn(wShape), layout), length: packedWeightLength(layout) };
}

function phases(wShape: Shape, groups: number): Case {
  const geometry = mapGeometry([1, wShape[0], 9, 8], NO_BORDER);
  const attrs = { stride: [2, 2], padding: [0, 0], dilation: [1, 1], groups } as const;
  const each = transposedPhases(geometry, wShape, attrs);
  return { packing: phasesPacking(drawn(wShape), each), length: packedPhasesLength(each) };
}

function winograd(form: WinogradForm, [O, C]: Shape, [outputs, channels]: Shape): Case {
  const packing = filterPacking(drawn([O, C, form.taps, form.taps]), { form, outputs, channels });
  return { packing, length: pointsOf(form) ** 2 * outputs * channels };
}

/** Weights with groups and with blocks that are not full, of more blocks than any team takes at once. */
const CASES: Readonly<Record<string, Case>> = {
  filters: direct([130, 5, 3, 3], 1),
  'filters in groups': direct([60, 3, 3, 3], 5),
  'transposed filters': phases([20, 13, 4, 4], 1),
  'transposed filters in groups': phases([12, 9, 4, 4], 3),
  'filters for F(6×6,3×3)': winograd({ tile: 6, taps: 3 }, [127, 5], [136, 8]),
  'filters for F(2×2,7×7)': winograd({ tile: 2, taps: 7 }, [20, 9], [24, 16]),
};

describe('packing of weights', () => {
  for (const [name, { packing, length }] of Object.entries(CASES)) {
    it(`${name}: the same bits on any number of threads, in the memory that was announced`, async () => {
      const results: Float32Array[] = [];
      for (const threads of [1, 2, 3]) {
        using backend = await createWasmBackend({ capacityBytes: CAPACITY_BYTES, threads });
        const { arena } = backend;
        const target = arena.alloc(length).fill(NaN);
        const before = arena.highWaterBytes;
        packing.write(target, backend);
        assert.equal(arena.highWaterBytes - before, packing.scratchBytes?.(threads));
        assert(target.every((value) => !Number.isNaN(value)));
        results.push(target.slice());
      }
      for (const other of results.slice(1)) assertSameBits('packed', other, results[0]);
    });
  }
});
