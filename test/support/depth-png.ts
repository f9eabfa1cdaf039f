import { PNG } from 'pngjs';

/** A grey PNG of 16 bits per pixel, as NYUDv2 stores depth, written by pngjs. */
export function depthPng(width: number, height: number, values: Uint16Array): Uint8Array {
  const png = new PNG({ width, height });
  png.data = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const options = { colorType: 0, inputColorType: 0, bitDepth: 16, inputHasAlpha: false } as const;
  return new Uint8Array(PNG.sync.write(png, options));
}
