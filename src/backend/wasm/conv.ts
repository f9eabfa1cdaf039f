import { numel, type Shape } from '../../core/shape.js';
import type { ConvAttrs, FloatArray } from '../attributes.js';
import type { Backend } from '../backend.js';
import { convOutputSize, convTransposeOutputSize } from '../conv-size.js';
import type { Arena } from './arena.js';
import type { Kernels } from './load.js';

/** Computes the workspace for the packed rows of a job, in floats. */
type RowsLength = (job: Job, blockOutputs: number) => number;

type ConvKernels = Pick<
  Backend,
  | 'conv2d'
  | 'conv2dBackwardInput'
  | 'conv2dBackwardWeight'
  | 'convTranspose2d'
  | 'convTranspose2dBackwardInput'
  | 'convTranspose2dBackwardWeight'
  | 'biasBackward'
>;

/** Most weights packed at once, in floats: 16 MiB. */
const PACKED_WEIGHTS = 4 << 20;
/** Terms in the packed column panel; also positions per block of the weight gradient. */
const DEPTH = 256;
/** Size of the packed column panel in floats: 8 positions, as in kernels/conv2d.ts. */
const PANEL = DEPTH * 8;

/** One position of the window; layout of `Tap` in kernels/conv-job.ts. */
type Tap = readonly [dy: number, dx: number, weight: number];

/** A convolution of one image and one group; fields of `ConvJob` in kernels/conv-job.ts. */
interface Job {
  readonly x: number;
  readonly w: number;
  readonly y: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly outputs: number;
  readonly rows: number;
  readonly columns: number;
  readonly step: readonly [number, number];
  readonly taps: readonly Tap[];
  readonly wOutputStride: number;
  readonly wChannelStride: number;
  readonly yOutputStride: number;
  readonly yRowStride: number;
  readonly yColumnStride: number;
}

/**
 * The two sides of a convolution: `big` is read through sliding windows, `[N, C, H, W]`; `small` is
 * `[N, O, outH, outW]`. The weight is `[O, C / groups, kH, kW]`.
 */
interface Sides {
  readonly big: FloatArray;
  readonly bigShape: Shape;
  readonly small: FloatArray;
  readonly smallShape: Shape;
  readonly w: FloatArray;
  readonly wShape: Shape;
  readonly attrs: ConvAttrs;
}

/** Binds convolution, transposed convolution and their gradients. */
export function convKernels(kernels: Kernels, arena: Arena): ConvKernels {
  const run = (kernel: (job: number) => void, rowsLength: RowsLength) => (job: Job) => {
    const { outputs, rows, columns, channels, taps } = job;
    if (outputs * rows * columns * channels * taps.length === 0) return;
    const blockOutputs = Math.min(
      roundUp(outputs, 4),
      Math.max(4, Math.floor(PACKED_WEIGHTS / (taps.length * channels) / 4) * 4),
    );
    const afterRows = PANEL + rowsLength(job, blockOutputs);
    // A single buffer: if memory runs out, there is nothing to free.
    const workspace = arena.alloc(afterRows + JOB_WORDS + SCRATCH_WORDS + TAP_WORDS * taps.length);
    const packedColumns = workspace.byteOffset;
    const packedRows = packedColumns + 4 * PANEL;
    writeJob(workspace.subarray(afterRows), job, { packedRows, packedColumns, blockOutputs });
    kernel(packedColumns + 4 * afterRows);
    arena.free(workspace);
  };
  const multiply = run(
    (job) => {
      kernels.conv_f32(job);
    },
    (job, block) => block * job.channels * job.taps.length,
  );
  const correlate = run(
    (job) => {
      kernels.conv_backward_weight_f32(job);
    },
    (job) => roundUp(job.outputs, 4) * DEPTH,
  );
  const fill = (y: FloatArray, images: number, channels: number, bias: FloatArray | null): void => {
    const inner = y.length / (images * channels);
    kernels.fill_channels_f32(y.byteOffset, images, channels, inner, bias?.byteOffset ?? 0);
  };

  return {
    conv2d(x, xShape, w, wShape, bias, attrs, y) {
      fill(y, xShape[0], wShape[0], bias);
      slide(convSides(x, xShape, y, w, wShape, attrs), multiply);
    },
    conv2dBackwardInput(gradY, w, wShape, attrs, gradX, xShape) {
      stamp(convSides(gradX, xShape, gradY, w, wShape, attrs), multiply);
    },
    conv2dBackwardWeight(x, xShape, gradY, attrs, gradW, wShape) {
      slide(convSides(x, xShape, gradY, gradW, wShape, attrs), correlate);
    },
    convTranspose2d(x, xShape, w, wShape, bias, attrs, y) {
      fill(y, xShape[0], wShape[1] * attrs.groups, bias);
      stamp(transposedSides(y, x, xShape, w, wShape, attrs), multiply);
    },
    convTranspose2dBackwardInput(gradY, w, wShape, attrs, gradX, xShape) {
      slide(transposedSides(gradY, gradX, xShape, w, wShape, attrs), multiply);
    },
    convTranspose2dBackwardWeight(x, xShape, gradY, attrs, gradW, wShape) {
      slide(transposedSides(gradY, x, xShape, gradW, wShape, attrs), correlate);
    },
    biasBackward(gradY, channels, inner, gradBias) {
      const images = gradY.length / (channels * inner);
      if (gradY.length === 0) return;
      kernels.bias_backward_f32(gradY.byteOffset, images, channels, inner, gradBias.byteOffset);
    },
  };
}

