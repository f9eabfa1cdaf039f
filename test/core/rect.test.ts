import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  areaOf,
  extentOf,
  hullOf,
  inBlocks,
  isEmpty,
  NOWHERE,
  overlapOf,
  rectAt,
  ringOf,
  startOf,
  type Rect,
} from '../../src/core/rect.js';
import { between, SEED, upTo } from '../support/arbitraries.js';

const SIDE = 8;

const rects: fc.Arbitrary<Rect> = fc
  .tuple(between(0, SIDE), between(0, SIDE), between(0, SIDE), between(0, SIDE))
  .map(([a, b, c, d]) => ({ rows: { start: a, end: b }, columns: { start: c, end: d } }));

/** Numbers of the pixels of a rectangle. */
function pixelsOf({ rows, columns }: Rect): Set<number> {
  const pixels = new Set<number>();
  for (let y = rows.start; y < rows.end; y++) {
    for (let x = columns.start; x < columns.end; x++) pixels.add(y * SIDE + x);
  }
  return pixels;
}

describe('rectangles', () => {
  it('have the size, union and intersection of their pixel sets', () => {
    fc.assert(
      fc.property(rects, rects, (a, b) => {
        const [inA, inB] = [pixelsOf(a), pixelsOf(b)];
        assert.equal(areaOf(a), inA.size);
        assert.equal(isEmpty(a), inA.size === 0);
        assert.deepEqual(pixelsOf(overlapOf(a, b)), both(inA, inB));
        const hull = pixelsOf(hullOf(a, b));
        for (const pixel of [...inA, ...inB]) assert(hull.has(pixel));
        const axes = (set: Set<number>, of: (pixel: number) => number): number[] =>
          [...set].map(of).toSorted((p, q) => p - q);
        const all = new Set([...inA, ...inB]);
        for (const of of [(p: number) => Math.floor(p / SIDE), (p: number) => p % SIDE]) {
          const [got, expected] = [axes(hull, of), axes(all, of)];
          assert.deepEqual([got.at(0), got.at(-1)], [expected.at(0), expected.at(-1)]);
        }
      }),
      { seed: SEED },
    );
  });

  it('are split around an inner rectangle into disjoint pieces', () => {
    fc.assert(
      fc.property(rects, rects, (outer, other) => {
        const inner = overlapOf(outer, other);
        const pieces = ringOf(outer, inner).flatMap((piece) => [...pixelsOf(piece)]);
        const expected = [...pixelsOf(outer)].filter((pixel) => !pixelsOf(inner).has(pixel));
        assert.deepEqual(pieces.toSorted(ascending), expected.toSorted(ascending));
      }),
      { seed: SEED },
    );
  });

  it('grow to whole blocks within the map', () => {
    const whole = rectAt([0, 0], [SIDE, SIDE]);
    fc.assert(
      fc.property(rects, upTo(5), upTo(5), (rect, rows, columns) => {
        const got = pixelsOf(inBlocks(rect, [rows, columns], whole));
        const block = (pixel: number): string =>
          `${String(Math.floor(pixel / SIDE / rows))} ${String(Math.floor((pixel % SIDE) / columns))}`;
        const blocks = new Set([...pixelsOf(rect)].map(block));
        const expected = [...pixelsOf(whole)].filter((pixel) => blocks.has(block(pixel)));
        assert.deepEqual([...got].toSorted(ascending), expected);
      }),
      { seed: SEED },
    );
  });

  it('have their ends', () => {
    const rect = rectAt([2, 3], [4, 5]);
    assert.deepEqual(rect, { rows: { start: 2, end: 6 }, columns: { start: 3, end: 8 } });
    assert.deepEqual([startOf(rect), extentOf(rect)], [[2, 3], [4, 5]]); // prettier-ignore
    assert(isEmpty(NOWHERE));
  });
});

function both(a: Set<number>, b: Set<number>): Set<number> {
  return new Set([...a].filter((pixel) => b.has(pixel)));
}

function ascending(a: number, b: number): number {
  return a - b;
}
