/**
 * How maps lie in the memory of a plan: `[row][column][channel]`, with zeros around and behind.
 *
 * A convolution reads its padding from the border instead of asking at every tap whether it is still
 * inside; channels are filled up with zeros so that vectors need no tail.
 */
import type { Shape } from '../../core/shape.js';
import { extentOf, startOf, type Rect } from '../../core/rect.js';
import { roundUp } from './alignment.js';
import type { Border } from './border.js';

/** Channels of a pixel are filled up to a multiple of this: two vectors. */
const CHANNEL_STEP = 8;

/** The same of the network's input, which has three. */
const INPUT_CHANNEL_STEP = 4;

/** A map in memory, apart from where it is; lengths are in floats. */
export interface MapGeometry {
  /** Channels that mean something. */
  readonly channels: number;
  /** Rows that are kept, without the border. */
  readonly height: number;
  /** Columns that are kept, without the border. */
  readonly width: number;
  /** From a pixel to the one on its right. */
  readonly pitch: number;
  /** From a pixel to the one below. */
  readonly rowPitch: number;
  /**
   * From the start of the buffer to the map's first pixel; below 0 where that pixel is not kept, but only others
   * far enough behind it.
   */
  readonly origin: number;
  /** Of the whole buffer. */
  readonly length: number;
  /** Zeros around. */
  readonly border: Border;
}

/** A map at its place. */
export interface PlacedMap extends MapGeometry {
  /** Byte address of the buffer, a multiple of 64. */
  readonly buffer: number;
  /** Byte address of the map's first pixel, as `origin`. */
  readonly address: number;
}

/**
 * The buffer of one image's map.
 *
 * @param shape - `[N, C, H, W]`; N does not matter.
 * @param role - `input` for what the network is given, whose pixels are packed closer.
 */
export function mapGeometry(
  [, channels, height, width]: Shape,
  border: Border,
  role: 'input' | 'inner' = 'inner',
): MapGeometry {
  const pitch = roundUp(channels, role === 'input' ? INPUT_CHANNEL_STEP : CHANNEL_STEP);
  const rowPitch = pitch * (border.left + width + border.right);
  return {
    ...{ channels, height, width, pitch, rowPitch, border },
    origin: border.top * rowPitch + border.left * pitch,
    length: (border.top + height + border.bottom) * rowPitch,
  };
}

/** A map whose buffer starts at a byte address. */
export function placeMap(geometry: MapGeometry, buffer: number): PlacedMap {
  return { ...geometry, buffer, address: buffer + 4 * geometry.origin };
}

/**
 * The buffer of a part of one image's map.
 *
 * @param kept - The pixels that have a place in it, besides the border around them.
 */
export function partGeometry(
  [images, channels]: Shape,
  kept: Rect,
  ...rest: [border: Border, role: 'input' | 'inner']
): MapGeometry {
  const geometry = mapGeometry([images, channels, ...extentOf(kept)], ...rest);
  const [row, column] = startOf(kept);
  const origin = geometry.origin - row * geometry.rowPitch - column * geometry.pitch;
  return { ...geometry, origin };
}

/** A rectangle of a map as a map of its own, in the same memory; its border means nothing. */
export function viewOf(map: PlacedMap, rect: Rect): PlacedMap {
  const [row, column] = startOf(rect);
  const [height, width] = extentOf(rect);
  const shift = row * map.rowPitch + column * map.pitch;
  return { ...map, height, width, origin: map.origin + shift, address: map.address + 4 * shift };
}

/** Writes zeros around a map; its pixels stay as they are. */
export function clearBorder(memory: ArrayBufferLike, map: PlacedMap): void {
  const floats = new Float32Array(memory, map.buffer, map.length);
  const { border, rowPitch, pitch, height, width, length } = map;
  const origin = border.top * rowPitch + border.left * pitch;
  const rowLength = pitch * width;
  floats.fill(0, 0, origin);
  if (border.left + border.right > 0) {
    const between = rowPitch - rowLength;
    for (let y = 0; y + 1 < height; y++) {
      const end = origin + y * rowPitch + rowLength;
      floats.fill(0, end, end + between);
    }
  }
  if (height > 0) floats.fill(0, origin + (height - 1) * rowPitch + rowLength, length);
}
