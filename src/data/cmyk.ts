/**
 * Converts inverted CMYK, as in the JPEG files of Adobe's programs (255 = no ink), to RGB.
 *
 * Each channel is the paper left by the black ink, minus the share of the colour's ink, as in Pillow.
 *
 * @param cmyk - Four bytes per pixel.
 * @returns Three bytes per pixel.
 */
export function rgbOfInvertedCmyk(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4, to += 3) {
    const paper = cmyk[from + 3];
    for (let channel = 0; channel < 3; channel++) {
      rgb[to + channel] = paper - divideBy255((255 - cmyk[from + channel]) * paper);
    }
  }
  return rgb;
}

/** Quotient rounded to the nearest integer, for products of two bytes. */
function divideBy255(product: number): number {
  const rounded = product + 128;
  return ((rounded >> 8) + rounded) >> 8;
}
