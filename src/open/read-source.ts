/** The bytes of a source: files stay on disk and are read part by part; everything else is held in memory. */
import { memorySource } from '../io/byte-source.js';
import type { FileSource } from '../io/file-source.js';
import { fileExists, openPath, pathOfUrl } from './file-access.js';
import { OpenError } from './open-error.js';

/**
 * Where a network comes from: the path of a file, the name of a published or embedded network, an address (http, https
 * or file), or the bytes of a file.
 */
export type NetworkSource = string | URL | Blob | ArrayBuffer | Uint8Array;

/** A file that was opened. */
export interface OpenedFile {
  /** Name of the file, or address, in messages. */
  readonly name: string;
  /** Path on disk; null for bytes and for addresses. */
  readonly path: string | null;
  /** Its bytes, until it is closed. */
  readonly bytes: FileSource;
}

/** True if a source can only be a name: it is text, no address, and no file of that name exists. */
export function isName(source: NetworkSource): source is string {
  return typeof source === 'string' && !/^\w{2,}:/.test(source) && !fileExists(source);
}

/** True if a text is an address of a server. */
function isWebAddress(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** Longest part of a server's status that a message repeats. */
const SHOWN_STATUS = 40;

/**
 * Opens the bytes of a source. Bytes are copied, so that they may change afterwards.
 *
 * @param source - A path, an address or bytes; not a name.
 * @throws {@link OpenError} `not-found`, `unreadable` or `not-a-network` (a folder).
 */
export async function readSource(source: NetworkSource): Promise<OpenedFile> {
  if (source instanceof Uint8Array) return inMemory('model', Uint8Array.from(source));
  if (source instanceof ArrayBuffer) return inMemory('model', new Uint8Array(source.slice(0)));
  if (source instanceof Blob) return await readBlob(source);
  if (isWebAddress(String(source))) return await readAddress(String(source));
  const path = source instanceof URL || /^file:/i.test(source) ? pathOf(source) : source;
  return { name: path, path, bytes: openPath(path) };
}

function pathOf(source: string | URL): string {
  const url = new URL(source);
  if (url.protocol === 'file:') return pathOfUrl(url);
  throw new OpenError(
    'unreadable',
    `${url.href}: unsupported protocol (expected http, https or file)`,
  );
}

async function readBlob(blob: Blob): Promise<OpenedFile> {
  const name = 'name' in blob && typeof blob.name === 'string' ? blob.name : 'model';
  return inMemory(name, new Uint8Array(await blob.arrayBuffer()));
}

async function readAddress(address: string): Promise<OpenedFile> {
  const response = await fetch(address).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OpenError('unreadable', `${address}: no answer (${reason})`, { cause });
  });
  if (!response.ok) {
    await response.body?.cancel();
    const kind = response.status === 404 || response.status === 410 ? 'not-found' : 'unreadable';
    const status = `${String(response.status)} ${response.statusText}`.trim();
    throw new OpenError(kind, `${address}: the server answers ${status.slice(0, SHOWN_STATUS)}`);
  }
  const body = await response.arrayBuffer().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OpenError('unreadable', `${address}: the answer ends early (${reason})`, { cause });
  });
  return inMemory(address, new Uint8Array(body));
}

function inMemory(name: string, bytes: Uint8Array): OpenedFile {
  return { name, path: null, bytes: { ...memorySource(bytes, name), close: () => undefined } };
}
