import { extname } from 'node:path';

/** A format that holds a network, not weights alone. */
export type NetworkFormat = 'prototxt' | 'onnx';

/** All of them. */
export const NETWORK_FORMATS: readonly NetworkFormat[] = ['prototxt', 'onnx'];

/** The format of networks that a file is to have, by its ending or by what was said; null for weights. */
export function networkFormat(path: string, to: string | undefined): NetworkFormat | null {
  const asked = askedFormat(path, to);
  return NETWORK_FORMATS.find((format) => format === asked) ?? null;
}

/** The format that is asked for, by the ending of a file or by what was said; it may be none. */
export function askedFormat(path: string, to: string | undefined): string {
  return to ?? extname(path).toLowerCase().slice(1);
}
