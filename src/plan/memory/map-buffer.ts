/**
 * Maps in the memory of a plan: `[row][column][channel]`, with a border of zeros and zero padding channels.
 *
 * A convolution reads its padding from the border, without a bounds check at every tap. Padding channels fill
 * the last vector of each pixel.
 */
import type { Shape } from '../../core/shape.js';
import { extentOf, startOf, type Rect } from '../../core/rect.js';
import { roundUp } from './alignment.js';
import type { Border } from './border.js';

/** Multiple to which the channels of a pixel are padded: two vectors. */
const CHANNEL_STEP = 8;

/** Multiple for the network's input, which has three channels. */
const INPUT_CHANNEL_STEP = 4;

/** Layout of a map in memory, without its address; lengths are in floats. */
export interface MapGeometry {
  /** Channels, without padding channels. */
  readonly channels: number;
  /** Stored rows, without the border. */
  readonly height: number;
  /** Stored columns, without the border. */
  readonly width: number;
  /** Distance from a pixel to the one on its right. */
  readonly pitch: number;
  /** Distance from a pixel to the one below. */
  readonly rowPitch: number;
  /**
   * Distance from the start of the buffer to the map's first pixel. It may be negative if that pixel is not
   * stored.
   */
  readonly origin: number;
  /** Length of the whole buffer. */
  readonly length: number;
  /** Zeros around the stored pixels. */
  readonly border: Border;
}

/** A map with its address. */
export interface PlacedMap extends MapGeometry {
  /** Byte address of the buffer, a multiple of 64. */
  readonly buffer: number;
  /** Byte address of the map's first pixel, even if it is not stored. */
  readonly address: number;
}

/**
 * Returns the layout of one image's map.
 *
 * @param shape - `[N, C, H, W]`; N is ignored.
 * @param role - `input` for an input of the network, which has fewer padding channels.
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

/** Places a map in a buffer that starts at a byte address. */
export function placeMap(geometry: MapGeometry, buffer: number): PlacedMap {
  return { ...geometry, buffer, address: buffer + 4 * geometry.origin };
}

/**
 * Returns the layout of a part of one image's map.
 *
 * @param kept - The stored pixels, without the border around them.
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

/** Returns a rectangle of a map as a map in the same memory; ignore its border. */
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
