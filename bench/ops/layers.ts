import type { Case, Work } from './runner.js';

/** A layer at its size in a network. */
export interface Layer {
  readonly name: string;
  /** Extent of the square maps. */
  readonly size: number;
  /** Extent for the reference; default: the extent of the layer. */
  readonly referenceSize?: number;
}

/** Feature maps, `[1, channels, size, size]`. */
export interface Maps extends Layer {
  readonly channels: number;
}

/** Rectified maps: FCN-8s VGG16 of 500 pixels with padding 100, and SqueezeNet 1.1 of 224. */
export const FEATURE_MAPS: readonly Maps[] = [
  { name: 'conv3_3', channels: 256, size: 175, referenceSize: 24 },
  { name: 'fire2', channels: 128, size: 56, referenceSize: 28 },
];

/** Scores of 21 classes: of the whole image, and fused at stride 8. */
export const SCORE_MAPS: readonly Maps[] = [
  { name: 'score', channels: 21, size: 500, referenceSize: 64 },
  { name: 'fuse_pool3', channels: 21, size: 70 },
];

/** Number of elements of the maps. */
export function numbersIn({ channels, size }: Maps): number {
  return channels * size ** 2;
}

/** Makes a case for each layer and each pass; a pass receives the layer at the requested size. */
export function casesOf<L extends Layer>(
  layers: readonly L[],
  passes: Readonly<Record<string, (layer: L) => Work>>,
): Case[] {
  return layers.flatMap((layer) =>
    Object.entries(passes).map(([pass, workOf]) => ({
      name: `${layer.name} ${pass}`,
      size: layer.size,
      referenceSize: layer.referenceSize ?? layer.size,
      at: (size) => workOf({ ...layer, size }),
    })),
  );
}
