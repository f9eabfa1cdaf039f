import { conv2d } from '../../src/backend/reference/conv2d.js';
import { createRng } from '../../src/core/rng.js';
import type { Pair } from '../../src/core/shape.js';
import type { Border } from '../../src/plan/memory/border.js';
import { filterPacking } from '../../src/plan/algorithms/winograd/filter.js';
import { winogradJobs } from '../../src/plan/algorithms/winograd/winograd-job.js';
import {
  winogradTasks,
  type WinogradBlocking,
} from '../../src/plan/algorithms/winograd/blocking.js';
import type { WinogradForm } from '../../src/plan/algorithms/winograd/form.js';
import { normals, SEED } from './arbitraries.js';
import { assertSameBits } from './close.js';
import type { JobBench } from './nhwc.js';

/** A layer to test: one image, stride 1, zero padding on all sides. */
export interface WinogradCase {
  readonly form: WinogradForm;
  readonly channels: number;
  readonly outputs: number;
  /** Extent of the convolution's output. */
  readonly rows: number;
  readonly columns: number;
  /** Dilation of rows and columns. */
  readonly dilation: Pair;
  /** Padding: at most the window's extent − 1, and small enough that the input has a pixel. */
  readonly padding: number;
  readonly relu: boolean;
  /** Rounding of the halved size. */
  readonly pool: 'floor' | 'ceil' | null;
}

/** Values of a case, in NCHW and OIHW; outputs that read no padding have variance 1. */
export interface WinogradNumbers {
  readonly x: Float64Array;
  readonly w: Float64Array;
  readonly bias: Float64Array;
}

/** Extent of the input. */
export function inputSize(layer: WinogradCase): [number, number] {
  const { rows, columns, dilation, padding, form } = layer;
  const [down, right] = dilation.map((step) => step * (form.taps - 1) - 2 * padding);
  return [rows + down, columns + right];
}

/** Float32 numbers from the seed. */
export function drawNumbers(layer: WinogradCase, seed: number = SEED): WinogradNumbers {
  const [H, W] = inputSize(layer);
  const { channels, outputs, form } = layer;
  const rng = createRng(seed);
  const terms = channels * form.taps ** 2;
  const scaled = normals(rng, outputs * terms).map((value) => Math.fround(value / terms ** 0.5));
  return {
    x: Float64Array.from(normals(rng, channels * H * W)),
    w: Float64Array.from(scaled),
    bias: Float64Array.from(normals(rng, outputs), (value) => Math.fround(value / 8)),
  };
}

/** The layer by definition in float64: `[outputs][rows][columns]`, or pooled. */
export function expectedOf(layer: WinogradCase, { x, w, bias }: WinogradNumbers): Float64Array {
  const { channels, outputs, rows, columns, dilation, padding, form } = layer;
  const [H, W] = inputSize(layer);
  const y = new Float64Array(outputs * rows * columns);
  const [xShape, wShape] = [
    [1, channels, H, W],
    [outputs, channels, form.taps, form.taps],
  ];
  const pads = [padding, padding] as const;
  const attrs = { stride: [1, 1], padding: pads, dilation, groups: 1 } as const;
  conv2d(x, xShape, w, wShape, bias, attrs, y);
  if (layer.relu) for (const [i, value] of y.entries()) y[i] = Math.max(value, 0);
  return layer.pool ? pooled(layer, y) : y;
}

function pooled(layer: WinogradCase, y: Float64Array): Float64Array {
  const [pooledRows, pooledColumns] = outputSize(layer);
  const { outputs, rows, columns } = layer;
  return new Float64Array(outputs * pooledRows * pooledColumns).map((_, at) => {
    const column = 2 * (at % pooledColumns);
    const row = 2 * (Math.floor(at / pooledColumns) % pooledRows);
    const plane = Math.floor(at / pooledColumns / pooledRows) * rows * columns;
    let best = -Infinity;
    for (let i = row; i < Math.min(row + 2, rows); i++)
      for (let k = column; k < Math.min(column + 2, columns); k++)
        best = Math.max(best, y[plane + i * columns + k]);
    return best;
  });
}

function outputSize({ rows, columns, pool }: WinogradCase): [number, number] {
  if (pool === null) return [rows, columns];
  return [Math[pool](rows / 2), Math[pool](columns / 2)];
}

/** Borders: zeros around the output, and a wider border than needed around the input. */
const BORDER: Border = { top: 1, bottom: 2, left: 2, right: 1 };

/** Computes the layer by the kernels, in the order of {@link expectedOf}; nothing else may be written. */
export function runWinograd(
  bench: JobBench,
  layer: WinogradCase,
  numbers: WinogradNumbers,
  blocking?: WinogradBlocking,
): Float32Array {
  const { form, rows, columns, dilation, relu, padding } = layer;
  const [H, W] = inputSize(layer);
  const border = { top: padding, left: padding, bottom: padding, right: padding };
  const x = bench.mapOf(numbers.x, [1, layer.channels, H, W], border);
  const outSize = outputSize(layer);
  const y = bench.map([1, layer.outputs, ...outSize], BORDER);
  const plan = winogradTasks(
    {
      ...{ form, rows, columns, dilation, relu, channels: x.pitch, outputs: y.pitch },
      pooled: layer.pool && outSize,
    },
    blocking,
  );
  const u = bench.alloc(plan.weightFloats);
  const wShape = [layer.outputs, layer.channels, form.taps, form.taps];
  filterPacking({ data: Float32Array.from(numbers.w), shape: wShape }, plan.layer).write(
    u,
    bench.packer,
  );
  const bias = bench.alloc(y.pitch).fill(0);
  bias.set(numbers.bias);
  const jobs = winogradJobs({
    ...{ plan, x, y, padding: [padding, padding] },
    ...{ weightAddress: u.byteOffset, biasAddress: bias.byteOffset },
    workspace: bench.alloc((plan.sharedBytes + plan.workspaceBytes) / 4).byteOffset,
  });
  const rng = createRng(SEED);
  for (const job of jobs) bench.run(job, rng);
  for (const job of jobs) bench.run(job, rng); // in another order, on the memory of the first run
  const got = bench.read(y);
  assertSameBits('around the output', bench.floats(y), bench.expected(got, y));
  return got;
}

/** Root mean square. */
export function rms(values: ArrayLike<number>): number {
  let sum = 0;
  for (const value of Array.from(values)) sum += value * value;
  return Math.sqrt(sum / values.length);
}
