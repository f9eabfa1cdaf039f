import type { ByteSource } from '../byte-source.js';
import { Hdf5Blocks } from './blocks.js';
import { readDataset, type Hdf5Dataset } from './dataset.js';
import { readSymbols, type GroupMember } from './symbols.js';
import { readLinks } from './links.js';
import { MESSAGE, readObjectHeader, type HeaderMessage } from './object-header.js';
import { readSuperblock } from './superblock.js';

/** Limit of groups and data sets. */
const MOST_OBJECTS = 50_000;
const MOST_LEVELS = 32;
/** Characters of all paths, beside twice the length of the file: groups in groups repeat their names. */
const SPARE_CHARACTERS = 2 ** 20;

/**
 * Opens an HDF5 file, as any version of the library writes it: superblocks 0 to 3, groups of either kind, data
 * sets in one piece or in chunks. Numbers stay in the file until they are read.
 *
 * @returns The data sets by their paths, such as `data/conv1_1/0`, groups in the order of names.
 * @throws {@link ParseError} on damage and on everything else that HDF5 can be; attributes are left alone.
 * @see HDF5 File Format Specification 3.0.
 */
export function openHdf5(source: ByteSource): ReadonlyMap<string, Hdf5Dataset> {
  const file = new Hdf5Blocks(source);
  const datasets = new Map<string, Hdf5Dataset>();
  const seen = new Set<number>();
  let room = 2 * source.length + SPARE_CHARACTERS;
  const visit = (path: string, header: number, level: number): void => {
    if (seen.has(header)) file.fail(header, `${path} is there under another name, too`);
    if (level > MOST_LEVELS) file.fail(header, 'groups too deep');
    seen.add(header);
    room -= path.length;
    if (room < 0) file.fail(header, 'paths longer than the file');
    if (seen.size > MOST_OBJECTS) file.fail(header, 'too many objects');
    const messages = readObjectHeader(file, header);
    const members = membersOf(file, header, messages);
    if (members === null) {
      datasets.set(path, readDataset(file, header, messages));
      return;
    }
    for (const { name, header: inner } of members) {
      visit(path === '' ? name : `${path}/${name}`, inner, level + 1);
    }
  };
  visit('', readSuperblock(file), 0);
  return datasets;
}

/** The members of a group; null for an object that is none. */
function membersOf(
  file: Hdf5Blocks,
  header: number,
  messages: readonly HeaderMessage[],
): readonly GroupMember[] | null {
  const symbols = messages.find(({ type }) => type === MESSAGE.symbolTable)?.data;
  const hasLinks = messages.some(({ type }) => type === MESSAGE.linkInfo || type === MESSAGE.link);
  if (symbols === undefined && !hasLinks) return null;
  if (symbols !== undefined && hasLinks) file.fail(header, 'a group of both kinds');
  const members =
    symbols === undefined
      ? readLinks(file, messages)
      : readSymbols(file, symbols.u64le(), symbols.u64le());
  const wrong = members.find(({ name }) => !isName(name))?.name;
  if (wrong !== undefined) file.fail(header, `"${wrong}" is no name`);
  const names = new Set(members.map(({ name }) => name));
  if (names.size < members.length) file.fail(header, 'a name stands twice in a group');
  return members;
}

/** Slashes part names of a path, so that no name has one. */
function isName(name: string): boolean {
  return !name.includes('/') && name !== '.';
}
