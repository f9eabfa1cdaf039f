/**
 * The safetensors format: eight bytes of header length, a JSON header, and the arrays end to end.
 *
 * @see https://github.com/huggingface/safetensors , whose rules these are: a header of at most
 *   100 MB, no holes, no overlap, no trailing bytes, no duplicate keys.
 */
import { ByteReader } from '../core/byte-reader.js';
import { FcnError, ShapeError } from '../core/errors.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import { numel, showShape, type Shape } from '../core/shape.js';
import { toHalf, widenBfloat16, widenHalf } from './half.js';
import { findDuplicateKey } from './json-keys.js';

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** The arrays, in the order of their bytes. */
  readonly arrays: NamedArrays;
  /** The free texts of `__metadata__`; empty if there are none. */
  readonly metadata: ReadonlyMap<string, string>;
}

const MAX_HEADER_BYTES = 100_000_000;
const METADATA_KEY = '__metadata__';

interface Entry {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: string;
  readonly begin: number;
  readonly end: number;
}

interface ElementType {
  readonly bytes: number;
  widen(payload: ArrayBuffer): Float32Array;
}

const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['F32', { bytes: 4, widen: (payload) => new Float32Array(payload) }],
  ['F16', { bytes: 2, widen: (payload) => widenHalf(new Uint16Array(payload)) }],
  ['BF16', { bytes: 2, widen: (payload) => widenBfloat16(new Uint16Array(payload)) }],
]);

/**
 * Reads a safetensors file. F16 and BF16 are widened to float32, without loss.
 *
 * @param bytes - The whole file.
 * @param source - Its name, for errors.
 * @throws {@link ParseError} on anything the reference refuses, and on other element types.
 */
export function readSafetensors(bytes: Uint8Array, source: string): SafetensorsFile {
  const reader = new ByteReader(source, bytes);
  const header = readHeader(reader);
  const metadata = readMetadata(reader, header.get(METADATA_KEY));
  const entries: Entry[] = [];
  for (const [name, value] of header) {
    if (name !== METADATA_KEY) entries.push(readEntry(reader, name, value));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);

  const payloadStart = reader.offset;
  const arrays = new Map<string, NamedArray>();
  for (const entry of entries) {
    const at = reader.offset - payloadStart;
    if (entry.begin !== at) {
      const what = entry.begin > at ? 'leaves a hole before it' : 'overlaps another';
      reader.fail(`tensor "${entry.name}" ${what}: starts at ${String(entry.begin)} of the data`);
    }
    arrays.set(entry.name, readArray(reader, entry));
  }
  if (reader.remaining > 0) reader.fail(`${String(reader.remaining)} bytes belong to no tensor`);
  return { arrays, metadata };
}

/** What the header of a safetensors file says about one array. */
export interface SafetensorsEntry {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** Element type, such as `F32`. */
  readonly dtype: string;
  /** First byte of the array in the file, and the one behind its last. */
  readonly range: readonly [begin: number, end: number];
}

/** A safetensors file without its numbers. */
export interface SafetensorsIndex extends Pick<SafetensorsFile, 'metadata'> {
  /** The arrays, in the order of the header. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
}

/** Bytes at the start of a safetensors file that hold its header, by its first eight. */
export function safetensorsHeaderBytes(start: Uint8Array, source: string): number {
  return 8 + readHeaderLength(new ByteReader(source, start));
}

/**
 * Reads the header of a safetensors file alone: what arrays there are and where, not whether they are
 * well packed.
 *
 * @param head - The file's first {@link safetensorsHeaderBytes} bytes, or more.
 * @throws {@link ParseError} if the header is damaged.
 */
export function readSafetensorsIndex(head: Uint8Array, source: string): SafetensorsIndex {
  const reader = new ByteReader(source, head);
  const header = readHeader(reader);
  const entries = new Map<string, SafetensorsEntry>();
  for (const [name, value] of header) {
    if (name === METADATA_KEY) continue;
    const { shape, dtype, begin, end } = readEntry(reader, name, value);
    entries.set(name, { shape, dtype, range: [reader.offset + begin, reader.offset + end] });
  }
  return { entries, metadata: readMetadata(reader, header.get(METADATA_KEY)) };
}

/**
 * The numbers of one array, by what {@link readSafetensorsIndex} said about it.
 *
 * @param payload - The bytes of its range.
 * @throws {@link ParseError} if they do not fill the shape, or the element type is not read.
 */
export function readSafetensorsArray(
  payload: Uint8Array,
  name: string,
  { shape, dtype }: SafetensorsEntry,
): NamedArray {
  const reader = new ByteReader(name, payload);
  return readArray(reader, { name, shape, dtype, begin: 0, end: payload.length });
}

function readHeaderLength(reader: ByteReader): number {
  const length = reader.u64le();
  if (length <= MAX_HEADER_BYTES) return length;
  return reader.fail(
    `header of ${String(length)} bytes; at most ${String(MAX_HEADER_BYTES)} are read`,
    0,
  );
}

function readHeader(reader: ByteReader): ReadonlyMap<string, unknown> {
  const length = readHeaderLength(reader);
  const start = reader.offset;
  const encoded = reader.bytes(length);
  if (encoded[0] !== 0x7b) reader.fail('the header does not start with "{"', start);
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(encoded);
    parsed = JSON.parse(text);
  } catch {
    return reader.fail('the header is not JSON in UTF-8', start);
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== null) reader.fail(`the header has "${duplicate}" twice`, start);
  return new Map(Object.entries(asRecord(parsed) ?? reader.fail('the header is no object', start)));
}

