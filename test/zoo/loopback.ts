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

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array,
  fault: Fault,
): void {
  const half = content.length >> 1;
  const plain: Partial<Record<Fault, () => void>> = {
    redirect: () => response.writeHead(302, { location: '/elsewhere' }).end(),
    'error-500': () => response.writeHead(500).end(),
    'error-404': () => response.writeHead(404).end(),
    page: () => response.writeHead(200).end('<html>Too many downloads</html>'),
    endless: () => {
      response.writeHead(200);
      const more = (): boolean => response.write(content);
      response.on('drain', more);
      while (more());
    },
  };
  const immediate = plain[fault];
  if (immediate !== undefined) {
    immediate();
    return;
  }
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const current =
    request.headers['if-range'] === undefined || request.headers['if-range'] === '"v1"';
  const start = asked === undefined || fault === 'ignore-range' || !current ? 0 : Number(asked);
  if (start >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${String(content.length)}` }).end();
    return;
  }
  const rest = Uint8Array.from(content.subarray(start));
  if (fault === 'corrupt') rest[rest.length - 1] ^= 1;
  const first = fault === 'wrong-range' ? start + 1 : start;
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': rest.length,
    etag: fault === 'other-version' ? '"v0"' : '"v1"',
    ...(start > 0 && {
      'content-range': `bytes ${String(first)}-${String(content.length - 1)}/${String(content.length)}`,
    }),
  });
  const cut = fault === 'truncate' || fault === 'stall' || fault === 'other-version';
  response.write(cut ? rest.subarray(0, half) : rest, () => {
    if (fault === 'truncate' || fault === 'other-version') response.destroy();
    else if (fault !== 'stall') response.end();
  });
}
