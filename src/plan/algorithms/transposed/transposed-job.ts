/** Jobs of the transposed convolution, as defined in kernels/direct-transposed.ts. */
import type { ConvAttrs } from '../../../backend/attributes.js';
import type { NamedArray } from '../../../core/named-arrays.js';
import type { Pair, Shape } from '../../../core/shape.js';
import { lengthOf, readPart } from '../../../core/stored-array.js';
import type { MapGeometry, PlacedMap } from '../../memory/map-buffer.js';
import { roundUp } from '../../memory/alignment.js';
import { runJob } from '../packing.js';
import { scratchOf } from '../../memory/packing.js';
import { withScratch } from '../../memory/packing.js';
import type { Packing } from '../../memory/packing.js';
import { rowTasks } from '../row-tasks.js';
import { directWords, TILE_WORDS } from '../direct/direct-job.js';
import {
  groupBlocks,
  packedWeightLength,
  packJob,
  stampingLayout,
  type WeightLayout,
} from '../direct/direct-weights.js';
import type { Job } from '../job.js';
import { positions, stampTaps } from './stamp-taps.js';

/** The output pixels whose coordinates leave the same remainders by the stride. */
export interface Phase {
  /** The first of them. */
  readonly first: Pair;
  /** The taps that reach them. */
  readonly layout: WeightLayout;
}

/** A transposed convolution with the addresses of its maps and packed weights. */
export interface DirectTransposed {
  /** Input, with at least the border that stampingBorder returns. */
  readonly x: PlacedMap;
  /** Output; its padding channels are set to 0, its border is unchanged. */
  readonly y: PlacedMap;
  /** Geometry of the convolution whose adjoint this is. */
  readonly attrs: ConvAttrs;
  /** Result of {@link transposedPhases} for the input's geometry. */
  readonly phases: readonly Phase[];
  /** Byte address of the weights that {@link phasesPacking} wrote, a multiple of 16. */
  readonly weightAddress: number;
  /** Byte address of the bias that biasPacking wrote for the layout of any phase, a multiple of 16. */
  readonly biasAddress: number;
  /** True if max(0, ·) follows. */
  readonly relu: boolean;
}

/** Returns the phases of a transposed convolution with the weight `[C, O / groups, kH, kW]`. */
export function transposedPhases(x: MapGeometry, wShape: Shape, attrs: ConvAttrs): Phase[] {
  const [, , kH, kW] = wShape;
  const layout = stampingLayout(wShape, attrs.groups);
  const [alongY, alongX] = [stampTaps(kH, attrs, 0), stampTaps(kW, attrs, 1)];
  return alongY.flatMap((rows, ry) =>
    alongX.map((columns, rx) => {
      const segments = rows.flatMap((row) =>
        columns.map((column) => ({
          taps: [row.tap * kW + column.tap],
          offset: 4 * (row.offset * x.rowPitch + column.offset * x.pitch),
        })),
      );
      return {
        first: [ry, rx] as const,
        layout: { ...layout, segments, tapLength: layout.channels },
      };
    }),
  );
}

/** Returns the number of floats of the packed weights of all phases. */
export function packedPhasesLength(phases: readonly Phase[]): number {
  return phases.reduce((sum, { layout }) => sum + packedWeightLength(layout), 0);
}

/** Packs the weights of the phases, one after another. */
export function phasesPacking(weight: NamedArray, phases: readonly Phase[]): Packing {
  const length = lengthOf(weight);
  const jobsAt = (w: number, target: number): Job[] => {
    let at = target;
    return phases.map(({ layout }) => {
      const blocks = layout.groups * groupBlocks(layout);
      const job = packJob(layout, { w, target: at, first: 0, blocks });
      at += 4 * packedWeightLength(layout);
      return job;
    });
  };
  return {
    scratchBytes() {
      const longest = Math.max(...jobsAt(0, 0).map(({ words }) => words.length));
      return scratchOf(length) + scratchOf(longest);
    },
    write(target, packer) {
      withScratch(packer, length, (whole) => {
        readPart(weight, 0, whole);
        for (const job of jobsAt(whole.byteOffset, target.byteOffset)) runJob(packer, job);
      });
    },
  };
}

/** Returns the job for one image. */
export function directTransposedJob(transposed: DirectTransposed): Job {
  const { y, attrs, phases } = transposed;
  const rows = positions(y.height, 0, attrs.stride[0]);
  const taps = phases.reduce((sum, { layout }) => sum + layout.segments.length, 0);
  const sums = (taps * y.width * phases[0].layout.channels * y.channels) / attrs.stride[1];
  const { bandRows, tasks } = rowTasks(rows, sums / SUMS_PER_MOVE);
  const blocks = phaseWords(transposed, bandRows);

  const offsets: number[] = [];
  let end = roundUp(HEAD_WORDS + phases.length, 4);
  for (const block of blocks) {
    offsets.push(4 * end);
    end += roundUp(block.length, 4);
  }
  const words = new Int32Array(end + tasks * TILE_WORDS);
  words.set([phases.length, 4 * end, ...offsets]);
  blocks.forEach((block, i) => {
    words.set(block, offsets[i] / 4);
  });
  return { kernel: 'direct_transposed_f32', words, tasks };
}

/** Words of a `TransposedJob` without its offsets. */
const HEAD_WORDS = 2;

/** Products with sums that take the time of moving one number. */
const SUMS_PER_MOVE = 4;

/** Returns the job words of the convolution of each phase. */
function phaseWords(
  { x, y, attrs, phases, relu, ...addresses }: DirectTransposed,
  bandRows: number,
): Int32Array[] {
  const [strideY, strideX] = attrs.stride;
  let weightAddress = addresses.weightAddress;
  return phases.map(({ first: [ry, rx], layout }) => {
    const rows = positions(y.height, ry, strideY);
    const columns = positions(y.width, rx, strideX);
    const bands = Math.ceil(rows / bandRows);
    const words = directWords(
      {
        ...{ layout, relu, weightAddress, rows, columns, biasAddress: addresses.biasAddress },
        split: { bandRows, bands, taskBlocks: layout.groups * groupBlocks(layout) },
        x: x.address,
        y: y.address + 4 * (ry * y.rowPitch + rx * y.pitch),
        xSteps: [4 * x.rowPitch, 4 * x.pitch],
        ySteps: [4 * strideY * y.rowPitch, 4 * strideX * y.pitch],
        clear: y.pitch - y.channels,
      },
      0,
    );
    weightAddress += 4 * packedWeightLength(layout);
    return words;
  });
}
