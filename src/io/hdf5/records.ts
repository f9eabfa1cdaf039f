import type { ByteReader } from '../../core/byte-reader.js';
import type { Hdf5Blocks } from './blocks.js';

/** Expected records of a B-tree of version 2. */
export interface RecordKind {
  /** Record type, by its number in the format. */
  readonly type: number;
  /** Bytes of a record. */
  readonly bytes: number;
  /** Limit of records. */
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
  /** Bytes that a node has at most. */
  readonly nodeBytes: number;
  /** By its distance from the leaves, bytes of what a node says about a child: address, and numbers of records. */
  readonly pointerBytes: readonly number[];
  /** Bytes of the number of records in a node. */
  readonly countBytes: number;
}

/** A node, how many records it has, and how far from the leaves it is. */
interface Node {
  readonly address: number;
  readonly count: number;
  readonly depth: number;
}

/**
 * The records of a B-tree of version 2, in order.
 *
 * @param address - Of its header.
 * @throws {@link ParseError} on damage, if it holds something else or too much, and if nodes hang on it twice.
 * @see HDF5 File Format Specification 3.0, III.A.2.
 */
export function readRecords(
  file: Hdf5Blocks,
  address: number,
  kind: RecordKind,
): readonly ByteReader[] {
  const header = file.signed('BTHD', address, HEADER_BYTES);
  if (header.u8() !== 0) header.fail('a tree of an unknown version', 0);
  const type = header.u8();
  const nodeBytes = header.u32le();
  const bytes = header.u16le();
  if (type !== kind.type || bytes !== kind.bytes) {
    header.fail(`a tree of type ${String(type)} with records of ${String(bytes)} bytes`);
  }
  const depth = header.u16le();
  if (depth > MOST_DEPTH) header.fail(`a tree ${String(depth)} levels deep`);
  header.bytes(2);
  const root = { address: header.u64le(), count: header.u16le(), depth };
  const total = header.u64le();
  if (total > kind.most) header.fail(`a tree of ${String(total)} records`);
  if (total === 0) return [];
  const records = readNodes(file, root, describeTree(kind, nodeBytes, depth));
  if (records.length === total) return records;
  return header.fail(`${String(records.length)} records where ${String(total)} belong`);
}

/** Numbers of records are stored in as many bytes as the largest possible one takes. */
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
    if (seen.has(address)) file.fail(address, 'a node that hangs on a tree twice');
    seen.add(address);
    if (records.length + count > kind.most) file.fail(address, 'too large a tree');
    const pointers = depth === 0 ? 0 : count + 1;
    const bytes = NODE_BYTES + count * kind.bytes + pointers * pointerBytes[depth];
    if (bytes > nodeBytes) file.fail(address, `${String(count)} records in one node`);
    const node = file.signed(depth === 0 ? 'BTLF' : 'BTIN', address, bytes);
    if (node.u8() !== 0 || node.u8() !== kind.type) node.fail('a node of another tree', 0);
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
