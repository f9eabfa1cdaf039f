import type { ByteReader } from '../../core/byte-reader.js';
import type { Hdf5Blocks } from './blocks.js';

/** Expected content of a B-tree of version 1. */
export interface TreeKind {
  /** 0 for the symbol nodes of a group, 1 for the chunks of a data set. */
  readonly type: 0 | 1;
  /** Bytes of a key. */
  readonly keyBytes: number;
  /** Maximum number of leaves. */
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
/** Height of a binary tree of 2³² leaves. */
const MOST_LEVELS = 32;

/**
 * Reads the leaves of a B-tree of version 1, in order.
 *
 * @param address - Address of its root.
 * @throws {@link ParseError} on damage, and if levels do not decrease towards the leaves, which excludes cycles.
 * @see HDF5 File Format Specification 3.0, III.A.1.
 */
export function readTree(file: Hdf5Blocks, address: number, kind: TreeKind): readonly TreeLeaf[] {
  const leaves: TreeLeaf[] = [];
  const seen = new Set<number>();
  const visit = (node: number, mostLevel: number): void => {
    if (seen.has(node)) file.fail(node, 'a B-tree node occurs twice');
    seen.add(node);
    const prefix = file.at(node, PREFIX_BYTES);
    if (prefix.latin1(4) !== 'TREE' || prefix.u8() !== kind.type)
      prefix.fail(`missing B-tree node of type ${String(kind.type)}`, 0);
    const level = prefix.u8();
    if (level > mostLevel)
      prefix.fail(
        `wrong B-tree level (got ${String(level)}, expected at most ${String(mostLevel)})`,
      );
    const count = prefix.u16le();
    if (leaves.length + count > kind.mostLeaves)
      prefix.fail(`too many B-tree leaves (expected at most ${String(kind.mostLeaves)})`);
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
