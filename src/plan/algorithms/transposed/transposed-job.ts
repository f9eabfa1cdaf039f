/** Transposed convolution as written in kernels/direct-transposed.ts. */
import type { ConvAttrs } from '../../../backend/backend.js';
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

/** A transposed convolution with its maps and its packed weights at their places. */
export interface DirectTransposed {
  /** Input, with at least the border that stampingBorder gives. */
  readonly x: PlacedMap;
  /** Output; its padding channels are set to 0, its border is not touched. */
  readonly y: PlacedMap;
  /** Geometry of the convolution of which this is the adjoint. */
  readonly attrs: ConvAttrs;
  /** What {@link transposedPhases} gave for the input's geometry. */
  readonly phases: readonly Phase[];
  /** Byte address of what {@link phasesPacking} wrote, a multiple of 16. */
  readonly weightAddress: number;
  /** Byte address of what biasPacking wrote for the layout of any phase, a multiple of 16. */
  readonly biasAddress: number;
  /** True if max(0, ·) follows. */
  readonly relu: boolean;
}

/** The phases of a transposed convolution by the weight `[C, O / groups, kH, kW]`. */
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

/** Floats of the packed weights of all phases. */
export function packedPhasesLength(phases: readonly Phase[]): number {
  return phases.reduce((sum, { layout }) => sum + packedWeightLength(layout), 0);
}

/** The weights of the phases one behind the other. */
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

/** The job for one image. */
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

/** Products with sums that take as long as moving a number. */
const SUMS_PER_MOVE = 4;

/** The convolutions of the phases. */
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
