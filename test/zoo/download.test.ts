import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, findCached } from '../../src/zoo/cache.js';
import { zooEntry } from '../../src/zoo/catalogue.js';
import { download, type DownloadOptions } from '../../src/zoo/download.js';
import type { ZooEntry } from '../../src/zoo/entry.js';
import { scratchFolder } from '../cli/run-cli.js';
import { serveFile, type Fault, type Loopback } from './loopback.js';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

/** An entry like any other, whose file is {@link CONTENT}. */
const ENTRY: ZooEntry = {
  ...zooEntry('voc-fcn8s'),
  bytes: CONTENT.length,
  checksum: { algorithm: 'sha1', hex: createHash('sha1').update(CONTENT).digest('hex') },
};

describe('download', () => {
  const home = scratchFolder();
  let server: Loopback | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function fetchWith(
    faults: readonly Fault[],
    entry: ZooEntry = ENTRY,
    options: Partial<DownloadOptions> = {},
  ): ReturnType<typeof download> {
    server = await serveFile(CONTENT, faults);
    const environment = { FCN_HOME: home.path, FCN_MIRROR: server.url };
    return await download(entry, { environment, ...options });
  }

  it('puts the file into the cache under its digest, and takes it from there', async () => {
    const file = await fetchWith([]);
    assert.equal(file.sha256, SHA256);
    assert.equal(file.path, join(home.path, 'sha256', SHA256));
    assert.deepEqual(readFileSync(file.path), CONTENT);
    const offline = { FCN_HOME: home.path, FCN_OFFLINE: '1' };
    assert.deepEqual(await download(ENTRY, { environment: offline }), file);
    assert.deepEqual(server?.ranges, ['']);
    assert.deepEqual(readdirSync(join(home.path, 'partial')), []);
  });

  for (const fault of ['truncate', 'stall'] as const) {
    it(`goes on where a server that does this stopped: ${fault}`, async () => {
      // A slow machine may take its own delay for another stall, and ask once more.
      const file = await fetchWith([fault], ENTRY, fault === 'stall' ? { stallMs: 1000 } : {});
      assert.equal(file.sha256, SHA256);
      const [first, ...later] = server?.ranges ?? [];
      assert.equal(first, '');
      assert(later.length > 0, 'the rest was asked for');
      // What was under way when the connection broke may be lost.
      for (const range of later) {
        const from = Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
        assert(from > 0 && from <= 150_000, range);
      }
    });
  }

  it('starts again if the server ignores the range, sends another, or has another version', async () => {
    assert.equal((await fetchWith(['truncate', 'ignore-range'])).sha256, SHA256);
    for (const faults of [['truncate', 'wrong-range'], ['other-version']] as const) {
      await server?.close();
      const entry = { ...ENTRY, name: faults[0] };
      assert.equal((await fetchWith(faults, entry)).sha256, SHA256);
    }
  });

  it('follows redirects and retries after server errors', async () => {
    assert.equal((await fetchWith(['redirect', 'error-500', 'redirect'])).sha256, SHA256);
  });

  it('fails after the given number of failures in a row', async () => {
    await assert.rejects(fetchWith(['error-500', 'error-500'], ENTRY, { attempts: 2 }), {
      name: 'DownloadError',
      message: /voc-fcn8s: the server answers 500/,
    });
  });

  it('removes a file that differs from the published one', async () => {
    await assert.rejects(fetchWith(['corrupt']), {
      name: 'DownloadError',
      message: /unexpected digest \(got \w{40}, expected sha1 \w{40}\)$/,
    });
    assert.equal(existsSync(join(home.path, 'partial', 'voc-fcn8s.part')), false);
    assert.equal(await findCached(home.path, ENTRY), null);
    await server?.close();
    await assert.rejects(
      fetchWith(['page']),
      /size \(got 31 bytes, expected 300000\); the server sent a web page/,
    );
    await server?.close();
    assert.equal((await fetchWith([])).sha256, SHA256);
  });

  it('refuses a file that is missing or too large, at once', async () => {
    await assert.rejects(fetchWith(['error-404']), /the server answers 404/);
    assert(server);
    assert.equal(server.ranges.length, 1);
    await server.close();
    await assert.rejects(
      fetchWith([], { ...ENTRY, bytes: 1000 }),
      /too large \(got 300000 bytes, at most 1000\)/,
    );
    await server.close();
    await assert.rejects(fetchWith(['endless']), /the file is too large \(more than \d+ bytes\)/);
  });

  it('stops by its signal, and continues the next time', async () => {
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    const stopped = fetchWith(['stall'], ENTRY, { signal: controller.signal, onProgress });
    await assert.rejects(stopped, { name: 'AbortError' });
    await server?.close();
    assert.equal((await fetchWith([])).sha256, SHA256);
    assert.match(server?.ranges[0] ?? '', /^bytes=\d+-$/);
  });

  it('refuses to run beside another process, and takes over the lock of a dead one', async () => {
    const partial = join(home.path, 'partial');
    mkdirSync(partial, { recursive: true });
    const lock = join(partial, 'voc-fcn8s.lock');
    writeFileSync(lock, '1 on another-machine\n');
    await assert.rejects(fetchWith([]), /locked by another process \(1 on another-machine\)/);
    await server?.close();
    const { hostname } = await import('node:os');
    writeFileSync(lock, `999999999 on ${hostname()}\n`);
    assert.equal((await fetchWith([])).sha256, SHA256);
  });

  it('fetches nothing offline, and names the missing file', async () => {
    const environment = { FCN_HOME: home.path, FCN_OFFLINE: '1' };
    await assert.rejects(download(ENTRY, { environment }), {
      name: 'OfflineError',
      message: `voc-fcn8s: not in the cache, ${join(home.path, 'models', 'voc-fcn8s.json')}, and FCN_OFFLINE is set`,
    });
  });

  it('refuses entries without an address, and unsupported addresses', async () => {
    const environment = { FCN_HOME: home.path };
    await assert.rejects(
      download(zooEntry('pytorch-fcn8s'), { environment }),
      /no known address serves/,
    );
    const local = { ...environment, FCN_MIRROR: 'file:///tmp' };
    await assert.rejects(
      download(ENTRY, { environment: local }),
      /unsupported address \(expected http or https\)/,
    );
  });

  it('ignores a damaged record', async () => {
    const file = await fetchWith([]);
    writeFileSync(join(home.path, 'models', 'voc-fcn8s.json'), '{"sha256":"../../x","bytes":1}');
    assert.equal(await findCached(home.path, ENTRY), null);
    writeFileSync(file.path, 'short');
    assert.equal(await findCached(home.path, ENTRY), null);
  });

  it('takes the folder of the cache from the environment', () => {
    assert.equal(cacheFolder({ FCN_HOME: '/a', XDG_CACHE_HOME: '/b' }), '/a');
    assert.equal(cacheFolder({ FCN_HOME: '', XDG_CACHE_HOME: '/b' }), join('/b', 'fcn'));
    assert.match(cacheFolder({}), /[\\/]\.cache[\\/]fcn$/);
  });
});
