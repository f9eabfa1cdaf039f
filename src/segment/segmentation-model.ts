import { type NetworkInput, pictureInput } from '../data/make-input.js';
import type { Model } from '../models/model-file.js';
import { refuseOthers, type Pictures } from './pictures.js';

/** What has to be known of a model to segment photos with it, besides its scores. */
export interface SegmentationModel {
  /** Names of the classes, in the order of the scores. */
  readonly classes: readonly string[];
  /** Colour of each class, `[r, g, b]`; the VOC palette if there is none. */
  readonly palette?: Model['palette'];
  /**
   * Makes pictures the network's inputs, in its order, all of one size.
   *
   * @throws {@link OptionError} if a picture is missing, or one has no use.
   */
  readonly prepare: (pictures: Pictures) => readonly NetworkInput[];
}

/** What a model file of this library says. */
export function segmentationModel({ classes, palette, input }: Model): SegmentationModel {
  return {
    classes,
    prepare(pictures) {
      refuseOthers(pictures, [], 'the model');
      return [pictureInput(pictures.photo, input)];
    },
    ...(palette === undefined ? {} : { palette }),
  };
}
