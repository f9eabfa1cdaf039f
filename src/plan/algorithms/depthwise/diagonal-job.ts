/**
 * Jobs of convolutions and transposed convolutions with one kernel per channel, as defined in
 * kernels/direct-diagonal.ts.
 */
import type { ConvAttrs } from '../../../backend/attributes.js';
import type { NamedArray } from '../../../core/named-arrays.js';
import type { Pair, Shape } from '../../../core/shape.js';
import type { PlacedMap } from '../../memory/map-buffer.js';
import type { Packing } from '../../memory/packing.js';
import { rowTasks } from '../row-tasks.js';
import type { Job } from '../job.js';
import { positions, stampTaps, type StampTap } from '../transposed/stamp-taps.js';

/** A convolution, transposed or not, with kernels `[C, 1, kH, kW]` in C groups, and its addresses. */
export interface DirectDiagonal {
  /** Input, with at least the border that stampingBorder or slidingBorder returns. */
  readonly x: PlacedMap;
  /** Output, with the input's channels; its padding channels are set to 0, its border is unchanged. */
  readonly y: PlacedMap;
  /** Geometry of the convolution, or of the convolution whose adjoint this is; groups are ignored. */
  readonly attrs: ConvAttrs;
  /** Extent of the kernels. */
  readonly kernelSize: Pair;
  /** Byte address of the weights that {@link diagonalPacking} wrote, a multiple of 16. */
  readonly weightAddress: number;
  /** True if max(0, ·) follows. */
  readonly relu: boolean;
}

/** Returns the number of floats of the packed kernels with their bias, for maps of this pitch. */
export function packedDiagonalLength([, , kH, kW]: Shape, pitch: number): number {
  return (1 + kH * kW) * pitch;
}

/**
 * Packs the bias `[pitch]`, then the kernels `[kH][kW][pitch]`; 0 for padding channels.
 *
 * @param kernels - `[C, 1, kH, kW]`.
 */
export function diagonalPacking(
  kernels: NamedArray,
  bias: NamedArray | null,
  pitch: number,
): Packing {
  return {
    write(target) {
      const area = target.length / pitch - 1;
      target.fill(0);
      if (bias !== null) target.set(bias.data);
      kernels.data.forEach((value, i) => {
        const c = Math.floor(i / area);
        target[(1 + i - c * area) * pitch + c] = value;
      });
    },
  };
}

/** Returns the job of a transposed convolution for one image. */
export function directDiagonalJob(diagonal: DirectDiagonal): Job {
  const { attrs, kernelSize } = diagonal;
  return diagonalJob(diagonal, {
    stride: attrs.stride,
    inputStride: [1, 1],
    taps: [stampTaps(kernelSize[0], attrs, 0), stampTaps(kernelSize[1], attrs, 1)],
  });
}

/** Returns the job of a convolution for one image, in which all outputs have the same taps. */
export function depthwiseJob(diagonal: DirectDiagonal): Job {
  const { attrs, kernelSize } = diagonal;
  const slidingTaps = (axis: 0 | 1): StampTap[] =>
    Array.from({ length: kernelSize[axis] }, (_, tap) => {
      return { tap, offset: tap * attrs.dilation[axis] - attrs.padding[axis] };
    });
  return diagonalJob(diagonal, {
    stride: [1, 1],
    inputStride: attrs.stride,
    taps: [[slidingTaps(0)], [slidingTaps(1)]],
  });
}

/** The input pixels of each output. */
interface DiagonalGrid {
  /** Outputs whose coordinates leave the same remainders by the stride have the same taps. */
  readonly stride: Pair;
  /** Input pixels from one output with the same taps to the next. */
  readonly inputStride: Pair;
  /** Taps of an output along both axes, for each remainder. */
  readonly taps: readonly [rows: StampTap[][], columns: StampTap[][]];
}

function diagonalJob(diagonal: DirectDiagonal, grid: DiagonalGrid): Job {
  const { x, y, weightAddress, relu } = diagonal;
  const { stride, inputStride } = grid;
  const rows = positions(y.height, 0, stride[0]);
  const { bandRows, tasks } = rowTasks(rows, stride[0] * y.rowPitch);
  const words = Int32Array.of(
    ...[x.address, y.address, weightAddress + 4 * y.pitch, weightAddress],
    ...[4 * inputStride[0] * x.rowPitch, 4 * inputStride[1] * x.pitch],
    ...[4 * y.rowPitch, 4 * y.pitch],
    ...[y.height, y.width, ...stride, 4 * y.pitch, bandRows, relu ? 1 : 0],
    ...phaseTable(diagonal, grid),
  );
  return { kernel: 'direct_diagonal_f32', words, tasks };
}

/** Words of a `DiagonalJob` without its phases, and words of a phase. */
const JOB_WORDS = 15;
const PHASE_WORDS = 2;

/** Returns the words of the phases, then of their taps. */
function phaseTable({ x, y, kernelSize: [, kW] }: DirectDiagonal, grid: DiagonalGrid): number[] {
  const [alongY, alongX] = grid.taps;
  const phases: number[] = [];
  const taps: number[] = [];
  const tapsAt = JOB_WORDS + PHASE_WORDS * alongY.length * alongX.length;
  for (const rows of alongY) {
    for (const columns of alongX) {
      phases.push(4 * (tapsAt + taps.length), rows.length * columns.length);
      for (const row of rows) {
        for (const column of columns) {
          const from = row.offset * x.rowPitch + column.offset * x.pitch;
          taps.push(4 * from, 4 * (row.tap * kW + column.tap) * y.pitch);
        }
      }
    }
  }
  return [...phases, ...taps];
}
