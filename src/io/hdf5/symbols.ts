import type { Hdf5Blocks } from './blocks.js';
import { readTree } from './tree.js';

const HEAP_BYTES = 32;
const NODE_PREFIX_BYTES = 8;
const ENTRY_BYTES = 40;
const MOST_NAME_BYTES = 1024;
/** Kind of an entry that names another path instead of an object. */
const SYMBOLIC_LINK = 2;

/** Limit of the members of a group. */
export const MOST_MEMBERS = 50_000;
/** A tree of nodes with members. */
const NODES = { type: 0, keyBytes: 8, mostLeaves: MOST_MEMBERS } as const;

/** An object of a group. */
export interface GroupMember {
  /** Its name in the group. */
  readonly name: string;
  /** Address of its header. */
  readonly header: number;
}

/**
 * The members of a group that has a table of symbols, in the order in which they are stored: that of their names.
 *
 * @param tree - Address of the tree of its symbol nodes.
 * @param heap - Address of the heap of its names.
 * @throws {@link ParseError} on damage, and on symbolic links.
 * @see HDF5 File Format Specification 3.0, III.A.1, III.B and III.D.
 */
export function readSymbols(file: Hdf5Blocks, tree: number, heap: number): readonly GroupMember[] {
  const nameAt = openNames(file, heap);
  const members: GroupMember[] = [];
  for (const { child } of readTree(file, tree, NODES)) {
    members.push(...readNode(file, child, nameAt));
    if (members.length > MOST_MEMBERS) file.fail(child, 'too many members of a group');
  }
  return members;
}

/** Opens a local heap, to look up names by offset. */
function openNames(file: Hdf5Blocks, address: number): (offset: number) => string {
  const prefix = file.at(address, HEAP_BYTES);
  if (prefix.latin1(4) !== 'HEAP') prefix.fail('no heap of names', 0);
  prefix.bytes(4);
  const heapBytes = prefix.u64le();
  prefix.u64le();
  const segment = prefix.u64le();
  const names = Buffer.from(file.at(segment, heapBytes).peek());
  return (offset) => {
    // Only so far, so that many names cannot each look through a large heap.
    const rest = names.subarray(offset, Math.min(names.length, offset + MOST_NAME_BYTES));
    const length = rest.indexOf(0);
    if (!(length > 0)) file.fail(segment, `no name at ${String(offset)} of a heap`);
    return rest.toString('utf8', 0, length);
  };
}

function readNode(
  file: Hdf5Blocks,
  address: number,
  nameAt: (offset: number) => string,
): GroupMember[] {
  const prefix = file.at(address, NODE_PREFIX_BYTES);
  if (prefix.latin1(4) !== 'SNOD') prefix.fail('no node of a group', 0);
  prefix.bytes(2);
  const count = prefix.u16le();
  const entries = file.at(address + NODE_PREFIX_BYTES, count * ENTRY_BYTES);
  return Array.from({ length: count }, () => {
    const name = nameAt(entries.u64le());
    const header = entries.u64le();
    if (entries.u32le() === SYMBOLIC_LINK)
      entries.fail(`${name} is a link; those are not followed`);
    entries.bytes(20);
    return { name, header };
  });
}
