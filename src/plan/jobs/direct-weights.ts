/** Weights in the order in which kernels/gemm-nhwc.ts reads them. */
import type { NamedArray } from '../../core/named-arrays.js';
import type { Shape } from '../../core/shape.js';
import { readPart } from '../../core/stored-array.js';

/** Output channels of a block: the lanes of a tile. */
export const LANES = 8;

/**
 * Fills the place of what does not exist: a channel of a padded pixel, an output channel of a block.
 * Times the +0 of a padding channel it is −0, which changes no sum, not even −0.
 */
const NOTHING = -0;

/** One segment of a window: taps whose pixels lie side by side. */
export interface Segment {
  /** Indices into kH · kW of the taps, in order. */
  readonly taps: readonly number[];
  /** Where the segment starts, in bytes from the window's pixel. */
  readonly offset: number;
}

/** What has to be known of a weight to pack it. */
export interface WeightLayout {
  /** Groups, one after another. */
  readonly groups: number;
  /** Output channels of a group. */
  readonly outputs: number;
  /** Input channels of a group. */
  readonly channels: number;
  /** Floats between the first weights of neighbouring output channels of a group. */
  readonly outputStride: number;
  /** The same of input channels. */
  readonly channelStride: number;
  /** The same of groups. */
  readonly groupStride: number;
  /** Floats of a tap in a segment: the channels, or with them those that pad the pixel. */
  readonly tapLength: number;
  /** The window. */
  readonly segments: readonly Segment[];
}

/** Layout of `[O, C / groups, kH, kW]`, apart from how its window is cut into segments. */
export function slidingLayout(
  [O, I, kH, kW]: Shape,
  groups: number,
): Omit<WeightLayout, 'segments' | 'tapLength'> {
  const outputs = O / groups;
  const [channelStride, outputStride] = [kH * kW, I * kH * kW];
  const groupStride = outputs * outputStride;
  return { groups, outputs, channels: I, outputStride, channelStride, groupStride };
}

/** Layout of `[C, O / groups, kH, kW]`, of a transposed convolution. */
export function stampingLayout(
  [C, O, kH, kW]: Shape,
  groups: number,
): Omit<WeightLayout, 'segments' | 'tapLength'> {
  const channels = C / groups;
  const [channelStride, outputStride] = [O * kH * kW, kH * kW];
  const groupStride = channels * channelStride;
  return { groups, outputs: O, channels, outputStride, channelStride, groupStride };
}

/** Blocks of output channels in a group. */
export function groupBlocks({ outputs }: WeightLayout): number {
  return Math.ceil(outputs / LANES);
}

/** Floats of the packed weights. */
export function packedWeightLength(layout: WeightLayout): number {
  const taps = layout.segments.reduce((sum, segment) => sum + segment.taps.length, 0);
  return layout.groups * groupBlocks(layout) * taps * layout.tapLength * LANES;
}

/** Floats of the packed bias. */
export function packedBiasLength(layout: WeightLayout): number {
  return layout.groups * groupBlocks(layout) * LANES;
}

/** `target[group][block][segment][tap][channel][8]` = the weights, −0 where there is none. */
export function packWeights(
  weight: Float32Array,
  layout: WeightLayout,
  target: Float32Array,
): void {
  const { groups, outputs, groupStride, outputStride } = layout;
  const taps = layout.segments.flatMap((segment) => segment.taps);
  let at = 0;
  for (let group = 0; group < groups; group++) {
    for (let block = 0; block < outputs; block += LANES) {
      const lanes = Math.min(LANES, outputs - block);
      const from = group * groupStride + block * outputStride;
      for (const tap of taps) {
        const panel = target.subarray(at, at + layout.tapLength * LANES).fill(NOTHING);
        for (let lane = 0; lane < lanes; lane++) {
          packLane(weight, from + tap + lane * outputStride, layout, panel.subarray(lane));
        }
        at += panel.length;
      }
    }
  }
}

/**
 * Packs `[O, C / groups, kH, kW]`, laid out by {@link slidingLayout}, as {@link packWeights} does, a block
 * of filters at a time: a stored weight is never in memory as a whole.
 */
export function packFilters(weight: NamedArray, layout: WeightLayout, target: Float32Array): void {
  const { groups, outputs, groupStride, outputStride } = layout;
  const slab = new Float32Array(Math.min(LANES, outputs) * outputStride);
  let at = 0;
  for (let group = 0; group < groups; group++) {
    for (let block = 0; block < outputs; block += LANES) {
      const part = { ...layout, groups: 1, outputs: Math.min(LANES, outputs - block) };
      const filters = slab.subarray(0, part.outputs * outputStride);
      readPart(weight, group * groupStride + block * outputStride, filters);
      const length = packedWeightLength(part);
      packWeights(filters, part, target.subarray(at, at + length));
      at += length;
    }
  }
}

/** The weights of all input channels, from element `from` on, into a lane of `[channel][8]`. */
function packLane(
  weight: Float32Array,
  from: number,
  { channels, channelStride }: WeightLayout,
  panel: Float32Array,
): void {
  for (let c = 0; c < channels; c++) panel[c * LANES] = weight[from + c * channelStride];
}

/** `target[group][block][8]` = the bias, 0 where there is none. */
export function packBias(
  bias: Float32Array | null,
  { groups, outputs }: WeightLayout,
  target: Float32Array,
): void {
  target.fill(0);
  if (bias === null) return;
  const blocks = Math.ceil(outputs / LANES);
  for (let group = 0; group < groups; group++) {
    const own = bias.subarray(group * outputs, (group + 1) * outputs);
    target.set(own, group * blocks * LANES);
  }
}
