import { sameShape, showShape } from '../../core/shape.js';
import { differenceOf, type Difference } from '../../metrics/difference.js';
import { openFileSource } from '../../io/file-source.js';
import type { NpyArray } from '../../io/npy.js';
import { readNpz } from '../../io/npz.js';
import { usageError } from '../exit-codes.js';
import type { Blob, Blobs } from './compute.js';

/** How a blob compares with what was expected. */
export interface ComparedBlob extends Difference {
  /** Its name. */
  readonly name: string;
  /** True if it is within the tolerance. */
  readonly within: boolean;
  /** Why it could not be compared; empty if it was. */
  readonly reason: string;
}

/** The arrays of an .npz file. */
export function readGolden(path: string): ReadonlyMap<string, NpyArray> {
  const source = openFileSource(path);
  try {
    return readNpz(source);
  } finally {
    source.close();
  }
}

/**
 * Compares blobs with arrays of their names, in the order of the blobs.
 *
 * @param names - What to compare; a name that only one side has is beyond any tolerance.
 * @param tolerance - Largest difference as a share of a blob's largest number.
 * @throws {@link CommandError} if there is nothing to compare.
 */
export function compareBlobs(
  blobs: Blobs,
  golden: ReadonlyMap<string, NpyArray>,
  { names, tolerance }: { readonly names: readonly string[]; readonly tolerance: number },
): ComparedBlob[] {
  const order = [...blobs.keys()].filter((name) => names.includes(name));
  const unknown = names.filter((name) => !blobs.has(name));
  const compared = [...order, ...unknown].map((name): ComparedBlob => {
    const reason = obstacle(blobs.get(name), golden.get(name));
    if (reason !== '') return { name, ...INCOMPARABLE, within: false, reason };
    const difference = differenceOf(
      blobs.get(name)?.data ?? [],
      numbersOf(golden.get(name)?.data ?? new Float32Array(0)),
    );
    return { name, ...difference, within: difference.relative <= tolerance, reason };
  });
  if (compared.length === 0) throw usageError('--compare: there is nothing to compare');
  return compared;
}

const INCOMPARABLE: Difference = { absolute: Infinity, relative: Infinity, ulps: Infinity, at: 0 };

function obstacle(blob: Blob | undefined, expected: NpyArray | undefined): string {
  if (blob === undefined) return 'the network has no such blob';
  if (expected === undefined) return 'not among the expected';
  if (sameShape(blob.shape, expected.shape)) return '';
  // A single number is written with an axis or without.
  if (blob.data.length === 1 && expected.data.length === 1) return '';
  return `${showShape(blob.shape)}, expected ${showShape(expected.shape)}`;
}

function numbersOf(data: NpyArray['data']): ArrayLike<number> {
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  return isBig ? Float64Array.from(data, Number) : data;
}
