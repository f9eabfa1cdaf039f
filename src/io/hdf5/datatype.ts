import type { ByteReader } from '../../core/byte-reader.js';
import type { Shape } from '../../core/shape.js';
import { isElementKind, type ElementKind } from '../elements.js';

/** Element type of a data set. */
export type Hdf5Type =
  | { readonly kind: 'numbers'; readonly element: ElementKind; readonly bigEndian: boolean }
  | { readonly kind: 'text'; readonly bytes: number };

const CLASS = { integer: 0, float: 1, text: 3 } as const;
/** Versions differ in what compounds, arrays and references look like; numbers and texts stay the same. */
const LATEST_VERSION = 5;

/** Where exponent and mantissa lie in the floats of IEEE 754, by their bytes: as the file says it. */
const IEEE_LAYOUTS: ReadonlyMap<number, string> = new Map([
  [2, '0 16 10 5 0 10 15'],
  [4, '0 32 23 8 0 23 127'],
  [8, '0 64 52 11 0 52 1023'],
]);

/**
 * Reads a datatype message: integers and floats of IEEE 754, and texts of a fixed length.
 *
 * @throws {@link ParseError} for every other type, such as compounds.
 * @see HDF5 File Format Specification 3.0, IV.A.2.d.
 */
export function readDatatype(message: ByteReader): Hdf5Type {
  const classAndVersion = message.u8();
  const bits = message.u8();
  message.bytes(2);
  const bytes = message.u32le();
  const version = classAndVersion >>> 4;
  if (version < 1 || version > LATEST_VERSION)
    message.fail(`elements described by version ${String(version)}`, 0);
  switch (classAndVersion & 15) {
    case CLASS.integer:
      return integer(message, bits, bytes);
    case CLASS.float:
      return float(message, bits, bytes);
    case CLASS.text:
      return { kind: 'text', bytes };
    default:
      return message.fail(`elements of class ${String(classAndVersion & 15)} are not read`, 0);
  }
}

function integer(message: ByteReader, bits: number, bytes: number): Hdf5Type {
  const element = `${(bits & 8) === 0 ? 'u' : 'i'}${String(bytes)}`;
  const isWhole = message.u16le() === 0 && message.u16le() === 8 * bytes;
  if (!isWhole || !isElementKind(element)) return message.fail('integers of a strange width', 0);
  return { kind: 'numbers', element, bigEndian: (bits & 1) === 1 };
}

function float(message: ByteReader, bits: number, bytes: number): Hdf5Type {
  const places = [message.u16le(), message.u16le(), ...message.bytes(4), message.u32le()];
  const element = `f${String(bytes)}`;
  const isIeee = places.join(' ') === IEEE_LAYOUTS.get(bytes) && (bits & 0x40) === 0;
  if (!isIeee || !isElementKind(element)) return message.fail('floats other than of IEEE 754', 0);
  return { kind: 'numbers', element, bigEndian: (bits & 1) === 1 };
}

const MOST_AXES = 32;
/** Bit of a dataspace's flags: it says how far the data may grow. */
const HAS_MOST = 1;
/** Says in a dataspace of version 2 that there is no element. */
const NULL_SPACE = 2;

/** Extents of a data set. */
export interface Hdf5Dataspace {
  /** Extents; none for a single element. */
  readonly shape: Shape;
  /** Maximum extents, by which chunks are numbered; above 2⁶³ for unlimited. */
  readonly most: readonly number[];
}

/**
 * Reads a dataspace message.
 *
 * @throws {@link ParseError} on damage, and for a space without elements or of numbers beyond 2⁵³.
 * @see HDF5 File Format Specification 3.0, IV.A.2.b.
 */
export function readDataspace(message: ByteReader): Hdf5Dataspace {
  const version = message.u8();
  const rank = message.u8();
  const flags = message.u8();
  if (version !== 1 && version !== 2) message.fail(`dataspace version ${String(version)}`, 0);
  if (message.u8() === NULL_SPACE && version === 2) message.fail('a data set of nothing', 0);
  if (version === 1) message.bytes(4);
  if (rank > MOST_AXES) message.fail(`${String(rank)} axes`, 1);
  const extents = () => Array.from({ length: rank }, () => message.u64le());
  const shape = extents();
  const most = (flags & HAS_MOST) === 0 ? shape : extents();
  const isSafe = Number.isSafeInteger(shape.reduce((a, b) => a * Math.max(1, b), 1));
  if (!isSafe) message.fail(`extents ${shape.join(' × ')} are too many numbers`, 8);
  if (shape.some((extent, axis) => extent > most[axis])) message.fail('more than it may grow to');
  return { shape, most };
}
