import type { Shape } from '../core/shape.js';
import type { BlockKind } from './sketch.js';
import { element, hint, polygon } from './svg.js';

/** Shades of a block: front, top, side. */
type Shades = readonly [front: string, top: string, side: string];

/** Colours of the kinds of blocks. */
export const SHADES: Readonly<Record<BlockKind, Shades>> = {
  conv: ['#f4bf5f', '#fadfa9', '#d99a2b'],
  fc: ['#a98bd6', '#d3c2ee', '#7f5fb3'],
  pool: ['#e0716c', '#f2b3b0', '#bb4a45'],
  score: ['#63b98a', '#b0dfc5', '#3d9166'],
  up: ['#6aa8e0', '#b6d6f3', '#3f7fbb'],
  other: ['#b8bfc7', '#dde1e5', '#8d96a0'],
};

/** Colour of the stripe for a rectifier. */
const RELU: Readonly<Record<BlockKind, string>> = {
  conv: '#e08a2c',
  fc: '#7a55b8',
  pool: '#c2433d',
  score: '#3d9166',
  up: '#3f7fbb',
  other: '#7d8690',
};

/** Extents of the block of a map, seen from the front, a little from above and from the right. */
export interface BoxSize {
  /** Grows with the channels. */
  readonly width: number;
  /** Grows with the rows. */
  readonly height: number;
  /** Depth of the block as a shift to the right; grows with the columns. */
  readonly backX: number;
  /** Depth as a shift upwards. */
  readonly backY: number;
}

/** Height of a block of the largest map. */
const LARGEST = 170;

/** Half a map has a block smaller by a third, so that small maps stay visible. */
const EXTENT_POWER = 0.55;
const CHANNEL_POWER = 0.36;
const CHANNEL_WIDTH = 2.6;

/** Depth of a square block, of its height. */
const BACK_X = 0.3;
const BACK_Y = 0.26;

/** Extents of the block of a map; `largest` is the rows or columns of the largest map in the picture. */
export function boxSize([, C, H, W]: Shape, largest: number): BoxSize {
  const scaled = (extent: number): number => LARGEST * (extent / largest) ** EXTENT_POWER;
  return {
    width: CHANNEL_WIDTH * C ** CHANNEL_POWER,
    height: scaled(H),
    backX: BACK_X * scaled(W),
    backY: BACK_Y * scaled(W),
  };
}

/** Content of a block. */
export interface BoxLook {
  readonly kind: BlockKind;
  readonly relu: boolean;
  /** Text while the mouse is on the block. */
  readonly hint: string;
}

/** Draws a block with the left edge of its front at x and its middle at y. */
export function box(x: number, y: number, size: BoxSize, look: BoxLook): string {
  const { width, height, backX, backY } = size;
  const [front, top, side] = SHADES[look.kind];
  const upper = y - height / 2 + backY / 2;
  const right = x + width;
  const edge = { stroke: '#ffffff', 'stroke-width': 0.7, 'stroke-linejoin': 'round' };
  const stripe = look.relu ? Math.min(6, width / 3) : 0;
  const lid = [
    [x, upper],
    [x + backX, upper - backY],
    [right + backX, upper - backY],
    [right, upper],
  ] as const;
  const flank = [
    [right, upper],
    [right + backX, upper - backY],
    [right + backX, upper - backY + height],
    [right, upper + height],
  ] as const;
  return element(
    'g',
    {},
    hint(look.hint),
    polygon(lid, { fill: top, ...edge }),
    polygon(flank, { fill: side, ...edge }),
    element('rect', { x, y: upper, width, height, fill: front, ...edge }),
    stripe === 0
      ? ''
      : element('rect', {
          ...{ x: right - stripe, y: upper, width: stripe, height, fill: RELU[look.kind] },
          opacity: 0.75,
        }),
  );
}