function convSides(
  big: FloatArray,
  bigShape: Shape,
  small: FloatArray,
  w: FloatArray,
  wShape: Shape,
  attrs: ConvAttrs,
): Sides {
  const [N, , H, W] = bigShape;
  const [O, , kH, kW] = wShape;
  const smallShape = [N, O, convOutputSize(H, kH, attrs, 0), convOutputSize(W, kW, attrs, 1)];
  return { big, bigShape, small, smallShape, w, wShape, attrs };
}

function transposedSides(
  big: FloatArray,
  small: FloatArray,
  smallShape: Shape,
  w: FloatArray,
  wShape: Shape,
  attrs: ConvAttrs,
): Sides {
  const [N, , H, W] = smallShape;
  const [, I, kH, kW] = wShape;
  const height = convTransposeOutputSize(H, kH, attrs, 0);
  const width = convTransposeOutputSize(W, kW, attrs, 1);
  const bigShape = [N, I * attrs.groups, height, width];
  return { big, bigShape, small, smallShape, w, wShape, attrs };
}

/** Runs one job per image and group: each position of `small` reads its window on `big`. */
function slide(sides: Sides, run: (job: Job) => void): void {
  const [, , H, W] = sides.bigShape;
  const [, , outH, outW] = sides.smallShape;
  const [, I, kH, kW] = sides.wShape;
  const { stride, padding, dilation } = sides.attrs;
  const taps: Tap[] = [];
  for (let ky = 0; ky < kH; ky++) {
    for (let kx = 0; kx < kW; kx++) {
      taps.push([ky * dilation[0] - padding[0], kx * dilation[1] - padding[1], ky * kW + kx]);
    }
  }
  // A 1×1 window that covers every pixel treats the map as one long row, for any stride: along an axis
  // of one pixel every stride selects that pixel.
  const pointwise =
    kH * kW === 1 && H === outH && W === outW && taps[0][0] === 0 && taps[0][1] === 0;
  const [height, width] = pointwise ? [1, H * W] : [H, W];
  const [rows, columns] = pointwise ? [1, outH * outW] : [outH, outW];
  for (const { big, small, w } of groupsOf(sides)) {
    run({
      ...{ x: big, y: small, w, channels: I, height, width, rows, columns, taps },
      outputs: sides.smallShape[1] / sides.attrs.groups,
      step: pointwise ? [1, 1] : stride,
      wOutputStride: I * kH * kW,
      wChannelStride: kH * kW,
      yOutputStride: outH * outW,
      yRowStride: columns,
      yColumnStride: 1,
    });
  }
}

/**
 * Runs the jobs of every image and group: each position of `big` reads the elements of `small` whose
 * windows cover it. Positions whose coordinates have the same remainders modulo the stride use the same
 * taps, so each pair of remainders is one plain convolution.
 */
