import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server does wrong with one request; the requests after the last entry are answered well. */
export type Fault =
  | 'none'
  | 'stall'
  | 'truncate'
  | 'redirect'
  | 'corrupt'
  | 'ignore-range'
  | 'wrong-range'
  | 'error-500'
  | 'error-404'
  | 'page'
  | 'endless'
  | 'other-version';

/** A server of one file, on this machine. */
export interface Loopback {
  /** Its address: what FCN_MIRROR names. */
  readonly url: string;
  /** The Range headers of the requests so far; empty text for those without. */
  readonly ranges: readonly string[];
  /** Ends it and its connections. */
  readonly close: () => Promise<void>;
}

/** Starts a server that serves a file at every path, with faults in the order given. */
export async function serveFile(content: Uint8Array, faults: readonly Fault[]): Promise<Loopback> {
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? '');
    answer(request, response, content, faults[ranges.length - 1] ?? 'none');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/`, ranges, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

type Respond = (response: ServerResponse, content: Uint8Array) => void;

/** Faults that have nothing to do with the part that was asked for. */
const PLAIN_FAULTS: Partial<Record<Fault, Respond>> = {
  redirect: (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
  'error-500': (response) => response.writeHead(500).end(),
  'error-404': (response) => response.writeHead(404).end(),
  page: (response) => response.writeHead(200).end('<html>Too many downloads</html>'),
  endless: (response, content) => {
    response.writeHead(200);
    const more = (): boolean => response.write(content);
    response.on('drain', more);
    while (more());
  },
};

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array,
  fault: Fault,
): void {
  const plain = PLAIN_FAULTS[fault];
  if (plain !== undefined) plain(response, content);
  else sendRest(response, content, fault === 'ignore-range' ? 0 : startOf(request), fault);
}

/** The first byte that is asked for, unless of another version of the file. */
function startOf({ headers }: IncomingMessage): number {
  const start = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? '0';
  return (headers['if-range'] ?? '"v1"') === '"v1"' ? Number(start) : 0;
}

/** Faults that end an answer in its middle, and whether the connection ends too. */
const CUTS: Partial<Record<Fault, boolean>> = {
  truncate: true,
  'other-version': true,
  stall: false,
};

function sendRest(
  response: ServerResponse,
  content: Uint8Array,
  start: number,
  fault: Fault,
): void {
  const total = String(content.length);
  if (start >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${total}` }).end();
    return;
  }
  const rest = Uint8Array.from(content.subarray(start));
  if (fault === 'corrupt') rest[rest.length - 1] ^= 1;
  const first = String(fault === 'wrong-range' ? start + 1 : start);
  const range = { 'content-range': `bytes ${first}-${String(content.length - 1)}/${total}` };
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': rest.length,
    etag: fault === 'other-version' ? '"v0"' : '"v1"',
    ...(start > 0 ? range : {}),
  });
  const closes = CUTS[fault];
  response.write(closes === undefined ? rest : rest.subarray(0, content.length >> 1), () => {
    if (closes === undefined) response.end();
    else if (closes) response.destroy();
  });
}
