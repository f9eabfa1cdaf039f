import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** Server of this checkout's files for a browser. */
export interface FileServer {
  /** Address of a page with an import map of the library's dependencies. */
  readonly page: string;
  /** Closes the server. */
  close(): void;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Headers of a cross-origin isolated page. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Import map of the library's dependencies. */
const imports = {
  'pure-rand/generator/xoroshiro128plus':
    '/node_modules/pure-rand/lib/esm/generator/xoroshiro128plus.js',
  ndarray: '/ndarray.js',
};

const PAGE = `<!doctype html><title>fcn-wasm</title>
<script type="importmap">${JSON.stringify({ imports })}</script>`;

/** Starts a server on the loopback interface. */
export async function serveFiles(isolated: boolean): Promise<FileServer> {
  const server: Server = createServer((request, response) => {
    const path = normalize((request.url ?? '/').replace(/\?.*/, ''));
    const headers = isolated ? ISOLATION : {};
    try {
      const body = contentOf(path);
      const type = TYPES[extname(path)] ?? 'text/html';
      response.writeHead(200, { ...headers, 'Content-Type': type }).end(body);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    page: `http://127.0.0.1:${String(port)}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function contentOf(path: string): string | Buffer {
  if (path === '/') return PAGE;
  if (path === '/ndarray.js') return asModule('ndarray', ['iota-array', 'is-buffer']);
  if (!/^\/(dist|build|test\/engines|node_modules\/pure-rand)\//.test(path)) throw new Error(path);
  return readFileSync(join('.', path));
}

/** Bundles a CommonJS package and its dependencies into one module. */
function asModule(name: string, required: readonly string[]): string {
  const functions = [name, ...required].map((each) => {
    const { main = 'index.js' } = manifestOf(each);
    const code = readFileSync(join('node_modules', each, main), 'utf8');
    return `${JSON.stringify(each)}: (module, exports, require) => {\n${code}\n}`;
  });
  return `const packages = {\n${functions.join(',\n')}\n};
const require = (name) => {
  const module = { exports: {} };
  packages[name](module, module.exports, require);
  return module.exports;
};
export default require(${JSON.stringify(name)});
`;
}

function manifestOf(name: string): { readonly main?: string } {
  return JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')) as {
    main?: string;
  };
}
