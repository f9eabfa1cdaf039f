import { encodePng } from '../data/encode-png.js';
import type { LabelMap, RgbImage } from '../data/image.js';
import { encodeIndexedPng } from '../data/indexed-png.js';
import { overlay } from '../data/overlay.js';
import type { Palette } from '../data/palette.js';

/** A colour: red, green, blue, 0 … 255. */
export type Colour = readonly [number, number, number];

/** How a class is shown. */
export interface LegendEntry {
  /** Its number in the class map. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** Its colour in both pictures. */
  readonly colour: Colour;
}

/** How much of an image is of a class. */
export interface ClassStats {
  /** Its number in the class map. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** Pixels of the class. */
  readonly pixels: number;
  /** Those pixels as a share of all, 0 … 1. */
  readonly share: number;
}

/** What is to be seen in an image, pixel by pixel. */
export interface SegmentResult {
  /** Pixels per row, of the upright image. */
  readonly width: number;
  /** Rows, of the upright image. */
  readonly height: number;
  /** The class of each pixel, `[height, width]`: the one of the largest score, the first at a tie. */
  readonly classMap: Uint8Array;
  /** The classes that occur, by id, with their colours. */
  readonly legend: readonly LegendEntry[];
  /** The classes that occur, by id, with their extents. */
  readonly stats: readonly ClassStats[];
  /** `[classes, height, width]`, before any softmax; only if asked for. */
  readonly scores?: Float32Array;
  /** Hash of the plan that computed them, see {@link Plan}; null where the backend has no plans. */
  readonly planHash: string | null;
  /**
   * The image with the colours of the classes laid over it, as a PNG file. Where class 0 is, the
   * background, it stays as it is.
   *
   * @param opacity - Weight of the colours, 0 … 1; default 0.5.
   * @throws {@link FcnError} if it is not.
   */
  toOverlay(opacity?: number): Uint8Array;
  /** The class map as an 8-bit indexed PNG file: index = class, in the colours of the legend. */
  toIndexedPng(): Uint8Array;
}

/** How classes are named and shown. */
export interface ClassCatalogue {
  /** Name of each class, by id. */
  readonly names: readonly string[];
  /** Their colours. */
  readonly palette: Palette;
}

/** Everything a result is made of. */
export interface ResultParts {
  /** The image that was looked at. */
  readonly image: RgbImage;
  /** The class of each pixel. */
  readonly classMap: Uint8Array;
  /** The scores, if they were asked for. */
  readonly scores?: Float32Array;
  /** Hash of the plan that computed the scores, if one did. */
  readonly planHash: string | null;
}

/** Counts the classes of a class map and knows how to draw it. */
export function makeResult(parts: ResultParts, { names, palette }: ClassCatalogue): SegmentResult {
  const { image, classMap, planHash } = parts;
  const { width, height } = image;
  const labels: LabelMap = { width, height, data: classMap };
  const stats = countClasses(classMap, names);
  return {
    width,
    height,
    classMap,
    planHash,
    legend: stats.map(({ id, name }) => {
      const [red, green, blue] = palette.subarray(3 * id);
      return { id, name, colour: [red, green, blue] };
    }),
    stats,
    ...(parts.scores === undefined ? {} : { scores: parts.scores }),
    toOverlay: (opacity = 0.5) => encodePng(overlay(image, labels, palette, opacity)),
    toIndexedPng: () => encodeIndexedPng(labels, palette),
  };
}

function countClasses(classMap: Uint8Array, names: readonly string[]): ClassStats[] {
  const counts = new Uint32Array(names.length);
  // For a single photo, three times as fast as for … of, which the engine has not optimised yet.
  classMap.forEach((id) => {
    counts[id]++;
  });
  return names
    .map((name, id) => ({ id, name, pixels: counts[id], share: counts[id] / classMap.length }))
    .filter(({ pixels }) => pixels > 0);
}
