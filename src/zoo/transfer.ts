import { open, readFile, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { FcnError } from '../core/errors.js';

/** One connection's part of a download. */
export interface Transfer {
  /** Where from. */
  readonly url: string;
  /** Where to; what is there already is not fetched again if the server agrees. */
  readonly path: string;
  /** Milliseconds without a byte after which it is given up. */
  readonly stallMs: number;
  /** More bytes than this are refused. */
  readonly mostBytes: number;
  /** Stops it. */
  readonly signal?: AbortSignal;
  /** Told how many bytes there are by now, and how many there will be if the server says so. */
  readonly onBytes: (bytes: number, total: number | null) => void;
}

/**
 * Fetches the rest of a file. Returns when it is whole, as far as the server says how long it is.
 *
 * @throws {@link FcnError} if another connection would not help: the server has no such file, it is too
 *   large, or an address is not of the web; any other error if the connection broke or stalled.
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
  if (!/^https?:\/\//i.test(url)) throw new FcnError(`${url} is no address of the web`);
}

function assertSafeRedirect(from: string, to: string): void {
  assertWeb(to);
  if (from.startsWith('https:') && !to.startsWith('https:')) {
    throw new FcnError(`${from} redirects to ${to}, which is not encrypted`);
  }
}

/** What tells versions of a file apart lies beside the part, so that two are never joined. */
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

/** Bytes must not be packed on the way: their places would not be those of the file. */
function rangeHeaders(size: number, tag: string): Record<string, string> {
  const headers = { 'accept-encoding': 'identity', 'user-agent': 'fcn-wasm' };
  return size === 0 ? headers : { ...headers, range: `bytes=${String(size)}-`, 'if-range': tag };
}

/**
 * Where in the file the answer's bytes belong: after what is there, or at 0 if the server sends the
 * whole. Null if nothing is missing.
 */
async function startOf(response: Response, path: string, size: number): Promise<number | null> {
  if (response.status === 200) return await startAnew(response, path);
  const range = response.headers.get('content-range') ?? '';
  if (response.status === 206) {
    const start = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(range)?.[1];
    if (start === String(size)) return size;
    await discardPart(path);
    throw new Error('the server sent another part than was asked for');
  }
  await response.body?.cancel();
  if (response.status === 416) {
    const total = /^bytes \*\/(\d+)$/.exec(range)?.[1];
    if (total === String(size)) return null;
    await discardPart(path);
    throw new Error('the server has a shorter file than was begun');
  }
  const message = `the server answers ${String(response.status)} for ${response.url}`;
  throw response.status >= 500 ? new Error(message) : new FcnError(message);
}

async function startAnew({ headers }: Response, path: string): Promise<number> {
  const tag = headers.get('etag') ?? headers.get('last-modified') ?? '';
  await discardPart(path);
  // A weak tag may stand for other bytes, so that nothing can be continued after it.
  await writeFile(tagPath(path), tag.startsWith('W/') ? '' : tag);
  return 0;
}

/** Removes what has arrived of a file. */
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
      `the server has ${String(end)} bytes; at most ${String(transfer.mostBytes)}`,
    );
  }
  const file = await open(transfer.path, 'a');
  let at = place.start;
  try {
    for await (const chunk of response.body ?? []) {
      at += await write(file, chunk);
      if (at > transfer.mostBytes) throw new FcnError('the server sends more than it should');
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
