import {
  checkOptions,
  finiteNumber,
  FUNCTION,
  OBJECT,
  wholeNumber,
  type OptionChecks,
} from '../core/check-options.js';
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

/** Error for a file that is not in the cache while FCN_OFFLINE is set. */
export class OfflineError extends FcnError {
  override name = 'OfflineError';
}

/** Error for a download that failed, or whose content differs from the published file. */
export class DownloadError extends FcnError {
  override name = 'DownloadError';
}

/** Options of {@link download}. */
export interface DownloadOptions {
  /** Environment variables: FCN_HOME, XDG_CACHE_HOME, FCN_MIRROR, FCN_OFFLINE. */
  readonly environment: Environment;
  /** Stops the download. Bytes that have arrived are kept, and the next download continues after them. */
  readonly signal?: AbortSignal;
  /** Called with the number of bytes so far, and the total number if it is known. */
  readonly onProgress?: (bytes: number, total: number | null) => void;
  /** Milliseconds without a byte after which a connection is closed; default 30,000. */
  readonly stallMs?: number;
  /** Failed connections in a row after which the download fails; default 5. */
  readonly attempts?: number;
}

const OPTIONS: OptionChecks<DownloadOptions> = {
  environment: OBJECT,
  signal: OBJECT,
  onProgress: FUNCTION,
  stallMs: finiteNumber(0),
  attempts: wholeNumber(1),
};

/**
 * Downloads the file of an entry, unless it is in the cache. The file is checked against its published size and digest,
 * then moved into the cache. An interrupted download continues where it stopped.
 *
 * @throws {@link OfflineError} if FCN_OFFLINE is set and the file is not in the cache; {@link DownloadError} if no
 *   address is known, the download fails, or the content differs from the published file.
 */
export async function download(entry: ZooEntry, options: DownloadOptions): Promise<CachedFile> {
  checkOptions('download', options, OPTIONS);
  const folder = cacheFolder(options.environment);
  const cached = await findCached(folder, entry);
  if (cached !== null) return cached;
  const offline = options.environment['FCN_OFFLINE'];
  if (offline !== undefined && offline !== '' && offline !== '0') {
    const path = recordPath(folder, entry);
    throw new OfflineError(`${entry.name}: not in the cache, ${path}, and FCN_OFFLINE is set`);
  }
  const url = addressOf(entry, options.environment);
  const partial = join(folder, 'partial');
  await mkdir(partial, { recursive: true });
  return await withLock(join(partial, `${entry.name}.lock`), async () => {
    // Another process may have finished between the first look and the lock.
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
  const reason = `no known address serves ${entry.file}`;
  throw new DownloadError(`${entry.name}: ${reason}; name a server that has it by FCN_MIRROR`);
}

function timing({
  stallMs = 30_000,
  signal,
}: DownloadOptions): Pick<Transfer, 'stallMs' | 'signal'> {
  return signal === undefined ? { stallMs } : { stallMs, signal };
}

/** Fetches the whole file; a connection that breaks or stalls is followed by another. */
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

/** Limit on files of unknown size; every published file is smaller. */
const MOST_BYTES = 4 * 2 ** 30;

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Compares the size and digest of a file with the published ones. A file that differs is removed. */
async function check(entry: ZooEntry, path: string): Promise<CachedFile> {
  const { checksum } = entry;
  const { bytes, sha256, published } = await digestFile(path, checksum);
  const sizeFits = entry.bytes === null || entry.bytes === bytes;
  if (sizeFits && (checksum === null || checksum.hex === published)) return { path, bytes, sha256 };
  const start = await readFile(path, { encoding: 'latin1' }).then((text) => text.slice(0, 64));
  await discardPart(path);
  const isPage = /^\s*</.test(start) ? '; the server sent a web page' : '';
  const difference = sizeFits
    ? `digest (got ${published ?? ''}, expected ${checksum?.algorithm ?? ''} ${checksum?.hex ?? ''})`
    : `size (got ${String(bytes)} bytes, expected ${String(entry.bytes)})`;
  throw new DownloadError(`${entry.name}: unexpected ${difference}${isPage}`);
}
