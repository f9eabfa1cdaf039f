import { OptionError } from '../core/option-error.js';
import type { DepthMap } from '../data/depth.js';
import type { RgbImage } from '../data/image.js';

/** What there is to look at. */
export interface Pictures {
  /** The photo; of a network that looks at HHA alone, the picture of that. */
  readonly photo: RgbImage;
  /** Depth of each of its pixels. */
  readonly depth?: DepthMap;
  /** The same as disparity, height and angle, in three channels. */
  readonly hha?: RgbImage;
}

/** @throws {@link OptionError} if there is a picture that a network does not look at. */
export function refuseOthers(pictures: Pictures, taken: readonly string[], network: string): void {
  for (const option of ['depth', 'hha'] as const) {
    if (pictures[option] === undefined || taken.includes(option)) continue;
    throw new OptionError((words) => `${network} has no use for ${words(option)}`);
  }
}
