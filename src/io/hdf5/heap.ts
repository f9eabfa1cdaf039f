import { ByteReader } from '../../core/byte-reader.js';
import { isDefined, type Hdf5Blocks } from './blocks.js';

const HEADER_BYTES = 146;
/** Bit of a heap's flags: blocks of objects have checksums. */
const HAS_CHECKSUMS = 2;
/** Offsets beyond 2⁴⁸ would come near to what a number holds exactly. */
const MOST_HEAP_BITS = 48;

/** Header of a fractal heap. */
interface Heap {
  readonly address: number;
  /** Bytes of an offset in the heap. */
  readonly offsetBytes: number;
  /** Bytes of the length of an object. */
  readonly lengthBytes: number;
  readonly hasChecksums: boolean;
  /** Blocks in a row of the table of blocks. */
  readonly width: number;
  /** Bytes of a block of the first two rows; from then on each row has blocks twice as large. */
  readonly firstBytes: number;
  /** Bytes of the largest block that holds objects; larger ones are tables themselves. */
  readonly mostBytes: number;
  /** Bytes that the heap can have. */
  readonly limit: number;
}

/** A block of objects, or a table of blocks. */
interface HeapBlock {
  readonly address: number;
  /** Offset in the heap, in bytes. */
  readonly offset: number;
}

/** A table of blocks, by its number of rows; a block of objects, by its bytes. */
type HeapTable = HeapBlock & { readonly rows: number };
type ObjectBlock = HeapBlock & { readonly bytes: number };

/**
 * Opens a fractal heap, which holds the links of large groups.
 *
 * @param address - Of its header.
 * @returns Looks an object up by its identifier.
 * @throws {@link ParseError} on damage, on filters, and for objects outside of its blocks.
 * @see HDF5 File Format Specification 3.0, III.G.
 */
export function openHeap(file: Hdf5Blocks, address: number): (id: ByteReader) => ByteReader {
  const { heap, root } = readHeader(file, address);
  const blocks = blocksOf(file, heap, root);
  const loaded = new Map<number, Uint8Array>();
  return (id) => {
    if ((id.u8() & 0xf0) !== 0) id.fail('an object outside of the blocks of its heap', 0);
    const offset = id.uint(heap.offsetBytes);
    const length = id.uint(heap.lengthBytes);
    const block = blocks[lastUpTo(blocks, offset)] ?? id.fail('an object before its heap', 0);
    const bytes = loaded.get(block.address) ?? readBlock(file, heap, block);
    loaded.set(block.address, bytes);
    const start = offset - block.offset;
    if (!(start >= prefixBytes(heap) && start + length <= bytes.length))
      id.fail(`an object of ${String(length)} bytes at ${String(offset)} of its heap`, 0);
    const object = bytes.subarray(start, start + length);
    return new ByteReader(object, file.source.name, block.address + start);
  };
}

function readHeader(file: Hdf5Blocks, address: number): { heap: Heap; root: HeapTable } {
  const header = file.signed('FRHP', address, HEADER_BYTES);
  if (header.u8() !== 0) header.fail('a heap of an unknown version', 0);
  header.bytes(2);
  if (header.u16le() !== 0) header.fail('a heap with filters is not read');
  const flags = header.u8();
  const mostObject = header.u32le();
  header.bytes(12 * 8); // what is free, and how many objects there are of which kind
  const [width, firstBytes, mostBytes] = [header.u16le(), header.u64le(), header.u64le()];
  const bits = header.u16le();
  header.bytes(2);
  const root = { address: header.u64le(), rows: header.u16le(), offset: 0 };
  if (!([width, firstBytes, mostBytes].every(isPowerOfTwo) && bits <= MOST_HEAP_BITS)) {
    header.fail('a heap whose blocks double from and to no power of two');
  }
  const heap = {
    ...{ address, width, firstBytes, mostBytes, limit: 2 ** bits },
    offsetBytes: Math.ceil(bits / 8),
    lengthBytes: Math.min(Math.ceil(Math.log2(mostBytes) / 8), bytesFor(mostObject)),
    hasChecksums: (flags & HAS_CHECKSUMS) !== 0,
  };
  return { heap, root };
}

function isPowerOfTwo(value: number): boolean {
  return value >= 1 && Number.isInteger(Math.log2(value));
}

function bytesFor(value: number): number {
  return value < 1 ? 1 : Math.floor(Math.log2(value) / 8) + 1;
}

/** Bytes of what every block begins with: signature, version, the heap's address, its own place in it. */
function prefixBytes({ offsetBytes, hasChecksums }: Heap): number {
  return 13 + offsetBytes + (hasChecksums ? 4 : 0);
}

/** The blocks of objects, in the order of their places in the heap. */
function blocksOf(file: Hdf5Blocks, heap: Heap, root: HeapTable): readonly ObjectBlock[] {
  if (!isDefined(root.address)) return [];
  if (root.rows === 0) return [{ address: root.address, offset: 0, bytes: heap.firstBytes }];
  const blocks: ObjectBlock[] = [];
  const seen = new Set<number>();
  const visit = (table: HeapTable): void => {
    if (seen.has(table.address)) file.fail(table.address, 'a table that a heap has twice');
    seen.add(table.address);
    const entries = openTable(file, heap, table);
    let { offset } = table;
    for (let row = 0; row < table.rows; row++) {
      const bytes = heap.firstBytes * 2 ** Math.max(0, row - 1);
      for (let i = 0; i < heap.width; i++, offset += bytes) {
        const address = entries.u64le();
        if (!isDefined(address)) continue;
        if (bytes <= heap.mostBytes) blocks.push({ address, offset, bytes });
        else
          visit({ address, offset, rows: Math.log2(bytes / (heap.firstBytes * heap.width)) + 1 });
      }
    }
  };
  visit(root);
  return blocks;
}

/** The addresses in a table. A table in a table has fewer rows, so that none has a ring. */
function openTable(file: Hdf5Blocks, heap: Heap, { address, rows, offset }: HeapTable): ByteReader {
  const bytes = heap.firstBytes * heap.width * 2 ** (rows - 1);
  if (!(rows >= 1 && bytes <= heap.limit))
    file.fail(address, `a table of a heap with ${String(rows)} rows`);
  const length = 13 + heap.offsetBytes + 8 * rows * heap.width + 4;
  const table = file.signed('FHIB', address, length);
  checkPrefix(table, heap, offset);
  return table;
}

function readBlock(file: Hdf5Blocks, heap: Heap, block: ObjectBlock): Uint8Array {
  const { address, offset } = block;
  const reader = file.at(address, block.bytes);
  const bytes = reader.peek();
  if (reader.latin1(4) !== 'FHDB') reader.fail('no block of a heap', 0);
  checkPrefix(reader, heap, offset);
  if (heap.hasChecksums) {
    const place = reader.offset;
    const checksum = reader.u32le();
    // The checksum lies among the bytes that it is of, and counts as zeros.
    const summed = Uint8Array.from(bytes).fill(0, place, place + 4);
    file.verify(summed, checksum, address + place);
  }
  return bytes;
}

function checkPrefix(block: ByteReader, heap: Heap, offset: number): void {
  const isOwn = block.u8() === 0 && block.u64le() === heap.address;
  if (!isOwn || block.uint(heap.offsetBytes) !== offset) block.fail('a block of another heap', 0);
}

/** Index of the last block that begins at the offset or before it; −1 if all begin after it. */
function lastUpTo(blocks: readonly ObjectBlock[], offset: number): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (blocks[middle].offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
