/**
 * Detection of arrays that hold the same numbers in another layout: frameworks permute the axes of filters,
 * flatten them, flip kernels, and order colours differently.
 */
import { numel, type Shape } from '../core/shape.js';
import type { ShapedNumbers } from './array-comparison.js';

/** Change of layout that turns one array into another. */
export interface LayoutMatch {
  /** The array that is permuted: the one with more axes, or A. */
  readonly moved: 'A' | 'B';
  /** Axes of the permuted array, in the order of the other; axes of extent 1 are left out. */
  readonly axes: readonly number[];
  /** Axes that are reversed. */
  readonly reversed: readonly number[];
  /** Description, such as `equal after swapping axes 0 and 1`. */
  readonly words: string;
}

/** Largest number of axes to permute; filters have fewer. With more axes only reshaping is tried. */
const MOST_AXES = 5;

/** Numbers that are compared first, before all others. */
const PROBES = 64;

/**
 * Finds the simplest change of layout that makes two arrays equal: the fewest reversed axes, then the fewest
 * moved ones.
 *
 * @param tolerance - Largest difference relative to the largest number of A.
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

/** All orders of the axes longer than 1, the simplest first. Vectors are not reversed. */
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

/** True if the axes in this order have the extents of the target; neighbouring axes may be merged. */
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

/** Index in the source of the i-th number of the target. */
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
