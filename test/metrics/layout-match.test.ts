import assert from 'node:assert/strict';
import type { Shape } from '../../src/core/shape.js';
import type { ShapedNumbers } from '../../src/metrics/array-comparison.js';
import { matchLayout } from '../../src/metrics/layout-match.js';

/** Numbers that are all different, each told by its indices. */
function filled(shape: Shape, at: (...index: number[]) => number): ShapedNumbers {
  const data: number[] = [];
  const visit = (index: number[]): void => {
    if (index.length === shape.length) data.push(at(...index));
    else for (let i = 0; i < shape[index.length]; i++) visit([...index, i]);
  };
  visit([]);
  return { shape, data };
}

/** A filter's number: output o, input i, row r, column c. */
function weight(o: number, i: number, r: number, c: number): number {
  return Math.sin(1000 * o + 100 * i + 10 * r + c);
}

const OIHW = filled([4, 3, 5, 2], weight);

function wordsOf(a: ShapedNumbers, b: ShapedNumbers): string | undefined {
  return matchLayout(a, b, 0)?.words;
}

describe('matchLayout', () => {
  it('finds the filter layouts of frameworks', () => {
    const cases: readonly (readonly [string, ShapedNumbers])[] = [
      [
        'equal after swapping axes 0 and 1',
        filled([3, 4, 5, 2], (i, o, r, c) => weight(o, i, r, c)),
      ],
      [
        'equal after taking axes in the order 2, 3, 1, 0',
        filled([5, 2, 3, 4], (r, c, i, o) => weight(o, i, r, c)),
      ],
      [
        'equal after reversing axes 2 and 3 (kernels turned round)',
        filled([4, 3, 5, 2], (o, i, r, c) => weight(o, i, 4 - r, 1 - c)),
      ],
      [
        'equal after reversing axis 1 (BGR ↔ RGB)',
        filled([4, 3, 5, 2], (o, i, r, c) => weight(o, 2 - i, r, c)),
      ],
      [
        'equal after swapping axes 0 and 1 and reversing axes 2 and 3 (kernels turned round)',
        filled([3, 4, 5, 2], (i, o, r, c) => weight(o, i, 4 - r, 1 - c)),
      ],
      ['equal after reshaping to [4, 30]', filled([4, 30], (o, k) => OIHW.data[30 * o + k])],
      [
        'equal after swapping axes 1 and 3 and reshaping to [4, 30]',
        filled([4, 30], (o, k) => weight(o, k % 3, Math.floor(k / 3) % 5, Math.floor(k / 15))),
      ],
    ];
    for (const [words, other] of cases) assert.equal(wordsOf(OIHW, other), words);
  });

  it('permutes the array with more axes', () => {
    const flat = filled([30, 4], (k, o) => OIHW.data[30 * o + k]);
    assert.deepEqual(matchLayout(flat, OIHW, 0), {
      moved: 'B',
      axes: [1, 2, 3, 0],
      reversed: [],
      words: 'equal to B after taking axes in the order 1, 2, 3, 0 and reshaping to [30, 4]',
    });
  });

  it('skips axes of length 1, and returns the simplest match', () => {
    const square = filled([1, 1, 2, 2], (_, __, r, c) => 2 * r + c);
    assert.equal(
      wordsOf(
        square,
        filled([1, 1, 2, 2], (_, __, r, c) => 2 * c + r),
      ),
      'equal after swapping axes 2 and 3',
    );
    assert.equal(
      wordsOf(
        square,
        filled([4], (k) => k),
      ),
      'equal after reshaping to [4]',
    );
  });

  it('returns no match for different numbers or mirrored vectors', () => {
    const changed = { shape: [3, 4, 5, 2], data: Array.from(OIHW.data).fill(7, 100, 101) };
    assert.equal(matchLayout(OIHW, changed, 0), null);
    assert.equal(
      matchLayout(
        filled([3], (i) => i),
        filled([3], (i) => 2 - i),
        0,
      ),
      null,
    );
    assert.equal(
      matchLayout(
        OIHW,
        filled([4, 3, 5], () => 0),
        0,
      ),
      null,
    );
  });

  it('accepts differences within the tolerance', () => {
    const near = filled([3, 4, 5, 2], (i, o, r, c) => weight(o, i, r, c) + 1e-6);
    assert.equal(wordsOf(OIHW, near), undefined);
    assert.equal(matchLayout(OIHW, near, 1e-5)?.words, 'equal after swapping axes 0 and 1');
  });
});
