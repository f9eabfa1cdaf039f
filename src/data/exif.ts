/**
 * Orientation of a photo, from its Exif block.
 *
 * @see Exif 2.32, §4.6 (TIFF structure) and tag 0x0112 (Orientation).
 */

/** Row and column order of the stored pixels: 1 is upright, 2–8 are mirrored or rotated. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;
const TYPE_SHORT = 3;
/** Not in the standard, but some programs write it and libraries accept it. */
const TYPE_LONG = 4;

/**
 * Returns the orientation in an Exif block.
 *
 * @param tiff - The block, from its byte order mark on.
 * @returns 1 if the orientation is missing or the block is damaged: the pixels are still valid.
 */
export function orientationOf(tiff: Uint8Array): Orientation {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (view.byteLength < 8) return 1;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  if (view.getUint16(2, little) !== 42) return 1;
  const directory = view.getUint32(4, little);
  if (!(directory + 2 <= view.byteLength)) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (!(entry + 12 <= view.byteLength)) return 1;
    if (view.getUint16(entry, little) !== ORIENTATION_TAG) continue;
    const value = integerAt(view, entry, little);
    return isOrientation(value) ? value : 1;
  }
  return 1;
}

/** Value of a directory entry of type SHORT or LONG; 0 for another type. */
function integerAt(view: DataView, entry: number, little: boolean): number {
  const type = view.getUint16(entry + 2, little);
  if (type === TYPE_SHORT) return view.getUint16(entry + 8, little);
  return type === TYPE_LONG ? view.getUint32(entry + 8, little) : 0;
}

function isOrientation(value: number): value is Orientation {
  return value >= 1 && value <= 8;
}
