/**
 * Winograd convolutions on layers of FCN-8s VGG16, single-threaded: `npx tsx bench/plan/winograd.bench.ts
 * [layer …]`. Effective GFLOP/s count the products and sums of the plain convolution. Time is CPU time
 * of the process, printed twice: that of the median run, and that of an undisturbed run, the sum of the best
 * times of its tasks. On a shared machine compare the second figure. The calibration between the runs shows the
 * speed of the core, median and best.
 */
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { createRng } from '../../src/core/rng.js';
import { mapGeometry, placeMap, type PlacedMap } from '../../src/plan/memory/map-buffer.js';
import { NO_BORDER } from '../../src/plan/memory/border.js';
import { filterPacking } from '../../src/plan/algorithms/winograd/filter.js';
import { winogradJobs } from '../../src/plan/algorithms/winograd/winograd-job.js';
import { winogradTasks, type WinogradTasks } from '../../src/plan/algorithms/winograd/blocking.js';
import type { WinogradForm } from '../../src/plan/algorithms/winograd/form.js';
import { calibrate } from '../calibration.js';

/** A layer; `size` is the rows and columns of its output. */
interface Layer {
  readonly name: string;
  readonly channels: number;
  readonly outputs: number;
  readonly size: number;
  readonly forms: readonly WinogradForm[];
}

const THREE: readonly WinogradForm[] = [
  { tile: 2, taps: 3 },
  { tile: 4, taps: 3 },
  { tile: 6, taps: 3 },
];

const LAYERS: readonly Layer[] = [
  { name: '64@500', channels: 64, outputs: 64, size: 500, forms: THREE },
  { name: '128@250', channels: 128, outputs: 128, size: 250, forms: THREE },
  { name: '256@125', channels: 256, outputs: 256, size: 125, forms: THREE },
  { name: '512@62', channels: 512, outputs: 512, size: 62, forms: THREE },
  { name: '512@32', channels: 512, outputs: 512, size: 32, forms: THREE },
  { name: 'fc6', channels: 512, outputs: 4096, size: 16, forms: [{ tile: 2, taps: 7 }] },
];

const RUNS = 7;

/** A prime, so that no row of a map repeats the previous row. */
const PERIOD = 65521;

const backend = await createWasmBackend();
const { arena, kernels } = backend;
const wanted = process.argv.slice(2);

for (const layer of LAYERS) {
  if (wanted.length > 0 && !wanted.includes(layer.name)) continue;
  for (const form of layer.forms) await measure(layer, form);
}

async function measure(layer: Layer, form: WinogradForm): Promise<void> {
  const mark = arena.mark();
  const { channels, outputs, size } = layer;
  const plan = winogradTasks({
    ...{ form, channels, outputs, rows: size, columns: size, pooled: null, relu: true },
    dilation: [1, 1],
  });
  const { job, transformMs } = prepare(plan);
  const wall: number[] = [];
  const rates: number[] = [];
  const best = new Float64Array(plan.taskCount).fill(Infinity);
  for (let run = 0; run <= RUNS; run++) {
    rates.push(await calibrate());
    const times = timeTasks(job, plan.taskCount);
    if (run === 0) continue; // it touches the pages
    wall.push(times.reduce((sum, ms) => sum + ms, 0));
    for (const [task, ms] of times.entries()) best[task] = Math.min(best[task], ms);
  }
  const flops = 2 * (size * form.taps) ** 2 * channels * outputs;
  const show = (ms: number): string =>
    `${ms.toFixed(1)} ms, ${(flops / ms / 1e6).toFixed(0)} GFLOP/s`;
  const { tile, taps } = form;
  console.log(
    `${layer.name.padEnd(8)} F(${String(tile)}×${String(tile)}, ${String(taps)}×${String(taps)})  ` +
      `undisturbed ${show(best.reduce((sum, ms) => sum + ms, 0))}; median run ${show(median(wall))}; ` +
      `calibration ${Math.max(...rates).toFixed(1)}, median ${median(rates).toFixed(1)}; ` +
      `weights ${transformMs.toFixed(0)} ms, workspace ${(plan.workspaceBytes / 2 ** 20).toFixed(1)} MiB`,
  );
  arena.release(mark);
}

function timeTasks(job: number, taskCount: number): Float64Array {
  return new Float64Array(taskCount).map((_, task) => {
    const start = process.cpuUsage();
    kernels.winograd_conv_f32(job, task, 0);
    return process.cpuUsage(start).user / 1000;
  });
}

/** Fills maps and weights, transforms the weights and writes the job; returns its address and the transform time. */
function prepare(plan: WinogradTasks): { job: number; transformMs: number } {
  const { form, channels, outputs, rows, columns } = plan.layer;
  const beyond = form.taps - 1;
  const x = map(channels, rows + beyond, columns + beyond, 1);
  const w = filled(outputs * channels * form.taps ** 2, 1 / Math.sqrt(channels * form.taps ** 2));
  const u = arena.alloc(plan.weightFloats).fill(0); // touches the pages
  const wShape = [outputs, channels, form.taps, form.taps];
  const start = process.cpuUsage();
  filterPacking({ data: w, shape: wShape }, plan.layer).write(u, backend);
  const transformMs = process.cpuUsage(start).user / 1000;
  arena.free(w);
  const [{ words }] = winogradJobs({
    ...{ plan, x, y: map(outputs, rows, columns, 0), padding: [0, 0] },
    ...{ weightAddress: u.byteOffset, biasAddress: filled(outputs, 0.1).byteOffset },
    workspace: arena.alloc(plan.workspaceBytes / 4).byteOffset,
  });
  const job = arena.alloc(words.length);
  new Int32Array(job.buffer, job.byteOffset, job.length).set(words);
  return { job: job.byteOffset, transformMs };
}

function map(channels: number, height: number, width: number, scale: number): PlacedMap {
  const geometry = mapGeometry([1, channels, height, width], NO_BORDER);
  return placeMap(geometry, filled(geometry.length, scale).byteOffset);
}

function filled(length: number, scale: number): Float32Array {
  const rng = createRng(1701);
  const period = new Float32Array(PERIOD).map(() => scale * (2 * rng.uniform() - 1));
  const buffer = arena.alloc(length);
  for (let at = 0; at < length; at += PERIOD) buffer.set(period.subarray(0, length - at), at);
  return buffer;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
