/** Red, green, blue of 256 classes, `[256, 3]`. */
export type Palette = Uint8Array;

const VOID_COLOUR = [224, 224, 192];

/**
 * The palette of PASCAL VOC: the bits of a class number are distributed to red, green and blue in
 * turn, from the top bit of each downwards, so that consecutive classes have very different colours.
 * Class 255, ignored pixels, is (224, 224, 192).
 *
 * @see VOCdevkit, VOClabelcolormap.m.
 */
export const VOC_PALETTE: Uint8Array<ArrayBuffer> = Uint8Array.from({ length: 768 }, (_, i) =>
  i >= 765 ? VOID_COLOUR[i - 765] : channelOf(Math.floor(i / 3), i % 3),
);

function channelOf(label: number, channel: number): number {
  let value = 0;
  for (let bit = 7, rest = label; bit >= 0; bit--, rest >>= 3) {
    value |= ((rest >> channel) & 1) << bit;
  }
  return value;
}
