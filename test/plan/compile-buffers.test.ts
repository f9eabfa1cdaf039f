import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  clearBorder,
  mapGeometry,
  placeMap,
  type PlacedMap,
} from '../../src/plan/memory/map-buffer.js';
import { overhang } from '../../src/plan/memory/border.js';
import { widerBorder } from '../../src/plan/memory/border.js';
import type { Border } from '../../src/plan/memory/border.js';
import { between, SEED, upTo } from '../support/arbitraries.js';

const borders: fc.Arbitrary<Border> = fc.record({
  top: between(0, 3),
  bottom: between(0, 3),
  left: between(0, 3),
  right: between(0, 3),
});

const maps: fc.Arbitrary<PlacedMap> = fc
  .record({ shape: fc.tuple(upTo(2), upTo(9), upTo(4), upTo(5)), border: borders })
  .map(({ shape, border }) => placeMap(mapGeometry(shape, border), BEFORE));

/** Bytes before and after a buffer that must stay unchanged. */
const BEFORE = 64;
const POISON = 7;

function memoryOf({ length }: PlacedMap): Float32Array {
  return new Float32Array(length + BEFORE / 2).fill(POISON);
}

describe('buffers', () => {
  it('clears the border of a map and keeps its pixels', () => {
    fc.assert(
      fc.property(maps, (map) => {
        const memory = memoryOf(map);
        clearBorder(memory.buffer, map);
        const inside = new Set<number>();
        for (let y = 0; y < map.height; y++) {
          for (let i = 0; i < map.width * map.pitch; i++) {
            inside.add(map.address / 4 + y * map.rowPitch + i);
          }
        }
        const first = map.buffer / 4;
        memory.forEach((value, i) => {
          const around = i >= first && i < first + map.length && !inside.has(i);
          assert.equal(value, around ? 0 : POISON);
        });
      }),
      { seed: SEED },
    );
  });

  it('gives an image fewer padding channels than other maps', () => {
    const border = { top: 1, bottom: 2, left: 3, right: 4 };
    const image = mapGeometry([5, 3, 10, 20], border, 'input');
    assert.deepEqual([image.pitch, image.rowPitch, image.length], [4, 27 * 4, 13 * 27 * 4]);
    assert.equal(image.origin, (27 + 3) * 4);
    assert.equal(mapGeometry([5, 3, 10, 20], border).pitch, 8);
    assert.equal(mapGeometry([5, 8, 10, 20], border).pitch, 8);
    assert.equal(mapGeometry([5, 9, 10, 20], border).pitch, 16);
  });

  it('computes the border that windows reach into', () => {
    assert.deepEqual(overhang(10, -2, 13), [2, 3]);
    assert.deepEqual(overhang(10, 1, 9), [0, 0]);
    const a = { top: 1, bottom: 0, left: 5, right: 2 };
    const b = { top: 0, bottom: 3, left: 4, right: 3 };
    assert.deepEqual(widerBorder(a, b), { top: 1, bottom: 3, left: 5, right: 3 });
  });
});
