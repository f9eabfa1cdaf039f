/**
 * Whether two arrays are the same numbers in another layout: frameworks order the axes of filters in their own
 * ways, flatten them, turn kernels round, and begin with another colour.
 */
import { numel, type Shape } from '../core/shape.js';
import type { ShapedNumbers } from './array-comparison.js';

/** How one array follows from another. */
export interface LayoutMatch {
  /** Which of the two is taken in another order: the one with more axes, or the first. */
  readonly moved: 'A' | 'B';
  /** Its axes in the order that gives the other; those of extent 1 are left out. */
  readonly axes: readonly number[];
  /** Those of them that are taken backwards. */
  readonly reversed: readonly number[];
  /** The same in words, such as `equal after swapping axes 0 and 1`. */
  readonly words: string;
}

/** Beyond any filter: of more axes only the shape may differ. */
const MOST_AXES = 5;

/** Numbers that are looked at before all are. */
const PROBES = 64;

/**
 * Finds the simplest change of layout that makes two arrays equal: as few axes reversed as can be, then as few
 * moved.
 *
 * @param tolerance - Largest difference as a share of the largest number of A.
 * @returns null if there is none, or the arrays are equal as they are.
 */
export function matchLayout(
  a: ShapedNumbers,
  b: ShapedNumbers,
  tolerance: number,
): LayoutMatch | null {
  if (a.data.length !== b.data.length || a.data.length === 0) return null;
  const moved = b.shape.length > a.shape.length ? 'B' : 'A';
  const [from, to] = moved === 'A' ? [a, b] : [b, a];
  const limit = tolerance * largestOf(a.data);
  const found = candidates(from.shape).find(
    (candidate) =>
      flattensTo(candidate.axes, from.shape, to.shape) && isEqual(from, to, candidate, limit),
  );
  if (found === undefined) return null;
  return { moved, ...found, words: wordsFor(moved, found, from.shape, to.shape) };
}

type Order = Pick<LayoutMatch, 'axes' | 'reversed'>;

/** All orders of the axes longer than 1, the simplest first. Vectors are not reversed: that means nothing. */
function candidates(shape: Shape): Order[] {
  const axes = [...shape.keys()].filter((axis) => shape[axis] > 1);
  if (axes.length > MOST_AXES) return [{ axes, reversed: [] }];
  const orders = permutations(axes);
  const reversals = shape.length > 2 ? subsets(axes) : [[]];
  return reversals
    .flatMap((reversed) => orders.map((order) => ({ axes: order, reversed })))
    .toSorted((a, b) => costOf(a, axes) - costOf(b, axes));
}

function costOf({ axes, reversed }: Order, plain: readonly number[]): number {
  const displaced = axes.filter((axis, i) => axis !== plain[i]).length;
  return reversed.length * (MOST_AXES + 1) + displaced;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

function subsets(items: readonly number[]): number[][] {
  return items.reduce<number[][]>(
    (sets, item) => [...sets, ...sets.map((set) => [...set, item])],
    [[]],
  );
}

/** True if the axes in this order, neighbours perhaps taken together, have the extents of the target. */
function flattensTo(axes: readonly number[], from: Shape, to: Shape): boolean {
  let next = 0;
  for (const extent of to) {
    let product = 1;
    while (product < extent && next < axes.length) product *= from[axes[next++]];
    if (product !== extent) return false;
  }
  return next === axes.length;
}

function isEqual(from: ShapedNumbers, to: ShapedNumbers, order: Order, limit: number): boolean {
  const place = placesOf(from.shape, order);
  const fits = (i: number): boolean => near(from.data[place(i)], to.data[i], limit);
  const count = to.data.length;
  const step = Math.max(1, Math.floor(count / PROBES));
  for (let i = 0; i < count; i += step) if (!fits(i)) return false;
  for (let i = 0; i < count; i++) if (!fits(i)) return false;
  return true;
}

/** Where the i-th number of the target lies. */
function placesOf(shape: Shape, { axes, reversed }: Order): (i: number) => number {
  const extents = axes.map((axis) => shape[axis]);
  const strides = axes.map((axis) => {
    const stride = numel(shape.slice(axis + 1));
    return reversed.includes(axis) ? -stride : stride;
  });
  const offset = strides.reduce(
    (sum, stride, k) => sum + (stride < 0 ? -stride * (extents[k] - 1) : 0),
    0,
  );
  return (i) => {
    let [rest, at] = [i, offset];
    for (let k = extents.length - 1; k >= 0; k--) {
      at += (rest % extents[k]) * strides[k];
      rest = Math.floor(rest / extents[k]);
    }
    return at;
  };
}

function near(actual: number, expected: number, limit: number): boolean {
  if (actual === expected || (Number.isNaN(actual) && Number.isNaN(expected))) return true;
  return Math.abs(actual - expected) <= limit;
}

function largestOf(numbers: Iterable<number>): number {
  let largest = 0;
  for (const number of numbers) {
    const size = Math.abs(number);
    if (size > largest && size < Infinity) largest = size;
  }
  return largest;
}

/** Channels of a colour. */
const COLOURS = 3;

function wordsFor(moved: 'A' | 'B', { axes, reversed }: Order, from: Shape, to: Shape): string {
  const plain = axes.toSorted((a, b) => a - b);
  const displaced = plain.filter((axis, i) => axis !== axes[i]);
  const steps: string[] = [];
  if (displaced.length === 2) steps.push(`swapping axes ${displaced.join(' and ')}`);
  if (displaced.length > 2) steps.push(`taking axes in the order ${axes.join(', ')}`);
  if (reversed.length > 0) steps.push(`reversing ${reversalWords(reversed, from)}`);
  if (from.length !== to.length || steps.length === 0)
    steps.push(`reshaping to [${to.join(', ')}]`);
  const last = steps.pop() ?? '';
  const all = steps.length === 0 ? last : `${steps.join(', ')} and ${last}`;
  return moved === 'A' ? `equal after ${all}` : `equal to B after ${all}`;
}

function reversalWords(reversed: readonly number[], shape: Shape): string {
  const isColour = reversed.length === 1 && shape[reversed[0]] === COLOURS;
  const meaning = isColour
    ? ' (BGR ↔ RGB)'
    : reversed.length === 2
      ? ' (kernels turned round)'
      : '';
  const axes = reversed.length === 1 ? 'axis' : 'axes';
  return `${axes} ${reversed.join(' and ')}${meaning}`;
}
