import type { FloatArray } from '../attributes.js';
import { forEachPixel } from './softmax.js';

/** Channels ascending; a channel replaces the best one if it is greater, or if only the best one is NaN. */
export function argmax(x: FloatArray, channels: number, inner: number, classes: Uint8Array): void {
  forEachPixel(x.length, channels, inner, (first, _end, pixel) => {
    let best = x[first];
    classes[pixel] = 0;
    for (let c = 1; c < channels; c++) {
      const value = x[first + c * inner];
      if (value > best || (Number.isNaN(best) && !Number.isNaN(value))) {
        best = value;
        classes[pixel] = c;
      }
    }
  });
}
