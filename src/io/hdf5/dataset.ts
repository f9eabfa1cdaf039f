import { numel, type Shape } from '../../core/shape.js';
import { ELEMENT_TYPES, elementsOf, type ElementKind, type TypedArray } from '../elements.js';
import { isDefined, type Hdf5Blocks } from './blocks.js';
import { claimChunks, readChunks, type ChunkedData } from './chunks.js';
import { readDataspace, readDatatype, type Hdf5Type } from './datatype.js';
import { readFilters, readLayout, type Hdf5Layout } from './layout.js';
import { MESSAGE, type HeaderMessage } from './object-header.js';

/** A data set, whose elements stay in the file until they are read. */
export interface Hdf5Dataset {
  /** Extents; none for a single element. */
  readonly shape: Shape;
  /** Element kind of the numbers; null for texts. */
  readonly element: ElementKind | null;
  /** Offset of the numbers if they are contiguous and little-endian; otherwise null. */
  readonly plainAt: number | null;
  /** Reads the numbers, row-major. @throws {@link ParseError} on damage, and for texts. */
  numbers(): TypedArray;
  /** Reads the text. @throws {@link ParseError} on damage, for numbers and for several texts. */
  text(): string;
}

/**
 * Reads the data set that an object header describes.
 *
 * @param address - Address of the header, for errors.
 * @throws {@link ParseError} if something is missing or unsupported, or the data size does not match the shape.
 */
export function readDataset(
  file: Hdf5Blocks,
  address: number,
  messages: readonly HeaderMessage[],
): Hdf5Dataset {
  const find = (type: number) => messages.find((message) => message.type === type)?.data;
  const of = (type: number, what: string) =>
    find(type) ?? file.fail(address, `the object has no ${what} message`);
  if (find(MESSAGE.externalFiles))
    file.fail(address, 'external storage is unsupported; copy the numbers into this file');
  const filters = find(MESSAGE.filters);
  const stored: StoredData = {
    ...{ file, address, filters: filters ? readFilters(filters) : [] },
    ...readDataspace(of(MESSAGE.dataspace, 'dataspace')),
    type: readDatatype(of(MESSAGE.datatype, 'datatype')),
    layout: readLayout(of(MESSAGE.layout, 'layout')),
  };
  checkExtent(stored);
  const { shape, type, layout } = stored;
  const isPlain = type.kind === 'numbers' && !type.bigEndian && layout.kind === 'contiguous';
  return {
    ...{ shape, element: type.kind === 'numbers' ? type.element : null },
    plainAt: isPlain && numel(shape) > 0 ? layout.address : null,
    numbers() {
      if (type.kind === 'text') return file.fail(address, 'unexpected text (expected numbers)');
      return elementsOf(bytesOf(stored), type.element, type.bigEndian);
    },
    text() {
      if (type.kind !== 'text' || numel(shape) !== 1)
        file.fail(address, 'unexpected content (expected one text)');
      return Buffer.from(bytesOf(stored)).toString('utf8').replace(/\0.*$/s, '');
    },
  };
}

interface StoredData {
  readonly file: Hdf5Blocks;
  readonly address: number;
  readonly shape: Shape;
  readonly most: readonly number[];
  readonly type: Hdf5Type;
  readonly layout: Hdf5Layout;
  readonly filters: ReturnType<typeof readFilters>;
}

function elementBytesOf(type: Hdf5Type): number {
  return type.kind === 'text' ? type.bytes : ELEMENT_TYPES[type.element].bytes;
}

/** Checks that the size of unchunked data matches the shape. */
function checkExtent(stored: StoredData): void {
  const { file, address, shape, type, layout, filters } = stored;
  if (layout.kind === 'chunked') {
    claimChunks(file, chunkedOf(stored, layout));
    return;
  }
  if (filters.length > 0) file.fail(address, 'unexpected filters: the data set has no chunks');
  const bytes = numel(shape) * elementBytesOf(type);
  const length = layout.kind === 'compact' ? layout.bytes.length : layout.length;
  if (length !== bytes) {
    file.fail(
      address,
      `wrong data size (got ${String(length)} bytes, expected ${String(bytes)} for shape ${shape.join(' × ')})`,
    );
  }
  if (layout.kind === 'contiguous' && bytes > 0) {
    if (!isDefined(layout.address)) file.fail(address, 'the numbers were never written');
    file.claimPlace(layout.address, bytes);
  }
}

function bytesOf(stored: StoredData): Uint8Array<ArrayBuffer> {
  const { file, shape, type, layout } = stored;
  switch (layout.kind) {
    case 'compact':
      return Uint8Array.from(layout.bytes);
    case 'contiguous': {
      const bytes = new Uint8Array(numel(shape) * elementBytesOf(type));
      if (bytes.length > 0) file.source.copy(layout.address, bytes);
      return bytes;
    }
    case 'chunked':
      return readChunks(file, chunkedOf(stored, layout));
  }
}

function chunkedOf(
  { address, shape, most, type, filters }: StoredData,
  layout: ChunkedData['layout'],
): ChunkedData {
  return { address, shape, most, elementBytes: elementBytesOf(type), layout, filters };
}
