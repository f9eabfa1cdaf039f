import type { PlacedMap } from '../buffers.js';

/** Copies a map to row-major order, `[C, H, W]`. */
export function toRowMajor(memory: ArrayBufferLike, map: PlacedMap, target: Float32Array): void {
  const source = new Float32Array(memory, map.buffer, map.length);
  forEachRow(map, (pixel, place) => {
    for (let x = 0; x < map.width; x++) target[place + x] = source[pixel + x * map.pitch];
  });
}

/** Copies row-major numbers, `[C, H, W]`, to a map, whose padding channels become 0. */
export function fromRowMajor(memory: ArrayBufferLike, source: Float32Array, map: PlacedMap): void {
  const target = new Float32Array(memory, map.buffer, map.length);
  forEachRow(map, (pixel, place) => {
    for (let x = 0; x < map.width; x++) target[pixel + x * map.pitch] = source[place + x];
  });
  const { width, height, channels, pitch } = map;
  if (channels === pitch) return;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = map.origin + y * map.rowPitch + x * pitch;
      target.fill(0, pixel + channels, pixel + pitch);
    }
  }
}

/** Calls with the first pixel of every row of every channel, on both sides. */
function forEachRow(map: PlacedMap, visit: (pixel: number, place: number) => void): void {
  const { channels, height, width, origin, rowPitch } = map;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      visit(origin + y * rowPitch + c, (c * height + y) * width);
    }
  }
}
