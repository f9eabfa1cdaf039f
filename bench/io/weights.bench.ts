/**
 * Loading weights of the size of FCN-8s on VGG16, 538 MB, in each format: time and peak memory of a process
 * that does nothing else. `npx tsx bench/io/weights.bench.ts [format...]`; the files lie in the system's folder
 * for temporary files meanwhile.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRng } from '../../src/core/rng.js';
import { numel } from '../../src/core/shape.js';
import { openWeights } from '../../src/formats/open-weights.js';
import { saveWeights } from '../../src/formats/save-weights.js';
import { createNetwork } from '../../src/models/create-network.js';
import { printEnvironment } from '../report.js';

const RUNS = 5;
const ALL = ['pth', 'npz', 'safetensors'];

/** What the loading process says of itself. */
interface Figures {
  readonly ms: number;
  readonly cpuMs: number;
  readonly rss: number;
}

function load(path: string): Figures {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const { arrays } = openWeights(path);
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - start;
  if (arrays.size === 0) throw new Error('nothing was read');
  return { ms, cpuMs: (user + system) / 1000, rss: 1024 * process.resourceUsage().maxRSS };
}

async function writeFile(path: string, format: string): Promise<void> {
  const spec = { trunk: 'vgg16', variant: '8s', classes: 21, geometry: 'authors' } as const;
  const rng = createRng(1701);
  const noise = Float32Array.from({ length: 1 << 20 }, () => rng.normal());
  const arrays = new Map(
    Array.from(createNetwork(null, spec).parameters(), ([name, { shape }]) => {
      const data = new Float32Array(numel(shape));
      for (let at = 0; at < data.length; at += noise.length) {
        data.set(noise.subarray(0, data.length - at), at);
      }
      return [name, { shape, data }];
    }),
  );
  await saveWeights(path, { arrays }, { format });
}

function measure(path: string): Figures[] {
  readFileSync(path); // warms the page cache
  const command = ['--import', 'tsx', fileURLToPath(import.meta.url), '--load', path];
  return Array.from(
    { length: RUNS },
    () => JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8' })) as Figures,
  );
}

const [first, second] = process.argv.slice(2);
if (first === '--load') {
  console.log(JSON.stringify(load(second)));
} else {
  const asked = process.argv.slice(2);
  printEnvironment();
  const folder = mkdtempSync(join(tmpdir(), 'fcn-bench-'));
  try {
    for (const format of asked.length > 0 ? asked : ALL) {
      const path = join(folder, `weights.${format}`);
      await writeFile(path, format);
      const { size } = statSync(path);
      const runs = measure(path).toSorted((a, b) => a.ms - b.ms);
      const { ms, cpuMs, rss } = runs[RUNS >> 1];
      console.log(
        `${format}: ${(size / 1e6).toFixed(0)} MB, median ${(ms / 1000).toFixed(2)} s ` +
          `(fastest ${(runs[0].ms / 1000).toFixed(2)} s, processor ${(cpuMs / 1000).toFixed(2)} s), ` +
          `peak memory ${(rss / 1e6).toFixed(0)} MB = ${(rss / size).toFixed(2)} × file`,
      );
      rmSync(path);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
