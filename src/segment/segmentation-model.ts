import type { RgbImage } from '../data/image.js';
import { prepare, type NetworkInput } from '../data/preprocess.js';
import type { Model } from '../models/model-file.js';

/** What has to be known of a model to segment photos with it, besides its scores. */
export interface SegmentationModel {
  /** Names of the classes, in the order of the scores. */
  readonly classes: readonly string[];
  /** Colour of each class, `[r, g, b]`; the VOC palette if there is none. */
  readonly palette?: Model['palette'];
  /** Makes a photo the network's input. */
  readonly prepare: (photo: RgbImage) => NetworkInput;
}

/** What a model file of this library says. */
export function segmentationModel({ classes, palette, input }: Model): SegmentationModel {
  return {
    classes,
    prepare: (photo) => prepare(photo, input),
    ...(palette === undefined ? {} : { palette }),
  };
}
