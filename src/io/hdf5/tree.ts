import type { ByteReader } from '../../core/byte-reader.js';
import type { Hdf5Blocks } from './blocks.js';

/** Expected content of a B-tree of version 1. */
export interface TreeKind {
  /** 0 for a tree of a group's nodes, 1 for one of a data set's chunks. */
  readonly type: 0 | 1;
  /** Bytes of a key. */
  readonly keyBytes: number;
  /** Limit of leaves. */
  readonly mostLeaves: number;
}

/** A leaf of a tree, with the key before it. */
export interface TreeLeaf {
  /** Key before the leaf. */
  readonly key: ByteReader;
  /** Address of the child. */
  readonly child: number;
}

const PREFIX_BYTES = 24;
/** No tree of 2³² leaves of two is higher. */
const MOST_LEVELS = 32;

/**
 * Reads the leaves of a B-tree of version 1, in order.
 *
 * @param address - Of its root.
 * @throws {@link ParseError} on damage; levels must fall towards the leaves, so that no tree has a ring.
 * @see HDF5 File Format Specification 3.0, III.A.1.
 */
export function readTree(file: Hdf5Blocks, address: number, kind: TreeKind): readonly TreeLeaf[] {
  const leaves: TreeLeaf[] = [];
  const seen = new Set<number>();
  const visit = (node: number, mostLevel: number): void => {
    if (seen.has(node)) file.fail(node, 'a node that hangs on a tree twice');
    seen.add(node);
    const prefix = file.at(node, PREFIX_BYTES);
    if (prefix.latin1(4) !== 'TREE' || prefix.u8() !== kind.type) prefix.fail('no such tree', 0);
    const level = prefix.u8();
    if (level > mostLevel) prefix.fail('a tree that does not end');
    const count = prefix.u16le();
    if (leaves.length + count > kind.mostLeaves) prefix.fail('too large a tree');
    const entries = file.at(node + PREFIX_BYTES, count * (kind.keyBytes + 8));
    for (let i = 0; i < count; i++) {
      const key = entries.block(kind.keyBytes);
      const child = entries.u64le();
      if (level === 0) leaves.push({ key, child });
      else visit(child, level - 1);
    }
  };
  visit(address, MOST_LEVELS);
  return leaves;
}