function readMetadata(reader: ByteReader, value: unknown): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined) return metadata;
  const record = asRecord(value) ?? reader.fail(`${METADATA_KEY} is no object`, 8);
  for (const [key, text] of Object.entries(record)) {
    if (typeof text !== 'string') reader.fail(`${METADATA_KEY} "${key}" is no text`, 8);
    metadata.set(key, text);
  }
  return metadata;
}

function readEntry(reader: ByteReader, name: string, value: unknown): Entry {
  const entry = asRecord(value) ?? reader.fail(`tensor "${name}" is no object`, 8);
  const dtype = entry['dtype'];
  if (typeof dtype !== 'string') reader.fail(`tensor "${name}" has no dtype`, 8);
  const shape = asCounts(entry['shape']) ?? reader.fail(`tensor "${name}" has no valid shape`, 8);
  const offsets = asCounts(entry['data_offsets']);
  if (offsets?.length !== 2 || !(offsets[0] <= offsets[1])) {
    return reader.fail(`tensor "${name}" has no valid data_offsets`, 8);
  }
  return { name, dtype, shape, begin: offsets[0], end: offsets[1] };
}

function readArray(reader: ByteReader, { name, dtype, shape, begin, end }: Entry): NamedArray {
  const elementType = ELEMENT_TYPES.get(dtype);
  if (elementType === undefined) {
    const known = [...ELEMENT_TYPES.keys()].join(', ');
    reader.fail(`tensor "${name}" has dtype ${dtype}; read are ${known}`);
  }
  const count = checkedNumel(shape);
  if (!(count * elementType.bytes === end - begin)) {
    reader.fail(
      `tensor "${name}" of shape ${showShape(shape)} and dtype ${dtype} does not fill ` +
        `its ${String(end - begin)} bytes`,
    );
  }
  const payload = new Uint8Array(reader.bytes(end - begin));
  return { shape, data: elementType.widen(payload.buffer) };
}

/** Number of elements, or NaN where the product leaves the safe integers at any step. */
function checkedNumel(shape: Shape): number {
  return shape.reduce((count, extent) => {
    const product = count * extent;
    return Number.isSafeInteger(product) ? product : NaN;
  }, 1);
}

function asRecord(value: unknown): Record<string, unknown> | null {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : null;
}

function asCounts(value: unknown): readonly number[] | null {
  const isCount = (item: unknown): boolean => Number.isSafeInteger(item) && (item as number) >= 0;
  return Array.isArray(value) && value.every(isCount) ? (value as number[]) : null;
}

/** How {@link writeSafetensors} stores numbers. */
export interface SafetensorsWriteOptions {
  /** F32 keeps every bit; F16 rounds to the nearest half, ties to even. */
  readonly dtype: 'F32' | 'F16';
}

/**
 * Writes a safetensors file: the arrays in the order given, the data aligned to eight bytes.
 *
 * @throws {@link ShapeError} if an array does not fill its shape; {@link FcnError} if a finite value
 *   is too large for F16, or an array is named `__metadata__`.
 */
export function writeSafetensors(
  arrays: NamedArrays,
  metadata: ReadonlyMap<string, string>,
  { dtype }: SafetensorsWriteOptions,
): Uint8Array {
  const fields: string[] = [];
  if (metadata.size > 0) fields.push(`"${METADATA_KEY}":${writeTexts(metadata)}`);
  const payloads: Uint8Array[] = [];
  let end = 0;
  for (const [name, array] of arrays) {
    const payload = writeArray(name, array, dtype);
    const begin = end;
    end += payload.length;
    payloads.push(payload);
    const entry = { dtype, shape: array.shape, data_offsets: [begin, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  const header = new TextEncoder().encode(`{${fields.join(',')}}`);
  const headerLength = Math.ceil(header.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength);
  file.set(header, 8);
  let at = 8 + headerLength;
  for (const payload of payloads) {
    file.set(payload, at);
    at += payload.length;
  }
  return file;
}

/** A JSON object of texts, written by hand because an object would move keys like "7" to the front. */
function writeTexts(texts: ReadonlyMap<string, string>): string {
  const fields = Array.from(
    texts,
    ([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`,
  );
  return `{${fields.join(',')}}`;
}

function writeArray(name: string, { shape, data }: NamedArray, dtype: 'F32' | 'F16'): Uint8Array {
  if (name === METADATA_KEY) throw new FcnError(`safetensors: no tensor may be named ${name}`);
  if (numel(shape) !== data.length) {
    throw new ShapeError(
      `safetensors: "${name}" has shape ${showShape(shape)} but ${String(data.length)} numbers`,
    );
  }
  if (dtype === 'F32') return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const halves = Uint16Array.from(data, toHalf);
  const lost = halves.findIndex(
    (bits, i) => (bits & 0x7fff) === 0x7c00 && Number.isFinite(data[i]),
  );
  if (lost >= 0) {
    throw new FcnError(`safetensors: ${String(data[lost])} in "${name}" is too large for F16`);
  }
  return new Uint8Array(halves.buffer);
}
