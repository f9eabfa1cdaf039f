/**
 * Where downloaded weights lie: `sha256/DIGEST` holds the bytes of a file, under the digest of what it
 * holds, and `models/NAME.json` says which digest an entry of the zoo has.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../io/atomic-file.js';
import type { Checksum, ZooEntry } from './entry.js';

/** Variables of the environment that say where to keep files and where to get them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Folder of the cache: FCN_HOME, else fcn in XDG_CACHE_HOME, else in ~/.cache. */
export function cacheFolder(environment: Environment): string {
  const { FCN_HOME: home, XDG_CACHE_HOME: caches } = environment;
  if (home !== undefined && home !== '') return home;
  return join(caches !== undefined && caches !== '' ? caches : join(homedir(), '.cache'), 'fcn');
}

/** A file in the cache. */
export interface CachedFile {
  /** Where it lies. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
  /** Its SHA-256, in hexadecimal digits. */
  readonly sha256: string;
}

/** Where the cache says which file an entry has. */
export function recordPath(folder: string, entry: ZooEntry): string {
  return join(folder, 'models', `${entry.name}.json`);
}

/** The cached file of an entry, of the size it had; null if there is none. */
export async function findCached(folder: string, entry: ZooEntry): Promise<CachedFile | null> {
  try {
    const record = JSON.parse(await readFile(recordPath(folder, entry), 'utf8')) as unknown;
    if (!isRecord(record)) return null;
    const path = blobPath(folder, record.sha256);
    const { size } = await stat(path);
    const { bytes, sha256 } = record;
    return size === bytes ? { path, bytes, sha256 } : null;
  } catch {
    return null; // no record, no JSON, or no file: nothing is cached
  }
}

function isRecord(value: unknown): value is { readonly bytes: number; readonly sha256: string } {
  if (typeof value !== 'object' || value === null || !('sha256' in value)) return false;
  const { sha256 } = value;
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && 'bytes' in value;
}

function blobPath(folder: string, sha256: string): string {
  return join(folder, 'sha256', sha256);
}

/** Takes a whole file over into the cache, by renaming it. */
export async function keepInCache(
  folder: string,
  entry: ZooEntry,
  file: CachedFile,
): Promise<CachedFile> {
  const { bytes, sha256 } = file;
  const path = blobPath(folder, sha256);
  await mkdir(join(folder, 'sha256'), { recursive: true });
  await mkdir(join(folder, 'models'), { recursive: true });
  await rename(file.path, path);
  const record = { file: entry.file, bytes, sha256, url: entry.url };
  const text = `${JSON.stringify(record, null, 2)}\n`;
  await writeFileAtomic(recordPath(folder, entry), Buffer.from(text));
  return { path, bytes, sha256 };
}

/** Digests of a file, read once: its SHA-256, and the one that was published. */
export interface Digests {
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256. */
  readonly sha256: string;
  /** The published algorithm's digest; null if none is published. */
  readonly published: string | null;
}

/** Reads a file and computes its digests. */
export async function digestFile(path: string, checksum: Checksum | null): Promise<Digests> {
  const sha256 = createHash('sha256');
  const other = checksum === null ? null : createHash(checksum.algorithm);
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const piece = chunk as Buffer;
    sha256.update(piece);
    other?.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: sha256.digest('hex'), published: other?.digest('hex') ?? null };
}
