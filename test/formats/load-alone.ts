/**
 * Loads weights files in a process of its own: `load-alone.ts FILE SHA256 [FILE SHA256]...`. For each file it prints
 * the rise of the process's peak memory in bytes, and the last number. Loaded files stay in memory, so that freed
 * memory does not hide what a file takes. Linux reports the peak of a process and resets it on request.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { openCaffeNetwork } from '../../src/formats/caffe/open-network.js';
import { openWeights } from '../../src/formats/open-weights.js';

function peakBytes(): number {
  const [, kilobytes] = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return 1024 * Number(kilobytes);
}

const backend = await createWasmBackend({ capacityBytes: 2 ** 28 });
const maker = { backend, rng: null };

function load(
  path: string,
  sha256: string,
): ReadonlyMap<string, { readonly data: ArrayLike<number> }> {
  if (!path.endsWith('.caffemodel')) return openWeights(path, { sha256 }).arrays;
  const options = { prototxt: `${path}.prototxt`, weights: path, sha256, maker };
  return openCaffeNetwork(options).network.parameters();
}

const loaded: ReturnType<typeof load>[] = [];
for (let at = 2; at < process.argv.length; at += 2) {
  globalThis.gc?.();
  writeFileSync('/proc/self/clear_refs', '5');
  const before = peakBytes();
  const arrays = load(process.argv[at], process.argv[at + 1]);
  const taken = peakBytes() - before;
  loaded.push(arrays);
  const [[, { data }]] = arrays;
  console.log(JSON.stringify({ taken, last: data[data.length - 1] }));
}
