/** What differs between two files of weights, array by array. */
import type { Shape } from '../core/shape.js';
import { toPlain } from '../io/elements.js';
import {
  compareArrays,
  incomparable,
  type ArrayComparison,
  type ShapedNumbers,
} from '../metrics/array-comparison.js';
import { matchLayout } from '../metrics/layout-match.js';
import { openStoredArrays } from './stored-arrays.js';
import type { ArraysOnDemand, WeightsKind } from './weights-file.js';

/** How an array of B differs from that of A. */
export interface ArrayDiff extends ArrayComparison {
  /** Its name, as in this library. */
  readonly name: string;
  /** Extents in A and in B; null where it is not there. */
  readonly shapes: readonly [a: Shape | null, b: Shape | null];
  /** The change of layout that makes both equal, such as `equal after swapping axes 0 and 1`; empty if none does. */
  readonly layout: string;
}

/** What differs between two files. */
export interface WeightsDiff {
  /** Whose files they are. */
  readonly kinds: readonly [a: WeightsKind, b: WeightsKind];
  /** Every array, in the order of A, then what only B has. */
  readonly arrays: readonly ArrayDiff[];
  /** Name of the first one beyond the tolerance; null if there is none. */
  readonly first: string | null;
  /** What else should be known of A and of B. */
  readonly notes: readonly [a: readonly string[], b: readonly string[]];
}

/**
 * Compares two files of weights, or two archives of blobs, of any formats that are read. Arrays are matched by the
 * names they get here; no more than one of each file is in memory, if its format can be read so.
 *
 * @param tolerance - Largest difference as a share of the largest number of an array in A; default 0.
 * @throws {@link ParseError} if a file is damaged or of no format that is read; {@link FcnError} if it cannot
 *   be opened.
 */
export function diffWeights(pathA: string, pathB: string, tolerance = 0): WeightsDiff {
  using a = openStoredArrays(pathA);
  using b = openStoredArrays(pathB);
  const names = new Set([...a.arrays.keys(), ...b.arrays.keys()]);
  const arrays = Array.from(names, (name) => diffArray(name, a.arrays, b.arrays, tolerance));
  return {
    kinds: [a.kind, b.kind],
    arrays,
    first: arrays.find(({ within }) => !within)?.name ?? null,
    notes: [a.notes, b.notes],
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
  return array === undefined ? null : { shape: array.shape, data: toPlain(array.data) };
}
