/**
 * MATLAB's level 5 MAT-files, versions 6 and 7: a header of 128 bytes, then one element per variable.
 *
 * @see "MAT-File Format" of The MathWorks.
 */
import { inflateSync } from 'node:zlib';
import { ByteReader } from '../core/byte-reader.js';
import { ParseError } from '../core/errors.js';
import { checkedNumel, showShape, type Shape } from '../core/shape.js';
import type { ByteSource } from './byte-source.js';
import {
  ELEMENT_TYPES,
  elementsOf,
  toFloat32,
  type ElementKind,
  type TypedArray,
} from './elements.js';
import type { MatValue } from './mat5-values.js';

/** First bytes of a file, and of a file of version 7.3, which is HDF5. */
const MAGIC = 'MATLAB 5.0 MAT-file';
const MAGIC_73 = 'MATLAB 7.3 MAT-file';

/** True for the first bytes of a MAT-file, including version 7.3, which {@link readMat5} refuses with advice. */
export function isMatFile(head: Uint8Array): boolean {
  return [MAGIC, MAGIC_73].includes(magicOf(head));
}

const HEADER_BYTES = 128;
const TAG_BYTES = 8;
const MATRIX = 14;
const COMPRESSED = 15;
/** Nesting limit; networks need less. */
const MOST_DEPTH = 64;
const MOST_AXES = 32;
/** Matrices in a file, those in cells and structs included: a network of 500 layers has some 16,000. */
const MOST_MATRICES = 2 ** 16;
const MOST_FIELDS = 4096;
const MOST_TEXT_BYTES = 2 ** 20;
/** Limit of inflated bytes beyond twice the file size: trained weights hardly compress. */
const SPARE_INFLATED_BYTES = 16 * 2 ** 20;
const LEAST_CHUNK_BYTES = 2 ** 14;

/** Kinds of numbers by the type code of an element. */
const STORED_KINDS: ReadonlyMap<number, ElementKind> = new Map([
  [1, 'i1'],
  [2, 'u1'],
  [3, 'i2'],
  [4, 'u2'],
  [5, 'i4'],
  [6, 'u4'],
  [7, 'f4'],
  [9, 'f8'],
  [12, 'i8'],
  [13, 'u8'],
]);
const UTF8 = 16;
const UTF16 = 17;

const CLASS_CELL = 1;
const CLASS_STRUCT = 2;
const CLASS_CHAR = 4;
/** Classes from double to uint64. */
const [FIRST_NUMERIC, LAST_NUMERIC] = [6, 15];
const UNSUPPORTED_CLASSES: ReadonlyMap<number, string> = new Map([
  [3, 'object'],
  [5, 'sparse matrix'],
  [16, 'function handle'],
  [17, 'opaque object'],
]);
const COMPLEX_FLAG = 0x800;

/**
 * Reads all variables of a file, by name.
 *
 * @throws {@link ParseError} on damage, on big-endian files, on variables that would inflate beyond twice
 *   the file and 16 MiB, and on objects, sparse and complex matrices.
 */
export function readMat5(source: ByteSource): ReadonlyMap<string, MatValue> {
  const header = new ByteReader(viewOf(source, 0, HEADER_BYTES), source.name).bytes(HEADER_BYTES);
  checkMagic(source, header);
  if (header[126] !== 0x49 || header[127] !== 0x4d) {
    throw new ParseError(
      source.name,
      126,
      'unsupported byte order (got big-endian, expected little-endian)',
    );
  }
  const variables = new Map<string, MatValue>();
  const file = { name: source.name, matrices: 0 };
  let budget = 2 * source.length + SPARE_INFLATED_BYTES;
  for (let at = HEADER_BYTES; at < source.length;) {
    const reader = readerOfElement(source, at);
    const element = readElement(reader, false);
    at += reader.offset;
    let matrix = element;
    if (element.type === COMPRESSED) {
      const inflated = inflate(reader, element.bytes, budget);
      budget -= inflated.length;
      const inner = new ByteReader(inflated, source.name);
      matrix = readElement(inner, false);
      if (inner.remaining > 0) inner.fail('unexpected bytes after a compressed variable');
    }
    const { name, value } = readMatrix(file, matrix, 0);
    if (variables.has(name)) reader.fail(`duplicate variable "${name}"`);
    variables.set(name, value);
  }
  return variables;
}

