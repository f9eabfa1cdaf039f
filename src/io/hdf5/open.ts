import type { ByteSource } from '../byte-source.js';
import { Hdf5Blocks } from './blocks.js';
import { readDataset, type Hdf5Dataset } from './dataset.js';
import { readSymbols, type GroupMember } from './symbols.js';
import { readLinks } from './links.js';
import { MESSAGE, readObjectHeader, type HeaderMessage } from './object-header.js';
import { readSuperblock } from './superblock.js';

/** Maximum number of groups and data sets. */
const MOST_OBJECTS = 50_000;
const MOST_LEVELS = 32;
/** Limit of the total length of all paths beyond twice the file size: nested groups repeat their names. */
const SPARE_CHARACTERS = 2 ** 20;

/**
 * Opens an HDF5 file of any library version: superblocks 0 to 3, groups of symbols or links, contiguous, compact
 * and chunked data sets. Numbers stay in the file until they are read.
 *
 * @returns The data sets by path, such as `data/conv1_1/0`, groups in the order of names.
 * @throws {@link ParseError} on damage and on unsupported features; attributes are ignored.
 * @see HDF5 File Format Specification 3.0.
 */
export function openHdf5(source: ByteSource): ReadonlyMap<string, Hdf5Dataset> {
  const file = new Hdf5Blocks(source);
  const datasets = new Map<string, Hdf5Dataset>();
  const seen = new Set<number>();
  let room = 2 * source.length + SPARE_CHARACTERS;
  const visit = (path: string, header: number, level: number): void => {
    if (seen.has(header)) file.fail(header, `"${path}" is also stored under another name`);
    if (level > MOST_LEVELS)
      file.fail(header, `groups nest too deep (expected at most ${String(MOST_LEVELS)} levels)`);
    seen.add(header);
    room -= path.length;
    if (room < 0) file.fail(header, 'the paths are too long for the file size');
    if (seen.size > MOST_OBJECTS)
      file.fail(header, `too many objects (expected at most ${String(MOST_OBJECTS)})`);
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

/** Reads the members of a group; null if the object is not a group. */
function membersOf(
  file: Hdf5Blocks,
  header: number,
  messages: readonly HeaderMessage[],
): readonly GroupMember[] | null {
  const symbols = messages.find(({ type }) => type === MESSAGE.symbolTable)?.data;
  const hasLinks = messages.some(({ type }) => type === MESSAGE.linkInfo || type === MESSAGE.link);
  if (symbols === undefined && !hasLinks) return null;
  if (symbols !== undefined && hasLinks)
    file.fail(header, 'the group has both a symbol table and links');
  const members =
    symbols === undefined
      ? readLinks(file, messages)
      : readSymbols(file, symbols.u64le(), symbols.u64le());
  const wrong = members.find(({ name }) => !isName(name))?.name;
  if (wrong !== undefined) file.fail(header, `invalid name "${wrong}"`);
  const names = new Set(members.map(({ name }) => name));
  if (names.size < members.length) file.fail(header, 'duplicate name in a group');
  return members;
}

/** True for a valid name: slashes separate the names of a path. */
function isName(name: string): boolean {
  return !name.includes('/') && name !== '.';
}
