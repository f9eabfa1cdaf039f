/**
 * NumPy's `.npy`: a signature, a Python dict as header, then the numbers.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { ByteReader } from '../core/byte-reader.js';
import { ShapeError } from '../core/errors.js';
import { checkedNumel, numel, showShape, type Shape } from '../core/shape.js';
import type { ByteSource } from './byte-source.js';
import {
  ELEMENT_TYPES,
  isElementKind,
  readElements,
  type ElementKind,
  type TypedArray,
} from './elements.js';
import { parseNpyHeader } from './npy-header.js';
import { columnMajorStrides, toRowMajor } from './strided.js';

/** An array of NumPy. */
export interface NpyArray {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** The numbers, row-major; halves are float32, truth values are bytes 0 and 1. */
  readonly data: TypedArray;
}

/** Signature: byte 0x93, then NUMPY. */
export const NPY_MAGIC = '\x93NUMPY';

/** Number of bytes before the header text, by version. */
const PREAMBLE: ReadonlyMap<number, number> = new Map([
  [1, 10],
  [2, 12],
  [3, 12],
]);

/** Length limit of headers; only structured types, which are unsupported, have longer ones. */
const MOST_HEADER_BYTES = 65536;

/** Axes that an array of NumPy may have. */
const MOST_AXES = 32;

/**
 * Reads an array: versions 1 to 3; truth values, integers and floats of every width, either byte
 * order; row-major or Fortran order.
 *
 * @throws {@link ParseError} on any other type, and if the numbers do not fill the rest of the file.
 */
export function readNpy(source: ByteSource): NpyArray {
  const reader = new ByteReader(source.view(0, Math.min(12, source.length)), source.name);
  if (reader.latin1(6) !== NPY_MAGIC) reader.fail('not a .npy file: wrong signature', 0);
  const version = reader.u8();
  const preamble =
    PREAMBLE.get(version) ??
    reader.fail(`unsupported version (got ${String(version)}, expected 1 to 3)`);
  reader.u8();
  const length = version === 1 ? reader.u16le() : reader.u32le();
  const start = preamble + length;
  if (!(length <= MOST_HEADER_BYTES && start <= source.length)) {
    reader.fail(`header too long (got ${String(length)} bytes)`);
  }
  const text = Buffer.from(source.view(preamble, start)).toString(
    version === 3 ? 'utf8' : 'latin1',
  );
  const { descr, fortranOrder, shape } = parseNpyHeader(reader, text);
  const type = parseDescr(descr) ?? reader.fail(`unsupported number type (got ${descr})`);
  const count = checkedNumel(shape);
  if (!(
    shape.length <= MOST_AXES && count * ELEMENT_TYPES[type.kind].bytes === source.length - start
  )) {
    const left = String(source.length - start);
    reader.fail(
      `wrong data size (got ${left} bytes for shape ${showShape(shape)} and type ${descr})`,
    );
  }
  const data = readElements(source, start, count, type);
  if (!fortranOrder) return { shape, data };
  return {
    shape,
    data: toRowMajor(data, { shape, strides: columnMajorStrides(shape), offset: 0 }),
  };
}

function parseDescr(descr: string): { kind: ElementKind; bigEndian: boolean } | null {
  const kind = descr.slice(1);
  const known = isElementKind(kind) && kind !== 'bf2' && '<>|='.includes(descr.charAt(0));
  return known ? { kind, bigEndian: descr.startsWith('>') } : null;
}

/** The type that NumPy gives the numbers of a typed array. */
function descrOf(data: TypedArray): string {
  const bytes = data.BYTES_PER_ELEMENT;
  const letter = /^(Float|Big(?=I)|BigU|U|I)/.exec(data.constructor.name)?.[0];
  const kind = letter === 'Float' ? 'f' : letter === 'U' || letter === 'BigU' ? 'u' : 'i';
  return `${bytes === 1 ? '|' : '<'}${kind}${String(bytes)}`;
}

/**
 * Writes an array as NumPy does: version 1, row-major, low byte first, the numbers at a multiple of
 * 64 bytes.
 *
 * @throws {@link ShapeError} if the numbers do not fill the shape.
 */
export function writeNpy({ shape, data }: NpyArray): Uint8Array<ArrayBuffer> {
  if (numel(shape) !== data.length) {
    throw new ShapeError(
      `npy: wrong number count (got ${String(data.length)} for shape ${showShape(shape)})`,
    );
  }
  const tuple = shape.length === 1 ? `(${String(shape[0])},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': '${descrOf(data)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const file = Buffer.alloc(start + data.byteLength, ' ');
  file.write(`${NPY_MAGIC}\x01\x00`, 'latin1');
  file.writeUInt16LE(start - 10, 8);
  file.write(dict, 10, 'latin1');
  file.write('\n', start - 1);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
}
