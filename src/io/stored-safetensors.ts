import { createHash, type Hash } from 'node:crypto';
import { ByteReader } from '../core/byte-reader.js';
import { Digest } from '../core/digest.js';
import { FcnError } from '../core/errors.js';
import { numel, type Shape } from '../core/shape.js';
import type { StoredArray } from '../core/stored-array.js';
import type { ByteSource } from './byte-source.js';
import { widenBfloat16, widenHalf } from './half.js';
import {
  elementBytes,
  MAX_HEADER_BYTES,
  readSafetensorsHeader,
  type ArrayEntry,
} from './safetensors-header.js';

/** A safetensors file of which only the header is in memory. */
export interface StoredSafetensors {
  /** The arrays, in the order of their bytes: read when they are needed, while the source is open. */
  readonly arrays: ReadonlyMap<string, StoredArray>;
  /** The free texts of `__metadata__`; empty if there are none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bytes that are looked at together: they stay in a processor's cache. */
const CHUNK_BYTES = 2 ** 20;

/**
 * Opens a safetensors file: reads all of it once, to check it and to know its arrays again, and keeps
 * nothing of it but the header.
 *
 * @param sha256 - What the file must have, in hexadecimal digits; not checked where left out.
 * @throws {@link ParseError} on a damaged file; {@link FcnError} on one that cannot be read or has another
 *   SHA-256.
 */
export function openSafetensors(source: ByteSource, sha256?: string): StoredSafetensors {
  const head = readHead(source);
  const reader = new ByteReader(source.name, head);
  const { entries, metadata } = readSafetensorsHeader(reader, source.length);
  const hash = sha256 === undefined ? null : createHash('sha256');
  hash?.update(head);
  const arrays = new Map(entries.map((entry) => [entry.name, scan(source, entry, hash)]));
  const found = hash?.digest('hex');
  if (found !== sha256?.toLowerCase()) {
    throw new FcnError(`${source.name}: its SHA-256 is ${String(found)}, not ${String(sha256)}`);
  }
  return { arrays, metadata };
}

/** Length and header; the length alone if it cannot be right, for the reader of headers to refuse. */
function readHead(source: ByteSource): Uint8Array {
  const start = new Uint8Array(Math.min(8, source.length));
  source.copy(0, start);
  if (start.length < 8) return start;
  const length = Number(new DataView(start.buffer).getBigUint64(0, true));
  if (length > Math.min(MAX_HEADER_BYTES, source.length - 8)) return start;
  const head = new Uint8Array(8 + length);
  source.copy(0, head);
  return head;
}

/** Looks at the bytes of an array, and gives them back: to be read again. */
function scan(source: ByteSource, entry: ArrayEntry, hash: Hash | null): StoredArray {
  const { shape } = entry;
  const length = numel(shape);
  const digest = new Digest(length);
  const floats = new Float32Array(Math.min(length, CHUNK_BYTES / 4));
  for (let begin = 0; begin < length; begin += floats.length) {
    const part = floats.subarray(0, Math.min(floats.length, length - begin));
    const payload = readNumbers(source, entry, begin, part);
    hash?.update(payload);
    digest.update(new Int32Array(part.buffer, 0, part.length));
  }
  return storedArray(source, entry, { shape, digest: digest.toString(), finite: digest.finite });
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

/** Fills `target` with the numbers from `begin` on, and returns the bytes they are stored as. */
function readNumbers(
  source: ByteSource,
  { dtype, begin: start }: ArrayEntry,
  begin: number,
  target: Float32Array,
): Uint8Array {
  const position = start + begin * elementBytes(dtype);
  if (dtype === 'F32') {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    source.copy(position, bytes);
    return bytes;
  }
  const halves = new Uint16Array(target.length);
  const bytes = new Uint8Array(halves.buffer);
  source.copy(position, bytes);
  (dtype === 'F16' ? widenHalf : widenBfloat16)(halves, target);
  return bytes;
}
