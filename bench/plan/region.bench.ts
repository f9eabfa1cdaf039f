/**
 * FCN-8s (VGG16, padding 100, weights from a seed) with and without the region, on one thread, in CPU time; the
 * results are compared bit by bit: `npx tsx bench/plan/region.bench.ts [exact|fast [size...]]`.
 */
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { FcnError } from '../../src/core/errors.js';
import { compile } from '../../src/plan/compile.js';
import type { LayerDescription, Plan, PlanMode } from '../../src/plan/plan.js';
import { calibrate } from '../calibration.js';
import { networkInput } from '../models/network.js';
import { networkNamed } from '../models/networks.js';
import { printEnvironment } from '../report.js';

/** Rounds; in each round every plan runs once. */
const ROUNDS = 5;

const [mode = 'fast', ...sizes] = process.argv.slice(2);
const backend = await createWasmBackend();
const network = networkNamed('fcn8s').build(backend);

printEnvironment();
for (const size of sizes.length > 0 ? sizes.map(Number) : [500, 256]) await measure(size);

async function measure(size: number): Promise<void> {
  const input = networkInput([1, 3, size, size]);
  const planWith = (region: boolean): Plan =>
    compile(network, [1, 3, size, size], { backend, mode: modeOf(mode), region });
  using complete = planWith(false);
  const expected = complete.run(input); // touches the pages
  const times = { complete: [] as number[], first: [] as number[], later: [] as number[] };
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    using plan = planWith(true);
    rates.push(await calibrate());
    times.first.push(cpuMs(plan, input, expected));
    times.complete.push(cpuMs(complete, input, expected));
    times.later.push(cpuMs(plan, input, expected));
    if (round === 0) printPlan(size, plan);
  }
  const { first, later } = times;
  console.log(
    `complete ${showMs(times.complete)}, first image ${showMs(first)}, later ones ${showMs(later)}: ` +
      `${(median(times.complete) / median(later)).toFixed(2)}×; calibration ${median(rates).toFixed(1)} GFLOP/s`,
  );
}

/** Returns the CPU time of a run; throws unless its result equals that of the other plans. */
function cpuMs(plan: Plan, input: Float32Array, expected: Float32Array): number {
  const start = process.cpuUsage();
  const result = plan.runInPlace(input);
  const { user, system } = process.cpuUsage(start);
  if (Buffer.compare(bytesOf(result), bytesOf(expected)) !== 0) {
    throw new FcnError('the region changes bits');
  }
  return (user + system) / 1000;
}

function printPlan(size: number, { layers, predictedPeakBytes, ownBytes }: Plan): void {
  const giga = (macsOf: (layer: LayerDescription) => number): string =>
    (layers.reduce((sum, layer) => sum + macsOf(layer), 0) / 1e9).toFixed(1);
  const all = giga(({ macs }) => macs);
  const part = giga(({ region, macs }) => region?.macs ?? macs);
  console.log(
    `${String(size)}×${String(size)}, ${mode}: ${all} GMAC, region ${part}; ` +
      `peak ${showMiB(predictedPeakBytes)}, own memory in the end ${showMiB(ownBytes)}`,
  );
}

function modeOf(name: string): PlanMode {
  if (name === 'exact' || name === 'fast') return name;
  throw new FcnError(`no mode is called ${name}`);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function showMs(times: readonly number[]): string {
  return `${median(times).toFixed(0)} ms`;
}

function showMiB(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
