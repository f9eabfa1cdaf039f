/**
 * Direct convolution of NHWC maps on layers of VGG16 and FCN-8s, compared with the speed of the core, in CPU time:
 * `npx tsx bench/plan/direct.bench.ts [layer...]`.
 */
import { createWasmBackend, type WasmBackend } from '../../src/backend/wasm/index.js';
import { loadKernels, type Kernels } from '../../src/backend/wasm/load.js';
import { createRng } from '../../src/core/rng.js';
import { mapGeometry, placeMap } from '../../src/plan/memory/map-buffer.js';
import { NO_BORDER } from '../../src/plan/memory/border.js';
import {
  directPacking,
  packedWeightLength,
} from '../../src/plan/algorithms/direct/direct-weights.js';
import { convLayout, directConvJob } from '../../src/plan/algorithms/direct/direct-job.js';
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

/** Least timed runs of a layer, and least seconds of timed runs. */
const RUNS = 5;
const SECONDS = 1;

/** Fills a buffer with numbers from −1 to 1. */
function fill(buffer: Float32Array): void {
  const rng = createRng(1701);
  for (let i = 0; i < buffer.length; i++) buffer[i] = 2 * rng.uniform() - 1;
}

/** A function that runs a layer once. */
function prepare(layer: Layer, wasm: WasmBackend, kernels: Kernels): () => void {
  const { channels, outputs, kernelSize, size } = layer;
  const rest = kernelSize - 1;
  const attrs = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;
  const [xGeometry, yGeometry] = [
    mapGeometry(
      [1, channels, size + rest, size + rest],
      NO_BORDER,
      channels < 8 ? 'input' : 'inner',
    ),
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
  directPacking({ data: plain, shape: wShape }, layout).write(weights, wasm);
  const job = directConvJob({
    ...{ attrs, layout, relu: true },
    x: placeMap(xGeometry, xBuffer.byteOffset),
    y: placeMap(yGeometry, place(yGeometry.length).byteOffset),
    weightAddress: weights.byteOffset,
    biasAddress: place(outputs + 8).fill(0).byteOffset,
  });
  const block = place(job.words.length);
  new Int32Array(block.buffer, block.byteOffset, block.length).set(job.words);
  return () => {
    for (let task = 0; task < job.tasks; task++) kernels[job.kernel](block.byteOffset, task, 0);
  };
}

/** Rates in GFLOP/s, medians over the runs. */
interface Figures {
  readonly rate: number;
  /** Rate of multiplications with additions in registers, measured between the runs. */
  readonly limit: number;
  /** Median of rate / limit of a run and the calibration next to it. */
  readonly share: number;
}

/** Rounds of the calibration kernel, 64 FLOPs each: a few milliseconds. */
const CALIBRATION_ROUNDS = 4_000_000;

/**
 * Runs a layer and the calibration in turn. CPU time is measured, since the machine may be shared;
 * other work on the same core slows both down.
 */
function measure(run: () => void, flops: number, kernels: Kernels): Figures {
  const rates: number[] = [];
  const limits: number[] = [];
  const end = performance.now() + 1000 * SECONDS;
  run();
  while (rates.length < RUNS || performance.now() < end) {
    limits.push(
      rateOf(CALIBRATION_ROUNDS * 64, () => kernels.multiply_add_f32(CALIBRATION_ROUNDS, 1e-9)),
    );
    rates.push(rateOf(flops, run));
  }
  const share = median(rates.map((rate, i) => rate / limits[i]));
  return { rate: median(rates), limit: median(limits), share };
}

/** Returns GFLOP/s of CPU time. */
function rateOf(flops: number, run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return flops / (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const names = process.argv.slice(2);
const wasm = await createWasmBackend();
const kernels = await loadKernels(wasm.arena.memory);
printEnvironment();
for (const layer of LAYERS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const mark = wasm.mark();
  const run = prepare(layer, wasm, kernels);
  const flops = 2 * layer.outputs * layer.channels * layer.kernelSize ** 2 * layer.size ** 2;
  const { rate, limit, share } = measure(run, flops, kernels);
  console.log(
    `${layer.name.padEnd(8)} ${rate.toFixed(1)} GFLOP/s beside ${limit.toFixed(1)}: ` +
      `${(100 * share).toFixed(0)} %`,
  );
  wasm.release(mark);
}
