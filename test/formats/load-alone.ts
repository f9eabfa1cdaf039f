/**
 * Loads a file of weights in a process of its own and prints what that took at the peak, in bytes beyond what the
 * process took before: `load-alone.ts caffe|weights FILE SHA256`. Linux tells the peak of this process alone.
 */
import { readFileSync } from 'node:fs';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { openCaffeNetwork } from '../../src/formats/caffe/open.js';
import { openWeights } from '../../src/formats/open-weights.js';

const [kind, path, sha256] = process.argv.slice(2);

function peakBytes(): number {
  const [, kilobytes] = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return 1024 * Number(kilobytes);
}

const backend = await createWasmBackend({ capacityBytes: 2 ** 28 });
const before = peakBytes();
const arrays =
  kind === 'caffe'
    ? openCaffeNetwork({
        ...{ prototxt: `${path}.prototxt`, weights: path, sha256 },
        maker: { backend, rng: null },
      }).network.parameters()
    : openWeights(path, { sha256 }).arrays;
const [[, { data }]] = arrays;
console.log(JSON.stringify({ taken: peakBytes() - before, last: data.at(-1) }));
