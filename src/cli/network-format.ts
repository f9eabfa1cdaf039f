import { extname } from 'node:path';

/** A format that holds a network, not weights alone. */
export type NetworkFormat = 'prototxt' | 'onnx';

/** All of them. */
export const NETWORK_FORMATS: readonly NetworkFormat[] = ['prototxt', 'onnx'];

/** The format of networks that a file is to have, by its ending or by what was said; null for weights. */
export function networkFormat(path: string, to: string | undefined): NetworkFormat | null {
  const asked = to ?? extname(path).toLowerCase().slice(1);
  return NETWORK_FORMATS.find((format) => format === asked) ?? null;
}
