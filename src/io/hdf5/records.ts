import type { ByteReader } from '../../core/byte-reader.js';
import type { Hdf5Blocks } from './blocks.js';

/** Expected records of a B-tree of version 2. */
export interface RecordKind {
  /** Record type, as the format numbers it. */
  readonly type: number;
  /** Bytes of a record. */
  readonly bytes: number;
  /** Maximum number of records. */
  readonly most: number;
}

const HEADER_BYTES = 38;
/** Bytes of a node's signature, version, type and checksum. */
const NODE_BYTES = 10;
/** Depth limit of a tree. */
const MOST_DEPTH = 16;

/** Common properties of the nodes of a tree. */
interface Tree {
  readonly kind: RecordKind;
  /** Size limit of a node in bytes. */
  readonly nodeBytes: number;
  /** Bytes of a child pointer, which is an address and record counts; index = distance of the node from the leaves. */
  readonly pointerBytes: readonly number[];
  /** Bytes of a node's record count. */
  readonly countBytes: number;
}

/** A node of a tree. */
interface Node {
  readonly address: number;
  /** Number of records. */
  readonly count: number;
  /** Distance from the leaves. */
  readonly depth: number;
}

/**
 * Reads the records of a B-tree of version 2, in order.
 *
 * @param address - Address of its header.
 * @throws {@link ParseError} on damage, on unexpected or too many records, and if a node occurs twice.
 * @see HDF5 File Format Specification 3.0, III.A.2.
 */
export function readRecords(
  file: Hdf5Blocks,
  address: number,
  kind: RecordKind,
): readonly ByteReader[] {
  const header = file.signed('BTHD', address, HEADER_BYTES);
  if (header.u8() !== 0) header.fail('unsupported B-tree version (expected 0)', 0);
  const type = header.u8();
  const nodeBytes = header.u32le();
  const bytes = header.u16le();
  if (type !== kind.type || bytes !== kind.bytes) {
    const found = `type ${String(type)}, ${String(bytes)} bytes`;
    const wanted = `type ${String(kind.type)}, ${String(kind.bytes)} bytes`;
    header.fail(`wrong B-tree records (got ${found}, expected ${wanted})`);
  }
  const depth = header.u16le();
  if (depth > MOST_DEPTH)
    header.fail(
      `B-tree too deep (got ${String(depth)} levels, expected at most ${String(MOST_DEPTH)})`,
    );
  header.bytes(2);
  const root = { address: header.u64le(), count: header.u16le(), depth };
  const total = header.u64le();
  if (total > kind.most)
    header.fail(
      `too many B-tree records (got ${String(total)}, expected at most ${String(kind.most)})`,
    );
  if (total === 0) return [];
  const records = readNodes(file, root, describeTree(kind, nodeBytes, depth));
  if (records.length === total) return records;
  return header.fail(
    `wrong record count (got ${String(records.length)}, expected ${String(total)})`,
  );
}

/** Computes the field widths of a tree: each record count takes the bytes that its largest possible value needs. */
function describeTree(kind: RecordKind, nodeBytes: number, depth: number): Tree {
  const mostOfLeaf = Math.floor((nodeBytes - NODE_BYTES) / kind.bytes);
  const countBytes = bytesOf(mostOfLeaf);
  const pointerBytes = [0];
  let mostBelow = mostOfLeaf;
  for (let level = 1; level <= depth; level++) {
    const pointer = 8 + countBytes + (level === 1 ? 0 : bytesOf(mostBelow));
    const most = Math.floor((nodeBytes - NODE_BYTES - pointer) / (kind.bytes + pointer));
    mostBelow = (most + 1) * mostBelow + most;
    pointerBytes.push(pointer);
  }
  return { kind, nodeBytes, pointerBytes, countBytes };
}

function bytesOf(most: number): number {
  return most < 1 ? 1 : Math.min(8, Math.floor(Math.log2(most) / 8) + 1);
}

function readNodes(file: Hdf5Blocks, root: Node, tree: Tree): readonly ByteReader[] {
  const { kind, nodeBytes, pointerBytes, countBytes } = tree;
  const records: ByteReader[] = [];
  const seen = new Set<number>();
  const visit = ({ address, count, depth }: Node): void => {
    if (seen.has(address)) file.fail(address, 'a B-tree node occurs twice');
    seen.add(address);
    if (records.length + count > kind.most)
      file.fail(address, `too many B-tree records (expected at most ${String(kind.most)})`);
    const pointers = depth === 0 ? 0 : count + 1;
    const bytes = NODE_BYTES + count * kind.bytes + pointers * pointerBytes[depth];
    if (bytes > nodeBytes)
      file.fail(
        address,
        `${String(count)} records exceed the node size of ${String(nodeBytes)} bytes`,
      );
    const node = file.signed(depth === 0 ? 'BTLF' : 'BTIN', address, bytes);
    if (node.u8() !== 0 || node.u8() !== kind.type)
      node.fail('the node belongs to another B-tree', 0);
    const own = Array.from({ length: count }, () => node.block(kind.bytes));
    for (let i = 0; i < pointers; i++) {
      const child = node.block(pointerBytes[depth]);
      visit({ address: child.u64le(), count: child.uint(countBytes), depth: depth - 1 });
      if (i < count) records.push(own[i]);
    }
    if (depth === 0) records.push(...own);
  };
  visit(root);
  return records;
}
