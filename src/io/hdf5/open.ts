import type { ByteSource } from '../byte-source.js';
import { Hdf5Blocks, readSuperblock } from './blocks.js';
import { readDataset, type Hdf5Dataset } from './dataset.js';
import { readMembers } from './group.js';
import { MESSAGE, readObjectHeader } from './object-header.js';

/** Objects are groups and data sets; no snapshot of a network has so many. */
const MOST_OBJECTS = 100_000;
const MOST_LEVELS = 32;

/**
 * Opens an HDF5 file of the kind that Caffe's snapshots are: a superblock of version 0, groups with symbol
 * tables, data sets in one piece or in chunks. Numbers stay in the file until they are read.
 *
 * @returns The data sets by their paths, such as `data/conv1_1/0`, groups in the order of names.
 * @throws {@link ParseError} on damage and on everything else that HDF5 can be; attributes are left alone.
 * @see HDF5 File Format Specification 3.0.
 */
export function openHdf5(source: ByteSource): ReadonlyMap<string, Hdf5Dataset> {
  const file = new Hdf5Blocks(source);
  const datasets = new Map<string, Hdf5Dataset>();
  const seen = new Set<number>();
  const visit = (path: string, header: number, level: number): void => {
    if (seen.has(header)) file.fail(header, `${path} is there under another name, too`);
    if (level > MOST_LEVELS) file.fail(header, 'groups too deep');
    seen.add(header);
    if (seen.size > MOST_OBJECTS) file.fail(header, 'too many objects');
    const messages = readObjectHeader(file, header);
    if (messages.some(({ type }) => type === MESSAGE.linkInfo)) {
      file.fail(header, 'a group of the kind that links into other files need; it is not read');
    }
    const table = messages.find(({ type }) => type === MESSAGE.symbolTable)?.data;
    if (table === undefined) {
      datasets.set(path, readDataset(file, header, messages));
      return;
    }
    for (const { name, header: inner } of readMembers(file, table.u64le(), table.u64le())) {
      visit(path === '' ? name : `${path}/${name}`, inner, level + 1);
    }
  };
  visit('', readSuperblock(file), 0);
  return datasets;
}
