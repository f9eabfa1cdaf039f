/** Packing of weights into the order in which kernels/gemm-nhwc.ts reads them. */
import type { NamedArray } from '../../../core/named-arrays.js';
import type { Shape } from '../../../core/shape.js';
import { readPart } from '../../../core/stored-array.js';
import { packingOf, type PackedPart } from '../packing.js';
import type { Packing } from '../../memory/packing.js';
import type { Job } from '../job.js';

/** Output channels of a block: the lanes of a tile. */
export const LANES = 8;

/** A segment of a window: taps whose pixels are adjacent in memory. */
export interface Segment {
  /** Indices into kH · kW of the taps, in order. */
  readonly taps: readonly number[];
  /** Start of the segment, in bytes from the window's pixel. */
  readonly offset: number;
}

/** Layout of a weight, before and after packing. */
export interface WeightLayout {
  /** Number of groups. */
  readonly groups: number;
  /** Output channels of a group. */
  readonly outputs: number;
  /** Input channels of a group. */
  readonly channels: number;
  /** Floats between the first weights of neighbouring output channels of a group. */
  readonly outputStride: number;
  /** Floats between neighbouring input channels. */
  readonly channelStride: number;
  /** Floats between neighbouring groups. */
  readonly groupStride: number;
  /** Floats of a tap in a segment: the channels, with or without padding channels. */
  readonly tapLength: number;
  /** Segments of the window. */
  readonly segments: readonly Segment[];
}

/** Returns the layout of `[O, C / groups, kH, kW]`, without segments. */
export function slidingLayout(
  [O, I, kH, kW]: Shape,
  groups: number,
): Omit<WeightLayout, 'segments' | 'tapLength'> {
  const outputs = O / groups;
  const [channelStride, outputStride] = [kH * kW, I * kH * kW];
  const groupStride = outputs * outputStride;
  return { groups, outputs, channels: I, outputStride, channelStride, groupStride };
}

/** Returns the layout of `[C, O / groups, kH, kW]` of a transposed convolution, without segments. */
export function stampingLayout(
  [C, O, kH, kW]: Shape,
  groups: number,
): Omit<WeightLayout, 'segments' | 'tapLength'> {
  const channels = C / groups;
  const [channelStride, outputStride] = [O * kH * kW, kH * kW];
  const groupStride = channels * channelStride;
  return { groups, outputs: O, channels, outputStride, channelStride, groupStride };
}

/** Returns the number of blocks of output channels in a group. */
export function groupBlocks({ outputs }: WeightLayout): number {
  return Math.ceil(outputs / LANES);
}

/** Returns the number of floats of the packed weights. */
export function packedWeightLength(layout: WeightLayout): number {
  const taps = layout.segments.reduce((sum, segment) => sum + segment.taps.length, 0);
  return layout.groups * groupBlocks(layout) * taps * layout.tapLength * LANES;
}

/** Returns the number of floats of the packed bias. */
export function packedBiasLength(layout: WeightLayout): number {
  return layout.groups * groupBlocks(layout) * LANES;
}

/**
 * Packs weights `[O, C / groups, kH, kW]` in the layout of {@link slidingLayout} as
 * `[group][block][segment][tap][channel][8]`, −0 in padding.
 */
export function directPacking(weight: NamedArray, layout: WeightLayout): Packing {
  const { groups, outputs, outputStride } = layout;
  const inGroup = groupBlocks(layout);
  return packingOf({
    weight,
    blocks: groups * inGroup,
    startOf(block) {
      const group = Math.floor(block / inGroup);
      return (group * outputs + (block % inGroup) * LANES) * outputStride;
    },
    jobFor: (part) => packJob(layout, part),
  });
}

/** Returns the job that packs some blocks of a weight in either layout. */
export function packJob(
  layout: WeightLayout,
  { w, target, first, blocks }: Omit<PackedPart, 'threads'>,
): Job {
  const taps = layout.segments.flatMap((segment) => segment.taps);
  const words = Int32Array.of(
    ...[w, target, first, layout.outputs, groupBlocks(layout)],
    ...[4 * layout.groupStride, 4 * layout.outputStride],
    ...[layout.channels, 4 * layout.channelStride, layout.tapLength],
    ...[taps.length, ...taps.map((tap) => 4 * tap)],
  );
  return { kernel: 'pack_weights_f32', words, tasks: blocks };
}

/** Packs the bias as `[group][block][8]`, 0 in padding. */
export function biasPacking(
  bias: NamedArray | null,
  { groups, outputs }: Pick<WeightLayout, 'groups' | 'outputs'>,
): Packing {
  return {
    write(target) {
      target.fill(0);
      if (bias === null) return;
      const length = Math.ceil(outputs / LANES) * LANES;
      for (let group = 0; group < groups; group++) {
        const own = target.subarray(group * length, group * length + outputs);
        readPart(bias, group * outputs, own);
      }
    },
  };
}
