/**
 * Cache of downloaded weights: `sha256/DIGEST` is a file under the digest of its content, and `models/NAME.json` holds
 * the digest of an entry of the zoo.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../io/atomic-file.js';
import type { Checksum, ZooEntry } from './entry.js';

/** Environment variables by their names: FCN_HOME, XDG_CACHE_HOME, FCN_MIRROR, FCN_OFFLINE. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Folder of the cache: FCN_HOME, otherwise `fcn` in XDG_CACHE_HOME, otherwise `fcn` in ~/.cache. */
export function cacheFolder(environment: Environment): string {
  const { FCN_HOME: home, XDG_CACHE_HOME: caches } = environment;
  if (home !== undefined && home !== '') return home;
  return join(caches !== undefined && caches !== '' ? caches : join(homedir(), '.cache'), 'fcn');
}

/** A file in the cache. */
export interface CachedFile {
  /** Path of the file. */
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Its SHA-256, in hexadecimal digits. */
  readonly sha256: string;
}

/** Path of the record that holds the digest of an entry. */
export function recordPath(folder: string, entry: ZooEntry): string {
  return join(folder, 'models', `${entry.name}.json`);
}

/** Finds the cached file of an entry, if it still has its recorded size; otherwise null. */
export async function findCached(folder: string, entry: ZooEntry): Promise<CachedFile | null> {
  try {
    const record = JSON.parse(await readFile(recordPath(folder, entry), 'utf8')) as unknown;
    if (!isRecord(record)) return null;
    const path = blobPath(folder, record.sha256);
    const { size } = await stat(path);
    const { bytes, sha256 } = record;
    return size === bytes ? { path, bytes, sha256 } : null;
  } catch {
    return null; // missing or damaged record, or missing file: nothing is cached
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

/** Moves a complete file into the cache, by renaming it. */
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

/** Size and digests of a file, computed in one pass. */
export interface Digests {
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256. */
  readonly sha256: string;
  /** Digest by the algorithm of the published one; null if none is published. */
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