function stamp(sides: Sides, run: (job: Job) => void): void {
  const [, , H, W] = sides.bigShape;
  const [, O, height, width] = sides.smallShape;
  const [, I, kH, kW] = sides.wShape;
  const { stride, padding, dilation, groups } = sides.attrs;
  const alongY = phases(H, kH, stride[0], padding[0], dilation[0]);
  const alongX = phases(W, kW, stride[1], padding[1], dilation[1]);
  for (const { big, small, w } of groupsOf(sides)) {
    for (const [y0, tapsY] of alongY.entries()) {
      for (const [x0, tapsX] of alongX.entries()) {
        run({
          ...{ x: small, w, channels: O / groups, height, width, step: [1, 1] },
          y: big + 4 * (y0 * W + x0),
          outputs: I,
          rows: Math.ceil((H - y0) / stride[0]),
          columns: Math.ceil((W - x0) / stride[1]),
          taps: tapsY.flatMap(([dy, ky]) => tapsX.map(([dx, kx]): Tap => [dy, dx, ky * kW + kx])),
          wOutputStride: kH * kW,
          wChannelStride: I * kH * kW,
          yOutputStride: H * W,
          yRowStride: stride[0] * W,
          yColumnStride: stride[1],
        });
      }
    }
  }
}

/** For each remainder along an axis of `big`: the taps that reach it, with their offsets in `small`. */
function phases(
  size: number,
  k: number,
  stride: number,
  padding: number,
  dilation: number,
): (readonly [offset: number, tap: number])[][] {
  return Array.from({ length: Math.min(stride, size) }, (_, first) => {
    const taps: (readonly [number, number])[] = [];
    for (let tap = 0; tap < k; tap++) {
      const offset = (first + padding - tap * dilation) / stride;
      if (Number.isInteger(offset)) taps.push([offset, tap]);
    }
    return taps;
  });
}

/** Yields the addresses of the maps and the weight for every image and group. */
function* groupsOf(sides: Sides): Generator<{ big: number; small: number; w: number }> {
  const { bigShape, smallShape, wShape, attrs } = sides;
  const images = bigShape[0];
  const [bigBytes, smallBytes] = [bigShape, smallShape].map(
    (shape) => (4 * numel(shape.slice(1))) / attrs.groups,
  );
  const wBytes = (4 * numel(wShape)) / attrs.groups;
  for (let n = 0; n < images; n++) {
    for (let g = 0; g < attrs.groups; g++) {
      const at = n * attrs.groups + g;
      yield {
        big: sides.big.byteOffset + at * bigBytes,
        small: sides.small.byteOffset + at * smallBytes,
        w: sides.w.byteOffset + g * wBytes,
      };
    }
  }
}

/** Sizes in 4-byte words: `ConvJob`, its scratch, and `Tap`. */
const JOB_WORDS = 32;
const SCRATCH_WORDS = 64;
const TAP_WORDS = 3;

/** Addresses of a job's packed data, and the number of outputs packed at once. */
interface Workspace {
  readonly packedRows: number;
  readonly packedColumns: number;
  readonly blockOutputs: number;
}

/** Writes the job, followed by its scratch and taps, in the order of kernels/conv-job.ts. */
function writeJob(block: Float32Array, job: Job, workspace: Workspace): void {
  const words = new Int32Array(block.buffer, block.byteOffset, block.length);
  const scratch = block.byteOffset + 4 * JOB_WORDS;
  words.set([
    ...[job.x, job.w, job.y, scratch + 4 * SCRATCH_WORDS],
    ...[workspace.packedRows, workspace.packedColumns, scratch],
    ...[job.channels, job.height, job.width],
    ...[job.outputs, job.rows, job.columns],
    ...[job.step[0], job.step[1], job.taps.length],
    ...[job.wOutputStride, job.wChannelStride],
    ...[job.yOutputStride, job.yRowStride, job.yColumnStride],
    workspace.blockOutputs,
  ]);
  words.set(job.taps.flat(), JOB_WORDS + SCRATCH_WORDS);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
