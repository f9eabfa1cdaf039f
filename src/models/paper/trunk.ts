import type { NetworkDefinition } from '../definition/network-definition.js';

/** Names of the treatments of borders. */
export const GEOMETRIES = ['authors', 'same'] as const;

/**
 * Treatment of borders: `authors` pads the image by 100 and crops, `same` pads every layer so that
 * each stride halves the extent, rounded up.
 */
export type Geometry = (typeof GEOMETRIES)[number];

/** Channels of a layer, given those in the paper: fewer for a narrow network. */
export type Width = (channels: number, layer: string) => number;

/** Choices of a trunk; the defaults are the paper's. */
export interface TrunkOptions {
  /** Channels of the layers; default as published. */
  readonly width?: Width;
  /** Treatment of borders; default `authors`. */
  readonly geometry?: Geometry;
  /** Suffix of the names of all layers. */
  readonly suffix?: string;
  /** Suffix of the name of the first layer, before `suffix`. */
  readonly firstSuffix?: string;
  /** Channels of a 1×1 convolution before fc6; default 0, for none. */
  readonly fc6Squeeze?: number;
  /** Share that dropout drops after fc6 and fc7; default 0.5. */
  readonly dropout?: number;
}

/** Layers of a trunk that a head scores, by their strides. */
export interface Trunk {
  /** The layer that is scored at stride 8. */
  readonly stride8: string;
  /** The layer that is scored at stride 16. */
  readonly stride16: string;
  /** The last layer, at stride 32. */
  readonly stride32: string;
}

/** Padding of the first layer in the authors' geometry, with which images of any size have scores. */
export const AUTHORS_PADDING = 100;

/** Channels of fc6 and fc7. */
export const FULLY_CONNECTED = 4096;

/** Width of the published networks. */
export const publishedWidth: Width = (channels) => channels;

/** Padding with which an odd kernel keeps the extent, at stride 1. */
export function halfOf(kernelSize: number): number {
  return Math.floor(kernelSize / 2);
}

/**
 * Writes the fully connected layers of a classifier as convolutions: fc6, fc7, each with a rectifier and
 * dropout; before them, if the options say so, a 1×1 convolution to fewer channels.
 */
export function fullyConnected(
  net: NetworkDefinition,
  from: string,
  options: TrunkOptions,
  fc6: { readonly kernelSize: number; readonly rates?: 'plain'; readonly trim?: TrimLayer },
): string {
  const { width = publishedWidth, suffix = '', fc6Squeeze = 0, dropout } = options;
  const { kernelSize, trim } = fc6;
  const rates = fc6.rates === undefined ? {} : { rates: fc6.rates };
  const padding = options.geometry === 'same' ? { padding: halfOf(kernelSize) } : {};
  let value = from;
  if (fc6Squeeze > 0) {
    value = net.convolution('fc6_squeeze', value, fc6Squeeze, { kernelSize: 1, ...rates });
    value = net.relu('relu6_squeeze', value);
  }
  const fc6Options = { kernelSize, ...padding, ...rates };
  value = net.convolution(`fc6${suffix}`, value, width(FULLY_CONNECTED, 'fc6'), fc6Options);
  if (trim !== undefined) value = trim(value);
  value = net.dropout(`drop6${suffix}`, net.relu(`relu6${suffix}`, value), dropout);
  const fc7Options = { kernelSize: 1, ...rates };
  value = net.convolution(`fc7${suffix}`, value, width(FULLY_CONNECTED, 'fc7'), fc7Options);
  return net.dropout(`drop7${suffix}`, net.relu(`relu7${suffix}`, value), dropout);
}

/** Adds a layer that trims what fc6 gives. */
type TrimLayer = (from: string) => string;
