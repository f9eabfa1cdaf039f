/**
 * Direct convolution of NHWC maps on layers of VGG16 and FCN-8s, beside what the core can do just then:
 * `npx tsx bench/plan/direct.bench.ts [layer...]`.
 */
import { createWasmBackend, type WasmBackend } from '../../src/backend/wasm/index.js';
import { loadKernels, type Kernels } from '../../src/backend/wasm/load.js';
import { createRng } from '../../src/core/rng.js';
import { mapGeometry, NO_BORDER, placeMap } from '../../src/plan/buffers.js';
import { packedWeightLength, packWeights } from '../../src/plan/jobs/direct-weights.js';
import { convLayout, directConvJob } from '../../src/plan/jobs/direct.js';
import { calibrate } from '../calibration.js';
import { printEnvironment } from '../report.js';

interface Layer {
  readonly name: string;
  readonly channels: number;
  readonly outputs: number;
  readonly kernelSize: number;
  /** Extent of the output. */
  readonly size: number;
}

// prettier-ignore
const LAYERS: readonly Layer[] = [
  { name: 'conv1_1', channels: 3, outputs: 64, kernelSize: 3, size: 500 },
  { name: 'conv1_2', channels: 64, outputs: 64, kernelSize: 3, size: 500 },
  { name: 'conv2_2', channels: 128, outputs: 128, kernelSize: 3, size: 250 },
  { name: 'conv3_2', channels: 256, outputs: 256, kernelSize: 3, size: 125 },
  { name: 'conv4_2', channels: 512, outputs: 512, kernelSize: 3, size: 62 },
  { name: 'conv5_2', channels: 512, outputs: 512, kernelSize: 3, size: 32 },
  { name: 'fc6', channels: 512, outputs: 4096, kernelSize: 7, size: 16 },
  { name: 'fc7', channels: 4096, outputs: 4096, kernelSize: 1, size: 16 },
  { name: 'score_fr', channels: 4096, outputs: 21, kernelSize: 1, size: 16 },
  { name: 'squeeze', channels: 64, outputs: 16, kernelSize: 1, size: 56 },
];

/** Timed runs of a layer, at least, and seconds over which there are more. */
const RUNS = 5;
const SECONDS = 1;

/** Fills a buffer with numbers from −1 to 1. */
function fill(buffer: Float32Array): void {
  const rng = createRng(1701);
  for (let i = 0; i < buffer.length; i++) buffer[i] = 2 * rng.uniform() - 1;
}

/** The tasks of a layer. */
function prepare(layer: Layer, wasm: WasmBackend, kernels: Kernels): (() => void)[] {
  const { channels, outputs, kernelSize, size } = layer;
  const rest = kernelSize - 1;
  const attrs = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;
  const [xGeometry, yGeometry] = [
    mapGeometry([1, channels, size + rest, size + rest], NO_BORDER),
    mapGeometry([1, outputs, size, size], NO_BORDER),
  ];
  const place = (length: number): Float32Array => wasm.arena.alloc(length);
  const xBuffer = place(xGeometry.length);
  fill(xBuffer);
  const wShape = [outputs, channels, kernelSize, kernelSize];
  const layout = convLayout(xGeometry, wShape, attrs);
  const weights = place(packedWeightLength(layout));
  const plain = new Float32Array(outputs * channels * kernelSize ** 2);
  fill(plain);
  packWeights(plain, layout, weights);
  const job = directConvJob({
    ...{ attrs, layout, relu: true },
    x: placeMap(xGeometry, xBuffer.byteOffset),
    y: placeMap(yGeometry, place(yGeometry.length).byteOffset),
    weightAddress: weights.byteOffset,
    biasAddress: place(outputs + 8).fill(0).byteOffset,
  });
  const block = place(job.words.length);
  new Int32Array(block.buffer, block.byteOffset, block.length).set(job.words);
  return Array.from({ length: job.tasks }, (_, task) => () => {
    kernels[job.kernel](block.byteOffset, task);
  });
}

/** What a layer takes, in milliseconds. */
interface Figures {
  /** Median of the CPU time of whole runs. */
  readonly median: number;
  /** Sum over the tasks of the shortest time of each: without what else the machine does. */
  readonly best: number;
}

function time(tasks: readonly (() => void)[]): Figures {
  const best = tasks.map(() => Infinity);
  const times: number[] = [];
  const end = performance.now() + 1000 * SECONDS;
  while (times.length < RUNS || performance.now() < end) {
    const before = process.cpuUsage();
    tasks.forEach((task, i) => {
      const start = performance.now();
      task();
      best[i] = Math.min(best[i], performance.now() - start);
    });
    times.push(process.cpuUsage(before).user / 1000);
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(times.length / 2)], best: best.reduce((sum, ms) => sum + ms) };
}

const names = process.argv.slice(2);
const wasm = await createWasmBackend();
const kernels = await loadKernels(wasm.arena.memory);
printEnvironment();
for (const layer of LAYERS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const mark = wasm.mark();
  const tasks = prepare(layer, wasm, kernels);
  const before = await calibrate();
  const { median, best } = time(tasks);
  const limit = Math.max(before, await calibrate());
  const flops = 2 * layer.outputs * layer.channels * layer.kernelSize ** 2 * layer.size ** 2;
  const rates = [median, best].map((ms) => flops / ms / 1e6);
  const shares = rates.map((rate) => `${rate.toFixed(1)} (${((100 * rate) / limit).toFixed(0)} %)`);
  console.log(
    `${layer.name.padEnd(8)} ${shares.join(', best tasks ')} of ${limit.toFixed(1)} GFLOP/s`,
  );
  wasm.release(mark);
}