/** Bytes from `start` on; fewer at the end of the file. */
function viewOf(source: ByteSource, start: number, length: number): Uint8Array {
  return source.view(start, Math.min(start + length, source.length));
}

function checkMagic(source: ByteSource, header: Uint8Array): void {
  const magic = magicOf(header);
  if (magic === MAGIC) return;
  const reason =
    magic === MAGIC_73
      ? "version 7.3 (HDF5) is unsupported; load the file in MATLAB and save(file, '-v7', …)"
      : 'not a MAT-file';
  throw new ParseError(source.name, 0, reason);
}

function magicOf(head: Uint8Array): string {
  return Buffer.from(head.subarray(0, MAGIC.length)).toString('latin1');
}

/** Reader of one top-level element, so that only this element is in memory. */
function readerOfElement(source: ByteSource, at: number): ByteReader {
  const tag = new ByteReader(viewOf(source, at, TAG_BYTES), source.name, at);
  const isSmall = tag.u32le() > 0xffff;
  const length = isSmall ? TAG_BYTES : TAG_BYTES + tag.u32le();
  return new ByteReader(viewOf(source, at, length), source.name, at);
}

/** Trained weights hardly compress: they usually inflate into one piece, which avoids a copy. */
function inflate(reader: ByteReader, packed: Uint8Array, limit: number): Uint8Array {
  const chunkSize = Math.max(LEAST_CHUNK_BYTES, 2 * packed.length);
  try {
    return inflateSync(packed, { maxOutputLength: Math.max(1, limit), chunkSize });
  } catch (cause) {
    return reader.fail(`damaged compressed variable: ${(cause as Error).message}`);
  }
}

