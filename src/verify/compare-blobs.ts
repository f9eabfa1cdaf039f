import { toNumberArray } from '../io/elements.js';
import { openFileSource } from '../io/file-source.js';
import type { NpyArray } from '../io/npy.js';
import { readNpz } from '../io/npz.js';
import { compareArrays, incomparable, type ArrayComparison } from '../metrics/array-comparison.js';
import type { ComputedBlobs } from './compute-blobs.js';

/** Difference between a blob and the expected array of its name. */
export interface ComparedBlob extends ArrayComparison {
  /** Name of the blob. */
  readonly name: string;
}

/**
 * Reads the expected arrays of an .npz file.
 *
 * @throws {@link ParseError} if the file is damaged.
 */
export function readGolden(path: string): ReadonlyMap<string, NpyArray> {
  const source = openFileSource(path);
  try {
    return readNpz(source);
  } finally {
    source.close();
  }
}

/** Options of {@link compareBlobs}. */
export interface CompareBlobsOptions {
  /** Names of the blobs to compare. A name that only one side has exceeds every tolerance. */
  readonly names: readonly string[];
  /** Largest allowed difference, as a share of the largest number of the expected array. */
  readonly tolerance: number;
}

/** Compares blobs with the expected arrays of their names, in the order of the blobs. */
export function compareBlobs(
  blobs: ComputedBlobs,
  golden: ReadonlyMap<string, NpyArray>,
  { names, tolerance }: CompareBlobsOptions,
): ComparedBlob[] {
  const order = [...blobs.keys()].filter((name) => names.includes(name));
  const unknown = names.filter((name) => !blobs.has(name));
  return [...order, ...unknown].map((name): ComparedBlob => {
    const [blob, expected] = [blobs.get(name), golden.get(name)];
    if (blob === undefined) return { name, ...incomparable('the network has no such blob') };
    if (expected === undefined) return { name, ...incomparable('not among the expected') };
    const { shape, data } = expected;
    return { name, ...compareArrays(blob, { shape, data: toNumberArray(data) }, tolerance) };
  });
}
