import { Digest } from '../core/digest.js';
import { numel, type Shape } from '../core/shape.js';
import type { StoredArray } from '../core/stored-array.js';
import type { ByteSource } from './byte-source.js';
import { readHashed } from './hashed-source.js';
import { openHeader, type ArrayEntry } from './safetensors-header.js';
import { readNumbers } from './safetensors-numbers.js';

/** A safetensors file of which only the header is in memory. */
export interface StoredSafetensors {
  /** The arrays, in the order of their bytes: read on demand, while the source is open. */
  readonly arrays: ReadonlyMap<string, StoredArray>;
  /** Metadata, from `__metadata__`; empty if there is none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Block size for scanning: a block stays in the processor's cache. */
const CHUNK_BYTES = 2 ** 20;

/**
 * Opens a safetensors file: reads it once, to check it and to compute the digests of its arrays, and keeps
 * only the header in memory.
 *
 * @param sha256 - Expected SHA-256 in hexadecimal digits; undefined = no check.
 * @throws {@link ParseError} on a damaged file; {@link FcnError} if it cannot be read or its SHA-256
 *   differs.
 */
export function openSafetensors(source: ByteSource, sha256?: string): StoredSafetensors {
  return readHashed(source, sha256, (file) => {
    const { entries, metadata } = openHeader(file);
    const arrays = new Map(
      entries.map((entry) => [entry.name, storedArray(source, entry, scan(file, entry))]),
    );
    return { arrays, metadata };
  });
}

/** Reads an array once, for its digest. */
function scan(source: ByteSource, entry: ArrayEntry): Known {
  const { shape } = entry;
  const length = numel(shape);
  const digest = new Digest(length);
  const floats = new Float32Array(Math.min(length, CHUNK_BYTES / 4));
  for (let begin = 0; begin < length; begin += floats.length) {
    const part = floats.subarray(0, Math.min(floats.length, length - begin));
    readNumbers(source, entry, begin, part);
    digest.update(new Int32Array(part.buffer, 0, part.length));
  }
  return { shape, digest: digest.toString(), finite: digest.finite };
}

interface Known {
  readonly shape: Shape;
  readonly digest: string;
  readonly finite: boolean;
}

function storedArray(source: ByteSource, entry: ArrayEntry, known: Known): StoredArray {
  const read = (begin: number, target: Float32Array): void => {
    readNumbers(source, entry, begin, target);
  };
  return {
    ...known,
    read,
    get data() {
      const data = new Float32Array(numel(known.shape));
      read(0, data);
      return data;
    },
  };
}
