import { extname } from 'node:path';

/** A format that holds a network, not weights alone. */
export type NetworkFormat = 'prototxt' | 'onnx';

/** All formats of networks. */
export const NETWORK_FORMATS: readonly NetworkFormat[] = ['prototxt', 'onnx'];

/** Format of a network file, from `--to` or the ending of its name; null for weights. */
export function networkFormat(path: string, to: string | undefined): NetworkFormat | null {
  const asked = askedFormat(path, to);
  return NETWORK_FORMATS.find((format) => format === asked) ?? null;
}

/** Requested format, from `--to` or the ending of the name; it may be unknown. */
export function askedFormat(path: string, to: string | undefined): string {
  return to ?? extname(path).toLowerCase().slice(1);
}
