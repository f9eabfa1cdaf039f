/**
 * Files of PyTorch's `torch.save`: zip archives since 1.6, a chain of pickles before.
 *
 * @see torch/serialization.py; the layout of both is in docs/formats.md.
 */
import { ByteReader } from '../core/byte-reader.js';
import { ParseError } from '../core/errors.js';
import type { ByteSource } from './byte-source.js';
import { ELEMENT_TYPES, elementsOf, readElements } from './elements.js';
import type { PickleHost } from './pickle-machine.js';
import { readPickle } from './pickle.js';
import { isList, type PickleValue } from './pickle-values.js';
import { collectState, type OpenTorchFile, type TorchFile } from './pth-state.js';
import { storageOf, TORCH_GLOBALS, type TorchStorage } from './torch-globals.js';
import type { StorageReader } from './torch-tensors.js';
import { openZip, readZipEntry, type ZipArchive, type ZipEntry } from './zip.js';

/** Size limit of the pickle: tensors are stored outside of it. */
const MOST_PICKLE_BYTES = 16 * 2 ** 20;

/** The first pickle of a legacy file: the magic number, in the fifteen bytes that Python writes. */
export const LEGACY_MAGIC: Uint8Array = Uint8Array.of(
  0x80,
  2,
  0x8a,
  10,
  0x6c,
  0xfc,
  0x9c,
  0x46,
  0xf9,
  0x20,
  0x6a,
  0xa8,
  0x50,
  0x19,
  0x2e,
);
const LEGACY_PROTOCOL = 1001;

/**
 * Reads the state dict of a PyTorch file in either layout: all tensors as float32, in the order of the file.
 *
 * @throws {@link ParseError} if it is damaged, uses Python names that are not data, or has the tar
 *   layout of before 2017.
 */
export function readPth(source: ByteSource): TorchFile {
  const { readAll, notes } = openPth(source);
  return { arrays: readAll(), notes };
}

/**
 * Opens a PyTorch file; tensors are read on demand, while the source is open.
 *
 * @throws As {@link readPth}; reading a damaged tensor throws a {@link ParseError}.
 */
export function openPth(source: ByteSource): OpenTorchFile {
  const head = source.view(0, Math.min(LEGACY_MAGIC.length, source.length));
  if (head[0] === 0x50) return readPthZip(source);
  if (Buffer.compare(head, LEGACY_MAGIC) === 0) return readPthLegacy(source);
  throw new ParseError(source.name, 0, isTar(source) ? TAR : 'not a PyTorch file');
}

const TAR = 'the tar layout of before 2017 is unsupported; load and save the file with PyTorch';

/** True for a tar archive: its header block has this magic. */
function isTar(source: ByteSource): boolean {
  if (source.length < 512) return false;
  return Buffer.from(source.view(257, 262)).toString('latin1') === 'ustar';
}

function hostOf(register: (storage: TorchStorage) => void = () => undefined): PickleHost {
  return {
    globals: TORCH_GLOBALS,
    persistent: (id, fail) => {
      const storage = storageOf(id, fail);
      register(storage);
      return storage;
    },
  };
}

function readPthZip(source: ByteSource): OpenTorchFile {
  const archive = openZip(source);
  const pickles = [...archive.entries.values()].filter(({ name }) =>
    /^[^/]+\/data\.pkl$/.test(name),
  );
  if (pickles.length !== 1) {
    throw new ParseError(
      source.name,
      0,
      `not a PyTorch archive (got ${String(pickles.length)} data.pkl files, expected 1)`,
    );
  }
  const [pickle] = pickles;
  if (pickle.size > MOST_PICKLE_BYTES) {
    throw new ParseError(
      source.name,
      pickle.start,
      `data.pkl too large (got ${String(pickle.size)} bytes, expected at most ${String(MOST_PICKLE_BYTES)})`,
    );
  }
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const reader = new ByteReader(readZipEntry(archive, pickle), source.name);
  const root = readPickle(reader, hostOf());
  if (reader.remaining > 0) reader.fail('unexpected bytes after the pickle');
  const bigEndian = isBigEndian(archive, folder);
  return collectState(root, {
    error: (reason) => new ParseError(source.name, pickle.start, reason),
    read: (storage) => {
      const entry = storageEntry(archive, folder, storage);
      return elementsOf(readZipEntry(archive, entry), storage.type, bigEndian);
    },
  });
}

