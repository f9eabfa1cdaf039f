import { ByteReader } from '../../core/byte-reader.js';
import { isDefined, type Hdf5Blocks } from './blocks.js';

const HEADER_BYTES = 146;
/** Flag of a heap: object blocks have checksums. */
const HAS_CHECKSUMS = 2;
/** Limit of the offset width: larger offsets might not be exact as float64. */
const MOST_HEAP_BITS = 48;

/** Header of a fractal heap. */
interface Heap {
  readonly address: number;
  /** Bytes of an offset in the heap. */
  readonly offsetBytes: number;
  /** Bytes of the length of an object. */
  readonly lengthBytes: number;
  readonly hasChecksums: boolean;
  /** Number of blocks in a row of the block table. */
  readonly width: number;
  /** Bytes of a block of the first two rows; each later row doubles the block size. */
  readonly firstBytes: number;
  /** Bytes of the largest object block; larger blocks are tables. */
  readonly mostBytes: number;
  /** Size limit of the heap in bytes. */
  readonly limit: number;
}

/** An object block or a block table. */
interface HeapBlock {
  readonly address: number;
  /** Offset in the heap, in bytes. */
  readonly offset: number;
}

/** A block table. */
type HeapTable = HeapBlock & { readonly rows: number };
/** An object block. */
type ObjectBlock = HeapBlock & { readonly bytes: number };

/**
 * Opens a fractal heap, which holds the links of large groups.
 *
 * @param address - Address of its header.
 * @returns A function that looks up an object by its identifier.
 * @throws {@link ParseError} on damage, on filters, and for objects outside of the heap's blocks.
 * @see HDF5 File Format Specification 3.0, III.G.
 */
export function openHeap(file: Hdf5Blocks, address: number): (id: ByteReader) => ByteReader {
  const { heap, root } = readHeader(file, address);
  const blocks = blocksOf(file, heap, root);
  const loaded = new Map<number, Uint8Array>();
  return (id) => {
    if ((id.u8() & 0xf0) !== 0)
      id.fail('unsupported heap object: stored outside of the heap blocks', 0);
    const offset = id.uint(heap.offsetBytes);
    const length = id.uint(heap.lengthBytes);
    const block =
      blocks[lastUpTo(blocks, offset)] ??
      id.fail('the object offset is before the first heap block', 0);
    const bytes = loaded.get(block.address) ?? readBlock(file, heap, block);
    loaded.set(block.address, bytes);
    const start = offset - block.offset;
    if (!(start >= prefixBytes(heap) && start + length <= bytes.length))
      id.fail(
        `the object exceeds its heap block (${String(length)} bytes at offset ${String(offset)})`,
        0,
      );
    const object = bytes.subarray(start, start + length);
    return new ByteReader(object, file.source.name, block.address + start);
  };
}

function readHeader(file: Hdf5Blocks, address: number): { heap: Heap; root: HeapTable } {
  const header = file.signed('FRHP', address, HEADER_BYTES);
  if (header.u8() !== 0) header.fail('unsupported heap version (expected 0)', 0);
  header.bytes(2);
  if (header.u16le() !== 0) header.fail('heap filters are unsupported');
  const flags = header.u8();
  const mostObject = header.u32le();
  header.bytes(12 * 8); // free space, and object counts by kind
  const [width, firstBytes, mostBytes] = [header.u16le(), header.u64le(), header.u64le()];
  const bits = header.u16le();
  header.bytes(2);
  const root = { address: header.u64le(), rows: header.u16le(), offset: 0 };
  if (!([width, firstBytes, mostBytes].every(isPowerOfTwo) && bits <= MOST_HEAP_BITS)) {
    header.fail('invalid heap block sizes (expected powers of two)');
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

/** Bytes of a block prefix: signature, version, heap address, block offset and optional checksum. */
function prefixBytes({ offsetBytes, hasChecksums }: Heap): number {
  return 13 + offsetBytes + (hasChecksums ? 4 : 0);
}

/** Lists the object blocks in the order of their offsets in the heap. */
function blocksOf(file: Hdf5Blocks, heap: Heap, root: HeapTable): readonly ObjectBlock[] {
  if (!isDefined(root.address)) return [];
  if (root.rows === 0) return [{ address: root.address, offset: 0, bytes: heap.firstBytes }];
  const blocks: ObjectBlock[] = [];
  const seen = new Set<number>();
  const visit = (table: HeapTable): void => {
    if (seen.has(table.address)) file.fail(table.address, 'a block table occurs twice in the heap');
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

/** Opens the addresses of a block table. Nested tables have fewer rows, which excludes cycles. */
function openTable(file: Hdf5Blocks, heap: Heap, { address, rows, offset }: HeapTable): ByteReader {
  const bytes = heap.firstBytes * heap.width * 2 ** (rows - 1);
  if (!(rows >= 1 && bytes <= heap.limit))
    file.fail(address, `invalid row count of a heap's block table (got ${String(rows)})`);
  const length = 13 + heap.offsetBytes + 8 * rows * heap.width + 4;
  const table = file.signed('FHIB', address, length);
  checkPrefix(table, heap, offset);
  return table;
}

function readBlock(file: Hdf5Blocks, heap: Heap, block: ObjectBlock): Uint8Array {
  const { address, offset } = block;
  const reader = file.at(address, block.bytes);
  const bytes = reader.peek();
  if (reader.latin1(4) !== 'FHDB') reader.fail('missing heap block', 0);
  checkPrefix(reader, heap, offset);
  if (heap.hasChecksums) {
    const place = reader.offset;
    const checksum = reader.u32le();
    // The checksum is stored within the summed bytes and counts as zeros.
    const summed = Uint8Array.from(bytes).fill(0, place, place + 4);
    file.verify(summed, checksum, address + place);
  }
  return bytes;
}

function checkPrefix(block: ByteReader, heap: Heap, offset: number): void {
  const isOwn = block.u8() === 0 && block.u64le() === heap.address;
  if (!isOwn || block.uint(heap.offsetBytes) !== offset)
    block.fail('the block belongs to another heap', 0);
}

/** Index of the last block that starts at or before the offset; −1 if there is none. */
function lastUpTo(blocks: readonly ObjectBlock[], offset: number): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (blocks[middle].offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
