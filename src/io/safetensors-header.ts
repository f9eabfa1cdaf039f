/**
 * The header of a safetensors file: eight bytes of length, then JSON with the offsets of each array.
 *
 * @see https://github.com/huggingface/safetensors , whose rules these are: a header of at most
 *   100 MB, no holes, no overlap, no trailing bytes, no duplicate keys.
 */
import { ByteReader } from '../core/byte-reader.js';
import { checkedNumel, showShape, type Shape } from '../core/shape.js';
import type { ByteSource } from './byte-source.js';
import { findDuplicateKey, isModestJson } from './json-keys.js';

/** Size limit of the header. */
const MAX_HEADER_BYTES = 100_000_000;

/** Limits of the JSON: three objects and lists, and eight commas, for each of about 80,000 arrays. */
const MODEST = { opened: 2 ** 18, deep: 8, commas: 2 ** 20 } as const;

/** Key of the metadata. */
export const METADATA_KEY = '__metadata__';

/** Supported element types, and their size in bytes. */
const ELEMENT_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;

/** Element type. */
export type ElementType = keyof typeof ELEMENT_BYTES;

/**
 * True if a file may be in safetensors format: a length of eight bytes, of which the upper four are 0 in practice,
 * then the header.
 *
 * @param head - At least the first nine bytes; fewer if the file is shorter.
 */
export function isSafetensors(head: Uint8Array): boolean {
  return head[8] === 0x7b && head.subarray(4, 8).every((byte) => byte === 0);
}

/** Location of an array. */
export interface ArrayEntry {
  /** Its name. */
  readonly name: string;
  /** Its shape. */
  readonly shape: Shape;
  /** Element type of its numbers. */
  readonly dtype: ElementType;
  /** Offset of the first byte in the file. */
  readonly begin: number;
  /** Offset after the last byte. */
  readonly end: number;
}