function isBigEndian(archive: ZipArchive, folder: string): boolean {
  const entry = archive.entries.get(`${folder}byteorder`);
  if (entry === undefined) return false;
  const order = entry.size <= 6 ? Buffer.from(readZipEntry(archive, entry)).toString('latin1') : '';
  if (order === 'little' || order === 'big') return order === 'big';
  throw new ParseError(
    archive.source.name,
    entry.start,
    'invalid byteorder (expected little or big)',
  );
}

function storageEntry(archive: ZipArchive, folder: string, storage: TorchStorage): ZipEntry {
  const entry = archive.entries.get(`${folder}data/${storage.key}`);
  const bytes = storage.total * ELEMENT_TYPES[storage.type].bytes;
  if (entry?.size === bytes) return entry;
  const reason = `missing or incomplete storage "${storage.key}" (expected ${String(bytes)} bytes)`;
  throw new ParseError(archive.source.name, entry?.start ?? 0, reason);
}

/**
 * Legacy layout: magic number, protocol, system information, the object, the storage keys, and for each storage a
 * 64-bit count and its numbers.
 */
function readPthLegacy(source: ByteSource): OpenTorchFile {
  const head = source.view(0, Math.min(source.length, MOST_PICKLE_BYTES));
  const reader = new ByteReader(head, source.name);
  const host = hostOf();
  reader.bytes(LEGACY_MAGIC.length);
  if (readPickle(reader, host) !== LEGACY_PROTOCOL)
    reader.fail(`unsupported protocol (expected ${String(LEGACY_PROTOCOL)})`);
  const facts = readPickle(reader, host);
  const little = facts instanceof Map ? facts.get('little_endian') : undefined;
  if (typeof little !== 'boolean') reader.fail('missing byte order');
  const wanted = new Map<string, TorchStorage>();
  const root = readPickle(
    reader,
    hostOf((storage) => noteStorage(reader, wanted, storage)),
  );
  const keys = keysOf(reader, readPickle(reader, host));
  const starts = locateStorages(source, reader.offset, keys, wanted);
  return collectState(root, legacyStorages(source, starts, wanted, !little));
}

/** Records a storage; tensors may refer to it many times, with the same type and size. */
function noteStorage(
  reader: ByteReader,
  wanted: Map<string, TorchStorage>,
  storage: TorchStorage,
): void {
  const known = wanted.get(storage.key) ?? storage;
  if (known.type !== storage.type || known.total !== storage.total) {
    reader.fail(`storage "${storage.key}": conflicting types or sizes`);
  }
  wanted.set(storage.key, known);
}

function keysOf(reader: ByteReader, value: PickleValue): string[] {
  const keys = isList(value) ? value.items : reader.fail('missing list of storages');
  return keys.filter((key) => typeof key === 'string');
}

/** Locates the storages after the pickles: each key must be used by a tensor, occur once and match in length, and
 * the storages must fill the rest of the file. */
function locateStorages(
  source: ByteSource,
  from: number,
  keys: readonly string[],
  wanted: ReadonlyMap<string, TorchStorage>,
): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  let at = from;
  for (const key of keys) {
    const storage = wanted.get(key);
    const header = new ByteReader(source.view(at, Math.min(at + 8, source.length)), source.name);
    const count = header.u64le();
    const end = storage === undefined ? NaN : at + 8 + count * ELEMENT_TYPES[storage.type].bytes;
    if (!(end <= source.length) || count !== storage?.total || starts.has(key)) {
      throw new ParseError(
        source.name,
        at,
        `storage "${key}": size does not match the file or its tensors`,
      );
    }
    starts.set(key, at + 8);
    at = end;
  }
  if (at !== source.length)
    throw new ParseError(source.name, at, 'unexpected bytes after the last storage');
  return starts;
}

function legacyStorages(
  source: ByteSource,
  starts: ReadonlyMap<string, number>,
  wanted: ReadonlyMap<string, TorchStorage>,
  bigEndian: boolean,
): StorageReader {
  const error = (reason: string): ParseError => new ParseError(source.name, 0, reason);
  return {
    error,
    read: ({ key }) => {
      const start = starts.get(key);
      const storage = wanted.get(key);
      if (start === undefined || storage === undefined) throw error(`missing storage "${key}"`);
      return readElements(source, start, storage.total, { kind: storage.type, bigEndian });
    },
  };
}
