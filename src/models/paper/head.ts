import type { NetworkDefinition } from '../definition/network-definition.js';
import type { UpsamplingOptions } from '../definition/layer.js';
import type { Trunk } from './trunk.js';

/** Strides of the finest layer that is scored: FCN-32s, FCN-16s, FCN-8s. */
export const STRIDES = [32, 16, 8] as const;

/** Fineness of the prediction, in pixels per step of the last fused layer. */
export type Stride = (typeof STRIDES)[number];

/** One prediction of a network. */
export interface HeadOptions {
  /** Stride of the finest layer that is scored. */
  readonly stride: Stride;
  /** Channels of the scores. */
  readonly classes: number;
  /** Suffix of the names of the head's layers. */
  readonly suffix?: string;
  /** True if all skips are learned at once, after fixed scales. */
  readonly atOnce?: boolean;
  /** Initial weights of the scoring layers; default zero, as in the paper. */
  readonly scoreInit?: 'zero' | 'gaussian';
  /** Attributes of the upsamplings. */
  readonly upsampling?: UpsamplingOptions;
}

/** A skip: scores of a finer layer are added to the upsampled scores of all coarser ones. */
interface Skip {
  /** Name of the scored layer in the paper. */
  readonly pool: string;
  /** Layer of the trunk. */
  readonly tap: 'stride16' | 'stride8';
  /** Name of the upsampling before the sum. */
  readonly upsampling: string;
  /** Factor before the scoring layer if all skips are learned at once. */
  readonly scale: number;
}

const POOL4: Skip = { pool: 'pool4', tap: 'stride16', upsampling: 'upscore2', scale: 1e-2 };
const POOL3: Skip = { pool: 'pool3', tap: 'stride8', upsampling: 'upscore_pool4', scale: 1e-4 };

const SKIPS: Readonly<Record<Stride, readonly Skip[]>> = {
  32: [],
  16: [POOL4],
  8: [POOL4, POOL3],
};

/** Name of the last upsampling, which lays the scores over the image. */
export function lastUpsampling(stride: Stride): string {
  return stride === 32 ? 'upscore' : `upscore${String(stride)}`;
}

/**
 * Writes what makes a trunk an FCN-32s, FCN-16s or FCN-8s: scores of its last layer, skips from the coarsest to the
 * finest, and an upsampling to the pixels of the image.
 *
 * @returns The scores, `score`.
 * @see Long, Shelhamer, Darrell, CVPR 2015, §4.2 and figure 3; PAMI 2017, §4.4 for skips at once.
 */
export function addHead(
  net: NetworkDefinition,
  image: string,
  trunk: Pick<Trunk, 'stride32'> & Partial<Trunk>,
  options: HeadOptions,
): string {
  const { stride, classes, suffix = '', atOnce = false, upsampling } = options;
  const scoring = { kernelSize: 1, fill: options.scoreInit ?? 'zero' } as const;
  let scores = net.convolution(`score_fr${suffix}`, trunk.stride32, classes, scoring);
  for (const skip of SKIPS[stride]) {
    const fine = trunk[skip.tap] ?? skip.pool;
    scores = net.upsampling(`${skip.upsampling}${suffix}`, scores, fine, upsampling);
    const scaled = atOnce ? net.scale(`scale_${skip.pool}`, fine, skip.scale) : fine;
    const scored = net.convolution(`score_${skip.pool}${suffix}`, scaled, classes, scoring);
    scores = net.sum(`fuse_${skip.pool}${suffix}`, net.overlap(scores, scored));
  }
  const upscored = net.upsampling(`${lastUpsampling(stride)}${suffix}`, scores, image, upsampling);
  return net.crop(`score${suffix}`, upscored, image);
}
