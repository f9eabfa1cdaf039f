import type { Hdf5Blocks } from './blocks.js';
import { readTree } from './tree.js';

const HEAP_BYTES = 32;
const NODE_PREFIX_BYTES = 8;
const ENTRY_BYTES = 40;
const MOST_NAME_BYTES = 1024;
/** Cache type of an entry that is a symbolic link: it holds a path instead of an object. */
const SYMBOLIC_LINK = 2;

/** Limit of the members of a group. */
export const MOST_MEMBERS = 50_000;
/** Tree of the symbol nodes of a group. */
const NODES = { type: 0, keyBytes: 8, mostLeaves: MOST_MEMBERS } as const;

/** An object of a group. */
export interface GroupMember {
  /** Name in the group. */
  readonly name: string;
  /** Address of the object's header. */
  readonly header: number;
}

/**
 * Reads the members of a group that has a symbol table, in the stored order, which is that of their names.
 *
 * @param tree - Address of the tree of the group's symbol nodes.
 * @param heap - Address of the heap of the member names.
 * @throws {@link ParseError} on damage, and on symbolic links.
 * @see HDF5 File Format Specification 3.0, III.A.1, III.B and III.D.
 */
export function readSymbols(file: Hdf5Blocks, tree: number, heap: number): readonly GroupMember[] {
  const nameAt = openNames(file, heap);
  const members: GroupMember[] = [];
  for (const { child } of readTree(file, tree, NODES)) {
    members.push(...readNode(file, child, nameAt));
    if (members.length > MOST_MEMBERS)
      file.fail(child, `too many members in a group (expected at most ${String(MOST_MEMBERS)})`);
  }
  return members;
}

/** Opens a local heap, to look up names by offset. */
function openNames(file: Hdf5Blocks, address: number): (offset: number) => string {
  const prefix = file.at(address, HEAP_BYTES);
  if (prefix.latin1(4) !== 'HEAP') prefix.fail('missing local heap', 0);
  prefix.bytes(4);
  const heapBytes = prefix.u64le();
  prefix.u64le();
  const segment = prefix.u64le();
  const names = Buffer.from(file.at(segment, heapBytes).peek());
  return (offset) => {
    // Limited, so that many names do not each search a large heap.
    const rest = names.subarray(offset, Math.min(names.length, offset + MOST_NAME_BYTES));
    const length = rest.indexOf(0);
    if (!(length > 0)) file.fail(segment, `missing name at offset ${String(offset)} of the heap`);
    return rest.toString('utf8', 0, length);
  };
}

function readNode(
  file: Hdf5Blocks,
  address: number,
  nameAt: (offset: number) => string,
): GroupMember[] {
  const prefix = file.at(address, NODE_PREFIX_BYTES);
  if (prefix.latin1(4) !== 'SNOD') prefix.fail('missing symbol node', 0);
  prefix.bytes(2);
  const count = prefix.u16le();
  const entries = file.at(address + NODE_PREFIX_BYTES, count * ENTRY_BYTES);
  return Array.from({ length: count }, () => {
    const name = nameAt(entries.u64le());
    const header = entries.u64le();
    if (entries.u32le() === SYMBOLIC_LINK)
      entries.fail(`"${name}" is a soft or external link, which is unsupported`);
    entries.bytes(20);
    return { name, header };
  });
}
