import { checkOptions, FLAG, type OptionChecks } from '../core/check-options.js';
import { ParseError } from '../core/errors.js';
import type { ByteSource } from './byte-source.js';
import { readNpy, writeNpy, type NpyArray } from './npy.js';
import { openZip, readZipEntryBy } from './zip.js';
import { writeZip } from './zip-writer.js';

/** Suffix of the file of an array. */
const ENDING = '.npy';

/**
 * Reads NumPy's `.npz`: a zip archive, stored or deflated, of one `.npy` per array.
 *
 * @returns The arrays by name, in the order of the archive.
 * @throws {@link ParseError} if the archive or an array is damaged, or a file in it is not an array.
 */
export function readNpz(source: ByteSource): ReadonlyMap<string, NpyArray> {
  return new Map(Array.from(openNpz(source), ([name, read]) => [name, read()]));
}

/**
 * Opens a `.npz` file; every call reads an array again, while the source is open.
 *
 * @throws {@link ParseError} if the archive is damaged, or a file in it is not an array; a call throws it if the array is damaged.
 */
export function openNpz(source: ByteSource): ReadonlyMap<string, () => NpyArray> {
  const archive = openZip(source);
  const arrays = new Map<string, () => NpyArray>();
  for (const entry of archive.entries.values()) {
    const name = entry.name.slice(0, -ENDING.length);
    if (!entry.name.endsWith(ENDING)) {
      throw new ParseError(
        source.name,
        entry.start,
        `unexpected file "${entry.name}" (expected ${ENDING} files)`,
      );
    }
    const content = { name: `${source.name}: ${entry.name}`, read: readNpy };
    arrays.set(name, () => readZipEntryBy(archive, entry, content));
  }
  return arrays;
}

/** Options of {@link writeNpz}. */
export interface NpzWriteOptions {
  /** True to deflate, as `numpy.savez_compressed`. Default: false, as `numpy.savez`. */
  readonly compress?: boolean;
}

const OPTIONS: OptionChecks<NpzWriteOptions> = { compress: FLAG };

/**
 * Writes arrays as NumPy's `.npz`, the same bytes for the same arrays.
 *
 * @returns The file in pieces.
 * @throws {@link ShapeError} if an array does not fill its shape.
 */
export function writeNpz(
  arrays: ReadonlyMap<string, NpyArray>,
  options: NpzWriteOptions = {},
): Uint8Array<ArrayBuffer>[] {
  checkOptions('writeNpz', options, OPTIONS);
  const files = Array.from(arrays, ([name, array]) => ({
    name: `${name}${ENDING}`,
    content: [writeNpy(array)],
  }));
  return writeZip(files, { deflate: options.compress ?? false });
}
