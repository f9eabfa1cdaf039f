/**
 * What FCN-8s (VGG16, padding 100, 500×500) takes: peak memory of a process that runs it as a plan of
 * weights in a file, without a budget and with some, and the time to bring the file into memory.
 *
 *     npx tsx bench/plan/memory.bench.ts [size]
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReferenceBackend } from '../../src/backend/reference/index.js';
import type { NamedArray } from '../../src/core/named-arrays.js';
import { writeFileAtomic } from '../../src/io/atomic-file.js';
import { safetensorsParts } from '../../src/io/safetensors.js';
import type { Job } from '../engines/engine.js';
import { EngineProcess } from '../engines/process.js';
import { compareScores } from '../models/compare-scores.js';
import { buildNetwork, CLASSES } from '../models/fcn8s.js';

const PLAN = new URL('../engines/stored-plan.ts', import.meta.url);
const LOADING = new URL('../engines/loading.ts', import.meta.url);

const size = Number(process.argv[2] ?? 500);
const folder = mkdtempSync(join(tmpdir(), 'fcn-memory-'));

/** Writes the weights, and returns the file's SHA-256. */
async function writeWeights(path: string): Promise<string> {
  const parameters = buildNetwork(createReferenceBackend('float32')).parameters();
  const arrays = [...parameters].map(([name, { shape, data }]): [string, NamedArray] => [
    name,
    { shape, data: data as Float32Array }, // of a float32 backend
  ]);
  const parts = safetensorsParts(new Map(arrays), new Map());
  await writeFileAtomic(path, parts);
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

async function measure(name: string, file: URL, job: Job, runs: number) {
  const engine = new EngineProcess(file);
  try {
    await engine.load(job);
    for (let i = 0; i < runs; i++) await engine.run();
    const report = await engine.finish();
    const { loadMs, loadCpuMs, medianMs, medianCpuMs, rssMb } = report;
    console.log(
      [
        name.padEnd(24),
        `peak ${rssMb.toFixed(0)} MB`,
        `ready after ${loadMs.toFixed(0)} ms, cpu ${loadCpuMs.toFixed(0)} ms`,
        ...(runs > 0 ? [`run ${medianMs.toFixed(0)} ms, cpu ${medianCpuMs.toFixed(0)} ms`] : []),
      ].join('   '),
    );
    return report.result;
  } finally {
    engine.stop();
  }
}

try {
  const weights = join(folder, 'fcn8s.safetensors');
  const sha256 = await writeWeights(weights);
  await measure('load, SHA-256 checked', LOADING, { size, weights, sha256 }, 0);
  const fast = await measure('fast', PLAN, { size, weights }, 3);
  for (const memory of [850e6, 650e6]) {
    const name = `fast, ${String(memory / 1e6)} MB`;
    const scores = await measure(name, PLAN, { size, weights, memory }, 3);
    const { argmaxAgreement } = compareScores(scores, fast, CLASSES);
    console.log(`${' '.repeat(24)}argmax agrees with fast: ${argmaxAgreement.toFixed(6)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