interface Element {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Reads a tag and its data; up to four bytes are stored in the tag itself. Nested elements are padded to eight bytes. */
function readElement(reader: ByteReader, padded: boolean): Element {
  const start = reader.offset;
  const word = reader.u32le();
  const smallBytes = word >>> 16;
  if (smallBytes > 0) {
    if (smallBytes > 4)
      reader.fail(
        `invalid small element (got ${String(smallBytes)} bytes, expected at most 4)`,
        start,
      );
    const bytes = reader.bytes(4).subarray(0, smallBytes);
    return { type: word & 0xffff, bytes };
  }
  const length = reader.u32le();
  const bytes = reader.bytes(length);
  if (padded) reader.bytes(Math.min(-length & 7, reader.remaining));
  return { type: word, bytes };
}

/** A file while it is read. */
interface MatFile {
  readonly name: string;
  /** Matrices so far. */
  matrices: number;
}

interface Matrix {
  readonly name: string;
  readonly value: MatValue;
}

const EMPTY: MatValue = { kind: 'numbers', shape: [0, 0], data: new Float64Array() };

function readMatrix(file: MatFile, { type, bytes }: Element, depth: number): Matrix {
  const reader = new ByteReader(bytes, file.name);
  if (++file.matrices > MOST_MATRICES)
    reader.fail(`too many matrices (expected at most ${String(MOST_MATRICES)})`);
  if (type !== MATRIX)
    reader.fail(
      `unexpected element (got type ${String(type)}, expected ${String(MATRIX)} = matrix)`,
    );
  if (depth > MOST_DEPTH)
    reader.fail(`matrices nest too deep (expected at most ${String(MOST_DEPTH)} levels)`);
  if (bytes.length === 0) return { name: '', value: EMPTY };
  const flags = numbersOf(reader, readElement(reader, true));
  const word = Number(flags[0]);
  const shape = Array.from(numbersOf(reader, readElement(reader, true)), Number);
  if (!(shape.length >= 2 && shape.length <= MOST_AXES && shape.every(isCount))) {
    reader.fail(`invalid shape ${showShape(shape)}`);
  }
  const name = Buffer.from(readElement(reader, true).bytes).toString('latin1');
  const value = readValue(reader, { file, word, shape, depth });
  if (reader.remaining > 0) reader.fail(`unexpected bytes after the matrix "${name}"`);
  return { name, value };
}

/** Extents and widths may be stored as floats, hence the check for integers. */
function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

interface MatrixHead {
  readonly file: MatFile;
  /** The class in the low byte, flags above. */
  readonly word: number;
  readonly shape: Shape;
  readonly depth: number;
}

function readValue(reader: ByteReader, head: MatrixHead): MatValue {
  const { word, shape } = head;
  const code = word & 0xff;
  if (code === CLASS_CELL) return { kind: 'cell', shape, items: readItems(reader, head, 1) };
  if (code === CLASS_STRUCT) return readStruct(reader, head);
  if (code === CLASS_CHAR)
    return { kind: 'text', text: readText(reader, readElement(reader, true)) };
  if (!(code >= FIRST_NUMERIC && code <= LAST_NUMERIC)) {
    reader.fail(`unsupported class (got ${UNSUPPORTED_CLASSES.get(code) ?? String(code)})`);
  }
  if ((word & COMPLEX_FLAG) !== 0) reader.fail('complex matrices are unsupported');
  const data = numbersOf(reader, readElement(reader, true));
  if (data.length !== checkedNumel(shape)) {
    const wanted = `${String(checkedNumel(shape))} for shape ${showShape(shape)}`;
    reader.fail(`wrong number count (got ${String(data.length)}, expected ${wanted})`);
  }
  return { kind: 'numbers', shape, data };
}

function readItems(
  reader: ByteReader,
  { file, shape, depth }: MatrixHead,
  fields: number,
): MatValue[] {
  const count = checkedNumel([...shape, fields]);
  // Every matrix has a tag of eight bytes.
  if (!(count * 8 <= reader.remaining))
    reader.fail(`${String(count)} matrices exceed the remaining bytes`);
  return Array.from(
    { length: count },
    () => readMatrix(file, readElement(reader, true), depth + 1).value,
  );
}

function readStruct(reader: ByteReader, head: MatrixHead): MatValue {
  const width = Number(numbersOf(reader, readElement(reader, true))[0]);
  const { bytes } = readElement(reader, true);
  if (!(isCount(width) && width > 0 && bytes.length % width === 0))
    reader.fail('invalid field names of a struct');
  if (bytes.length / width > MOST_FIELDS)
    reader.fail(`too many fields of a struct (expected at most ${String(MOST_FIELDS)})`);
  const names = Array.from({ length: bytes.length / width }, (_, i) => {
    const field = Buffer.from(bytes.subarray(i * width, (i + 1) * width)).toString('latin1');
    return field.split('\0', 1)[0];
  });
  if (new Set(names).size !== names.length) reader.fail('duplicate field name in a struct');
  const values = readItems(reader, head, names.length);
  const count = names.length === 0 ? 0 : values.length / names.length;
  const items = Array.from(
    { length: count },
    (_, i) => new Map(names.map((name, field) => [name, values[i * names.length + field]])),
  );
  return { kind: 'struct', shape: head.shape, items };
}

function numbersOf(reader: ByteReader, { type, bytes }: Element): TypedArray {
  const kind =
    STORED_KINDS.get(type) ?? reader.fail(`unsupported number type (got ${String(type)})`);
  if (bytes.length % ELEMENT_TYPES[kind].bytes !== 0)
    reader.fail(`incomplete number (got ${String(bytes.length)} bytes for ${kind})`);
  return elementsOf(bytes, kind, false);
}

function readText(reader: ByteReader, element: Element): string {
  const { type, bytes } = element;
  if (bytes.length > MOST_TEXT_BYTES)
    reader.fail(
      `text too long (got ${String(bytes.length)} bytes, expected at most ${String(MOST_TEXT_BYTES)})`,
    );
  if (type === UTF8) return Buffer.from(bytes).toString('utf8');
  if (type === UTF16) return Buffer.from(bytes).toString('utf16le');
  const codes = toFloat32(numbersOf(reader, element));
  return Array.from(codes, (code) => String.fromCharCode(code)).join('');
}
