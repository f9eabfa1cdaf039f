/** Comparison of two files of weights, array by array. */
import type { Shape } from '../core/shape.js';
import { toNumberArray } from '../io/elements.js';
import {
  compareArrays,
  incomparable,
  type ArrayComparison,
  type ShapedNumbers,
} from '../metrics/array-comparison.js';
import { matchLayout } from '../metrics/layout-match.js';
import { openStoredArrays, type StoredArrays } from './stored-arrays.js';
import type { ArraysOnDemand, WeightsKind } from './weights-file.js';

/** Difference between the arrays of one name in A and in B. */
export interface ArrayDiff extends ArrayComparison {
  /** Name of the array in this library. */
  readonly name: string;
  /** Shapes in A and in B; null where the array is missing. */
  readonly shapes: readonly [a: Shape | null, b: Shape | null];
  /** Change of layout that makes both equal, such as `equal after swapping axes 0 and 1`; empty if there is none. */
  readonly layout: string;
}

/** Number of arrays by outcome of their comparison. */
export interface WeightsDiffCounts {
  /** Equal in every number. */
  readonly equal: number;
  /** Different, within the tolerance. */
  readonly within: number;
  /** Different beyond the tolerance, or of another shape. */
  readonly different: number;
  /** Equal after a change of layout. */
  readonly otherLayout: number;
  /** Missing in B. */
  readonly onlyInA: number;
  /** Missing in A. */
  readonly onlyInB: number;
}

/** Differences between two files of weights. */
export interface WeightsDiff {
  /** Origin of each file. */
  readonly kinds: readonly [a: WeightsKind, b: WeightsKind];
  /** Every array: those of A in their order, then those that only B has. */
  readonly arrays: readonly ArrayDiff[];
  /** Number of arrays by outcome; each array counts once. */
  readonly counts: WeightsDiffCounts;
  /** Name of the first array that exceeds the tolerance; null if all are within it. */
  readonly first: string | null;
  /** Notes on A and on B, such as arrays that were renamed or left out. */
  readonly notes: readonly [a: readonly string[], b: readonly string[]];
}

/**
 * Compares two files of weights, or two archives of blobs, in any supported formats. Arrays are matched by their
 * names in this library. Formats that allow it are read array by array, so that one array of each file is in memory.
 *
 * @param tolerance - Largest allowed difference, as a share of the largest number of the array in A; default 0.
 * @throws {@link ParseError} if a file is damaged or its format is unsupported; {@link FcnError} if a file cannot
 *   be opened.
 */
export function diffWeights(pathA: string, pathB: string, tolerance = 0): WeightsDiff {
  using a = openStoredArrays(pathA);
  using b = openStoredArrays(pathB);
  return diffStoredArrays(a, b, tolerance);
}

/** Compares the arrays of two open files, as {@link diffWeights} does. */
export function diffStoredArrays(a: StoredArrays, b: StoredArrays, tolerance: number): WeightsDiff {
  const names = new Set([...a.arrays.keys(), ...b.arrays.keys()]);
  const arrays = Array.from(names, (name) => diffArray(name, a.arrays, b.arrays, tolerance));
  return {
    kinds: [a.kind, b.kind],
    arrays,
    counts: countsOf(arrays),
    first: arrays.find(({ within }) => !within)?.name ?? null,
    notes: [a.notes, b.notes],
  };
}

function countsOf(arrays: readonly ArrayDiff[]): WeightsDiffCounts {
  const count = (test: (array: ArrayDiff) => boolean): number => arrays.filter(test).length;
  const isInBoth = ({ shapes: [a, b] }: ArrayDiff): boolean => a !== null && b !== null;
  return {
    equal: count(({ within, absolute }) => within && absolute === 0),
    within: count(({ within, absolute }) => within && absolute > 0),
    different: count((array) => !array.within && isInBoth(array) && array.layout === ''),
    otherLayout: count(({ layout }) => layout !== ''),
    onlyInA: count(({ shapes }) => shapes[1] === null),
    onlyInB: count(({ shapes }) => shapes[0] === null),
  };
}

function diffArray(
  name: string,
  inA: ArraysOnDemand,
  inB: ArraysOnDemand,
  tolerance: number,
): ArrayDiff {
  const [a, b] = [arrayOf(inA, name), arrayOf(inB, name)];
  const shapes = [a?.shape ?? null, b?.shape ?? null] as const;
  if (a === null) return { name, shapes, ...incomparable('only in B'), layout: '' };
  if (b === null) return { name, shapes, ...incomparable('only in A'), layout: '' };
  const comparison = compareArrays(b, a, tolerance);
  const match = comparison.within ? null : matchLayout(a, b, tolerance);
  return { name, shapes, ...comparison, layout: match?.words ?? '' };
}

function arrayOf(arrays: ArraysOnDemand, name: string): ShapedNumbers | null {
  const array = arrays.get(name)?.();
  return array === undefined ? null : { shape: array.shape, data: toNumberArray(array.data) };
}
