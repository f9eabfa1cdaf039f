import type { ByteReader } from '../../core/byte-reader.js';
import type { Shape } from '../../core/shape.js';
import { isElementKind, type ElementKind } from '../elements.js';

/** Element type of a data set. */
export type Hdf5Type =
  | { readonly kind: 'numbers'; readonly element: ElementKind; readonly bigEndian: boolean }
  | { readonly kind: 'text'; readonly bytes: number };

const CLASS = { integer: 0, float: 1, text: 3 } as const;
/** Versions differ in compounds, arrays and references, but not in numbers and texts. */
const LATEST_VERSION = 5;

/** Positions and widths of exponent and mantissa of IEEE 754 floats, in the order of the file, by bytes per float. */
const IEEE_LAYOUTS: ReadonlyMap<number, string> = new Map([
  [2, '0 16 10 5 0 10 15'],
  [4, '0 32 23 8 0 23 127'],
  [8, '0 64 52 11 0 52 1023'],
]);

/**
 * Reads a datatype message: integers, IEEE 754 floats and fixed-length texts.
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
    message.fail(
      `unsupported datatype version (got ${String(version)}, expected 1 to ${String(LATEST_VERSION)})`,
      0,
    );
  switch (classAndVersion & 15) {
    case CLASS.integer:
      return integer(message, bits, bytes);
    case CLASS.float:
      return float(message, bits, bytes);
    case CLASS.text:
      return { kind: 'text', bytes };
    default:
      return message.fail(
        `unsupported datatype class (got ${String(classAndVersion & 15)}, expected integer, float or fixed text)`,
        0,
      );
  }
}

function integer(message: ByteReader, bits: number, bytes: number): Hdf5Type {
  const element = `${(bits & 8) === 0 ? 'u' : 'i'}${String(bytes)}`;
  const isWhole = message.u16le() === 0 && message.u16le() === 8 * bytes;
  if (!isWhole || !isElementKind(element))
    return message.fail('unsupported integer width (expected 1, 2, 4 or 8 bytes)', 0);
  return { kind: 'numbers', element, bigEndian: (bits & 1) === 1 };
}

function float(message: ByteReader, bits: number, bytes: number): Hdf5Type {
  const places = [message.u16le(), message.u16le(), ...message.bytes(4), message.u32le()];
  const element = `f${String(bytes)}`;
  const isIeee = places.join(' ') === IEEE_LAYOUTS.get(bytes) && (bits & 0x40) === 0;
  if (!isIeee || !isElementKind(element))
    return message.fail('unsupported float format (expected IEEE 754)', 0);
  return { kind: 'numbers', element, bigEndian: (bits & 1) === 1 };
}

const MOST_AXES = 32;
/** Flag of a dataspace: maximum extents follow. */
const HAS_MOST = 1;
/** Type of a version 2 dataspace without elements. */
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
 * @throws {@link ParseError} on damage, for a null dataspace, and for more than 2⁵³ elements.
 * @see HDF5 File Format Specification 3.0, IV.A.2.b.
 */
export function readDataspace(message: ByteReader): Hdf5Dataspace {
  const version = message.u8();
  const rank = message.u8();
  const flags = message.u8();
  if (version !== 1 && version !== 2)
    message.fail(`unsupported dataspace version (got ${String(version)}, expected 1 or 2)`, 0);
  if (message.u8() === NULL_SPACE && version === 2) message.fail('unsupported null dataspace', 0);
  if (version === 1) message.bytes(4);
  if (rank > MOST_AXES)
    message.fail(`too many axes (got ${String(rank)}, expected at most ${String(MOST_AXES)})`, 1);
  const extents = () => Array.from({ length: rank }, () => message.u64le());
  const shape = extents();
  const most = (flags & HAS_MOST) === 0 ? shape : extents();
  const isSafe = Number.isSafeInteger(shape.reduce((a, b) => a * Math.max(1, b), 1));
  if (!isSafe)
    message.fail(`too many elements (got ${shape.join(' × ')}, expected at most 2⁵³)`, 8);
  if (shape.some((extent, axis) => extent > most[axis]))
    message.fail('an extent exceeds its maximum');
  return { shape, most };
}
