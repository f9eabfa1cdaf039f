/** Transposed convolution with a kernel per channel, as written in kernels/direct-diagonal.ts. */
import type { ConvAttrs } from '../../backend/backend.js';
import type { PlacedMap } from '../buffers.js';
import type { Pair, Shape } from '../../core/shape.js';
import { bandsOf } from './bands.js';
import type { Job } from './job.js';
import { positions, stampTaps } from './stamps.js';

/** A transposed convolution by `[C, 1, kH, kW]` in C groups, at its place. */
export interface DirectDiagonal {
  /** Input, with at least the border that stampingBorder gives. */
  readonly x: PlacedMap;
  /** Output, of the input's channels; its padding channels are set to 0, its border is not touched. */
  readonly y: PlacedMap;
  /** Geometry of the convolution of which this is the adjoint; groups do not matter. */
  readonly attrs: ConvAttrs;
  /** Extent of the kernels. */
  readonly kernelSize: Pair;
  /** Byte address of what {@link packDiagonal} wrote, a multiple of 16. */
  readonly weightAddress: number;
  /** True if max(0, ·) follows. */
  readonly relu: boolean;
}

/** Floats of the packed kernels with their bias, for maps of this pitch. */
export function packedDiagonalLength([, , kH, kW]: Shape, pitch: number): number {
  return (1 + kH * kW) * pitch;
}

/** `target` = the bias `[pitch]`, then the kernels `[kH][kW][pitch]`; 0 for padding channels. */
export function packDiagonal(
  kernels: Float32Array,
  bias: Float32Array | null,
  pitch: number,
  target: Float32Array,
): void {
  const area = target.length / pitch - 1;
  target.fill(0);
  if (bias !== null) target.set(bias);
  kernels.forEach((value, i) => {
    const c = Math.floor(i / area);
    target[(1 + i - c * area) * pitch + c] = value;
  });
}

/** The job for one image. */
export function directDiagonalJob(diagonal: DirectDiagonal): Job {
  const { x, y, attrs, weightAddress, relu } = diagonal;
  const { stride } = attrs;
  const rows = positions(y.height, 0, stride[0]);
  const { bandRows, tasks } = bandsOf(rows, stride[0] * y.rowPitch);
  const words = Int32Array.of(
    ...[x.address, y.address, weightAddress + 4 * y.pitch, weightAddress],
    ...[4 * x.rowPitch, 4 * x.pitch, 4 * y.rowPitch, 4 * y.pitch],
    ...[y.height, y.width, ...stride, 4 * y.pitch, bandRows, relu ? 1 : 0],
    ...phaseTable(diagonal),
  );
  return { kernel: 'direct_diagonal_f32', words, tasks };
}

/** Words of a `DiagonalJob` without its phases, and of a phase. */
const JOB_WORDS = 15;
const PHASE_WORDS = 2;

/** The phases, then their taps. */
function phaseTable({ x, y, attrs, kernelSize: [kH, kW] }: DirectDiagonal): number[] {
  const [alongY, alongX] = [stampTaps(kH, attrs, 0), stampTaps(kW, attrs, 1)];
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
