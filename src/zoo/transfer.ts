import { open, readFile, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { FcnError } from '../core/errors.js';

/** Part of a download that one connection transfers. */
export interface Transfer {
  /** Address of the file. */
  readonly url: string;
  /** Path of the partial file; its bytes are not fetched again if the server's file is still the same. */
  readonly path: string;
  /** Milliseconds without a byte after which the connection is closed. */
  readonly stallMs: number;
  /** Largest accepted size of the file. */
  readonly mostBytes: number;
  /** Stops the transfer. */
  readonly signal?: AbortSignal;
  /** Called with the number of bytes so far, and the total number if the server states it. */
  readonly onBytes: (bytes: number, total: number | null) => void;
}

/**
 * Fetches the rest of a file. Returns when the file has the length that the server states, if it states one.
 *
 * @throws {@link FcnError} if another connection would not help: the file is missing or too large, or an address is
 *   unsupported; any other error if the connection broke or stalled.
 */
export async function fetchPart(transfer: Transfer): Promise<void> {
  const { url, path } = transfer;
  assertWeb(url);
  const { size, tag } = await readPartial(path);
  const stall = new AbortController();
  const timer = setTimeout(() => {
    stall.abort(new Error(`no byte in ${String(transfer.stallMs)} ms from ${url}`));
  }, transfer.stallMs);
  const signals = transfer.signal === undefined ? [] : [transfer.signal];
  try {
    const response = await fetch(url, {
      headers: rangeHeaders(size, tag),
      signal: AbortSignal.any([stall.signal, ...signals]),
    });
    assertSafeRedirect(url, response.url);
    const start = await startOf(response, path, size);
    if (start !== null) await append(transfer, response, { start, timer });
  } finally {
    clearTimeout(timer);
  }
}

function assertWeb(url: string): void {
  if (!/^https?:\/\//i.test(url))
    throw new FcnError(`${url}: unsupported address (expected http or https)`);
}

function assertSafeRedirect(from: string, to: string): void {
  assertWeb(to);
  if (from.startsWith('https:') && !to.startsWith('https:')) {
    throw new FcnError(`${from}: redirected to an address without encryption (${to})`);
  }
}

/** Path of the version tag of a partial file: parts of different versions are never joined. */
function tagPath(path: string): string {
  return `${path}.tag`;
}

async function readPartial(path: string): Promise<{ size: number; tag: string }> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  const tag = await readFile(tagPath(path), 'utf8').catch(() => '');
  return tag === '' ? { size: 0, tag } : { size, tag };
}

/** Headers of a request for the rest of a file. Compression is refused, since it would change the byte positions. */
function rangeHeaders(size: number, tag: string): Record<string, string> {
  const headers = { 'accept-encoding': 'identity', 'user-agent': 'fcn-wasm' };
  return size === 0 ? headers : { ...headers, range: `bytes=${String(size)}-`, 'if-range': tag };
}

/**
 * Position in the file of the first byte of the answer: after the existing part, or 0 if the server sends the whole
 * file. Null if the file is already complete.
 */
async function startOf(response: Response, path: string, size: number): Promise<number | null> {
  if (response.status === 200) return await startAnew(response, path);
  const range = response.headers.get('content-range') ?? '';
  if (response.status === 206) {
    const start = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(range)?.[1];
    if (start === String(size)) return size;
    await discardPart(path);
    throw new Error('the server sent another range than the requested one');
  }
  await response.body?.cancel();
  if (response.status === 416) {
    const total = /^bytes \*\/(\d+)$/.exec(range)?.[1];
    if (total === String(size)) return null;
    await discardPart(path);
    throw new Error('the file on the server is shorter than the partial file');
  }
  const message = `the server answers ${String(response.status)} for ${response.url}`;
  throw response.status >= 500 ? new Error(message) : new FcnError(message);
}

async function startAnew({ headers }: Response, path: string): Promise<number> {
  const tag = headers.get('etag') ?? headers.get('last-modified') ?? '';
  await discardPart(path);
  // A weak tag may cover different bytes, so a download with one cannot be continued.
  await writeFile(tagPath(path), tag.startsWith('W/') ? '' : tag);
  return 0;
}

/** Removes a partial file. */
export async function discardPart(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(tagPath(path), { force: true });
}

interface Place {
  readonly start: number;
  readonly timer: NodeJS.Timeout;
}

async function append(transfer: Transfer, response: Response, place: Place): Promise<void> {
  const length = response.headers.get('content-length');
  const end = length === null ? null : place.start + Number(length);
  if (end !== null && !(end <= transfer.mostBytes)) {
    await response.body?.cancel();
    throw new FcnError(
      `the file is too large (got ${String(end)} bytes, at most ${String(transfer.mostBytes)})`,
    );
  }
  const file = await open(transfer.path, 'a');
  let at = place.start;
  try {
    for await (const chunk of response.body ?? []) {
      at += await write(file, chunk);
      if (at > transfer.mostBytes)
        throw new FcnError(`the file is too large (more than ${String(transfer.mostBytes)} bytes)`);
      place.timer.refresh();
      transfer.onBytes(at, end);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (end !== null && at !== end) throw new Error(`the connection ended at byte ${String(at)}`);
}

async function write(file: FileHandle, chunk: Uint8Array): Promise<number> {
  await file.writeFile(chunk);
  return chunk.length;
}
