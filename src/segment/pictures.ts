import { OptionError } from '../core/option-error.js';
import type { DepthMap } from '../data/depth.js';
import type { RgbImage } from '../data/image.js';

/** Pictures from which a network's inputs are made. */
export interface Pictures {
  /** Photo; for a network whose only input is HHA, the HHA picture. */
  readonly photo: RgbImage;
  /** Depth of each pixel of the photo. */
  readonly depth?: DepthMap;
  /** Depth as disparity, height and angle, in three channels. */
  readonly hha?: RgbImage;
}

/** @throws {@link OptionError} if a picture is given that the network has no input for. */
export function refuseOthers(pictures: Pictures, taken: readonly string[], network: string): void {
  for (const option of ['depth', 'hha'] as const) {
    if (pictures[option] === undefined || taken.includes(option)) continue;
    throw new OptionError(
      (naming) => `${network}: unexpected picture; leave out ${naming(option)}`,
    );
  }
}