/** Content of a header. */
interface SafetensorsHeader {
  /** The arrays in the order of their bytes, without gaps, up to the end of the file. */
  readonly entries: readonly ArrayEntry[];
  /** Metadata, from `__metadata__`; empty if there is none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bytes of a stored number. */
export function elementBytes(dtype: ElementType): number {
  return ELEMENT_BYTES[dtype];
}

/**
 * Reads only the header of a file.
 *
 * @throws {@link ParseError} on files that the reference implementation refuses, and on unsupported element types.
 */
export function openHeader(source: ByteSource): SafetensorsHeader {
  return readHeaderAt(new ByteReader(readHead(source), source.name), source.length);
}

/** Reads the length and the header; only the length if it is invalid, which the caller reports. */
function readHead(source: ByteSource): Uint8Array {
  const start = source.view(0, Math.min(8, source.length));
  if (start.length < 8) return start;
  const length = new ByteReader(start, source.name).u64le();
  if (length > Math.min(MAX_HEADER_BYTES, source.length - 8)) return start;
  return source.view(0, 8 + length);
}

function readHeaderAt(reader: ByteReader, fileBytes: number): SafetensorsHeader {
  const header = readHeader(reader);
  const metadata = readMetadata(reader, header.get(METADATA_KEY));
  const entries: RawEntry[] = [];
  for (const [name, value] of header) {
    if (name !== METADATA_KEY) entries.push(readEntry(reader, name, value));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  return { entries: layOut(reader, entries, fileBytes), metadata };
}

/** Entry of the header: offsets count from the end of the header. */
interface RawEntry extends Omit<ArrayEntry, 'dtype'> {
  readonly dtype: string;
}

/** Checks that the arrays fill the rest of the file. */
function layOut(reader: ByteReader, entries: readonly RawEntry[], fileBytes: number): ArrayEntry[] {
  const start = reader.offset;
  let at = start;
  const placed = entries.map((entry) => {
    const [begin, end] = [start + entry.begin, start + entry.end];
    if (begin !== at) {
      const what = begin > at ? 'leaves a hole before it' : 'overlaps another';
      const where = String(entry.begin);
      reader.fail(`tensor "${entry.name}" ${what}: starts at ${where} of the data`, at);
    }
    const dtype = checkedType(reader, entry, at);
    if (end > fileBytes) {
      const [wanted, left] = [end - begin, fileBytes - begin].map(String);
      reader.fail(`ends early (got ${left} bytes, expected ${wanted})`, at);
    }
    at = end;
    return { ...entry, dtype, begin, end };
  });
  if (at < fileBytes) reader.fail(`${String(fileBytes - at)} bytes belong to no tensor`, at);
  return placed;
}

/** Returns the element type, after checking that the array fills its bytes. */
function checkedType(
  reader: ByteReader,
  { name, dtype, shape, begin, end }: RawEntry,
  at: number,
): ElementType {
  if (!isElementType(dtype)) {
    const known = Object.keys(ELEMENT_BYTES).join(', ');
    return reader.fail(
      `tensor "${name}" has unsupported dtype ${dtype} (expected one of ${known})`,
      at,
    );
  }
  if (!(checkedNumel(shape) * elementBytes(dtype) === end - begin)) {
    reader.fail(
      `tensor "${name}" of shape ${showShape(shape)} and dtype ${dtype} does not fill ` +
        `its ${String(end - begin)} bytes`,
      at,
    );
  }
  return dtype;
}

function isElementType(dtype: string): dtype is ElementType {
  return Object.hasOwn(ELEMENT_BYTES, dtype);
}

function readHeader(reader: ByteReader): ReadonlyMap<string, unknown> {
  const length = reader.u64le();
  if (!(length <= MAX_HEADER_BYTES)) {
    reader.fail(
      `header too long (got ${String(length)} bytes, expected at most ${String(MAX_HEADER_BYTES)})`,
      0,
    );
  }
  const start = reader.offset;
  const encoded = reader.bytes(length);
  if (encoded[0] !== 0x7b) reader.fail('the header does not start with "{"', start);
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(encoded);
  } catch {
    return reader.fail('the header is not JSON in UTF-8', start);
  }
  if (!isModestJson(text, MODEST))
    reader.fail('the header nests too deep or has too many values', start);
  try {
    parsed = JSON.parse(text);
  } catch {
    return reader.fail('the header is not JSON in UTF-8', start);
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== null) reader.fail(`duplicate key "${duplicate}" in the header`, start);
  return new Map(
    Object.entries(asRecord(parsed) ?? reader.fail('the header is not an object', start)),
  );
}

function readMetadata(reader: ByteReader, value: unknown): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined) return metadata;
  const record = asRecord(value) ?? reader.fail(`${METADATA_KEY} is not an object`, 8);
  for (const [key, text] of Object.entries(record)) {
    if (typeof text !== 'string') reader.fail(`${METADATA_KEY} "${key}" is not a text`, 8);
    metadata.set(key, text);
  }
  return metadata;
}

function readEntry(reader: ByteReader, name: string, value: unknown): RawEntry {
  const entry = asRecord(value) ?? reader.fail(`tensor "${name}" is not an object`, 8);
  const dtype = entry['dtype'];
  if (typeof dtype !== 'string') reader.fail(`tensor "${name}": missing dtype`, 8);
  const shape = asCounts(entry['shape']) ?? reader.fail(`tensor "${name}": invalid shape`, 8);
  const offsets = asCounts(entry['data_offsets']);
  if (offsets?.length !== 2 || !(offsets[0] <= offsets[1])) {
    return reader.fail(`tensor "${name}": invalid data_offsets`, 8);
  }
  return { name, dtype, shape, begin: offsets[0], end: offsets[1] };
}

function asRecord(value: unknown): Record<string, unknown> | null {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : null;
}

function asCounts(value: unknown): readonly number[] | null {
  const isCount = (item: unknown): boolean => Number.isSafeInteger(item) && (item as number) >= 0;
  return Array.isArray(value) && value.every(isCount) ? (value as number[]) : null;
}
