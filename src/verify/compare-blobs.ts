import { toNumberArray } from '../io/elements.js';
import { openFileSource } from '../io/file-source.js';
import type { NpyArray } from '../io/npy.js';
import { readNpz } from '../io/npz.js';
import { compareArrays, incomparable, type ArrayComparison } from '../metrics/array-comparison.js';
import type { Blobs } from './compute-blobs.js';

/** How a blob compares with what was expected. */
export interface ComparedBlob extends ArrayComparison {
  /** Its name. */
  readonly name: string;
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
 */
export function compareBlobs(
  blobs: Blobs,
  golden: ReadonlyMap<string, NpyArray>,
  { names, tolerance }: { readonly names: readonly string[]; readonly tolerance: number },
): ComparedBlob[] {
  const order = [...blobs.keys()].filter((name) => names.includes(name));
  const unknown = names.filter((name) => !blobs.has(name));
  const compared = [...order, ...unknown].map((name): ComparedBlob => {
    const [blob, expected] = [blobs.get(name), golden.get(name)];
    if (blob === undefined) return { name, ...incomparable('the network has no such blob') };
    if (expected === undefined) return { name, ...incomparable('not among the expected') };
    const { shape, data } = expected;
    return { name, ...compareArrays(blob, { shape, data: toNumberArray(data) }, tolerance) };
  });
  return compared;
}
