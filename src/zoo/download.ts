import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FcnError } from '../core/errors.js';
import {
  cacheFolder,
  digestFile,
  findCached,
  keepInCache,
  recordPath,
  type CachedFile,
  type Environment,
} from './cache.js';
import type { ZooEntry } from './entry.js';
import { withLock } from './lock-file.js';
import { discardPart, fetchPart, type Transfer } from './transfer.js';

/** FCN_OFFLINE is set, and the file is not in the cache. */
export class OfflineError extends FcnError {
  override name = 'OfflineError';
}

/** A download that did not arrive whole and as published. */
export class DownloadError extends FcnError {
  override name = 'DownloadError';
}

/** How {@link download} goes about it. */
export interface DownloadOptions {
  /** The environment: FCN_HOME, XDG_CACHE_HOME, FCN_MIRROR, FCN_OFFLINE. */
  readonly environment: Environment;
  /** Stops the download; what has arrived is kept, and the next one goes on from there. */
  readonly signal?: AbortSignal;
  /** Told how many bytes there are, and how many there will be if that is known. */
  readonly onProgress?: (bytes: number, total: number | null) => void;
  /** Milliseconds without a byte after which a connection is given up. Default: 30,000. */
  readonly stallMs?: number;
  /** Connections that may fail before the download does. Default: 5. */
  readonly attempts?: number;
}

/**
 * The file of an entry: from the cache, or downloaded, checked against its published size and digest,
 * and put into the cache whole. An interrupted download goes on where it stopped.
 *
 * @throws {@link OfflineError} if FCN_OFFLINE is set and it is not in the cache; {@link DownloadError}
 *   if no address is known, or what arrives is not what was published.
 */
export async function download(entry: ZooEntry, options: DownloadOptions): Promise<CachedFile> {
  const folder = cacheFolder(options.environment);
  const cached = await findCached(folder, entry);
  if (cached !== null) return cached;
  const offline = options.environment['FCN_OFFLINE'];
  if (offline !== undefined && offline !== '' && offline !== '0') {
    const path = recordPath(folder, entry);
    throw new OfflineError(`FCN_OFFLINE is set, and ${entry.name} is not at ${path}`);
  }
  const url = addressOf(entry, options.environment);
  const partial = join(folder, 'partial');
  await mkdir(partial, { recursive: true });
  return await withLock(join(partial, `${entry.name}.lock`), async () => {
    // Another process may have finished while this one waited for nothing.
    const finished = await findCached(folder, entry);
    if (finished !== null) return finished;
    const path = join(partial, `${entry.name}.part`);
    await transfer(entry, { url, path, ...timing(options) }, options);
    const kept = await keepInCache(folder, entry, await check(entry, path));
    await discardPart(path);
    return kept;
  });
}

function addressOf(entry: ZooEntry, environment: Environment): string {
  const mirror = environment['FCN_MIRROR'];
  if (mirror !== undefined && mirror !== '') return `${mirror.replace(/\/+$/, '')}/${entry.file}`;
  if (entry.url !== null) return entry.url;
  const reason = `no address is known that serves ${entry.file}`;
  throw new DownloadError(`${entry.name}: ${reason}; FCN_MIRROR may name a server that has it`);
}

function timing({
  stallMs = 30_000,
  signal,
}: DownloadOptions): Pick<Transfer, 'stallMs' | 'signal'> {
  return signal === undefined ? { stallMs } : { stallMs, signal };
}

/** Fetches until the file is whole: a connection that breaks or stalls is followed by another. */
async function transfer(
  entry: ZooEntry,
  wanted: Omit<Transfer, 'onBytes' | 'mostBytes'>,
  { attempts = 5, onProgress }: DownloadOptions,
): Promise<void> {
  const mostBytes = entry.bytes ?? MOST_BYTES;
  for (let failures = 0; ;) {
    const before = await sizeOf(wanted.path);
    try {
      await fetchPart({
        ...wanted,
        mostBytes,
        onBytes: (b, t) => onProgress?.(b, t ?? entry.bytes),
      });
      return;
    } catch (cause) {
      wanted.signal?.throwIfAborted();
      const isFinal = cause instanceof FcnError;
      const grew = (await sizeOf(wanted.path)) > before;
      failures = grew ? 1 : failures + 1;
      if (isFinal || failures >= attempts) {
        throw new DownloadError(`${entry.name}: ${(cause as Error).message}`, { cause });
      }
    }
  }
}

/** Larger than any published file. */
const MOST_BYTES = 4 * 2 ** 30;

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Compares what has arrived with what was published; what differs is thrown away. */
async function check(entry: ZooEntry, path: string): Promise<CachedFile> {
  const { checksum } = entry;
  const { bytes, sha256, published } = await digestFile(path, checksum);
  const sizeFits = entry.bytes === null || entry.bytes === bytes;
  if (sizeFits && (checksum === null || checksum.hex === published)) return { path, bytes, sha256 };
  const start = await readFile(path, { encoding: 'latin1' }).then((text) => text.slice(0, 64));
  await discardPart(path);
  const isPage = /^\s*</.test(start) ? '; it looks like a web page' : '';
  const expected = sizeFits
    ? `${checksum?.algorithm ?? ''} ${checksum?.hex ?? ''}, it has ${published ?? ''}`
    : `${String(entry.bytes)} bytes, it has ${String(bytes)}`;
  throw new DownloadError(`${entry.name}: the file should have ${expected}${isPage}`);
}
