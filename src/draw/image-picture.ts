/** Both ends of the picture: the image with receptive fields, and the scores. */
import type { Shape } from '../core/shape.js';
import type { Inspection } from '../plan/inspection.js';
import { boxSize } from './box.js';
import type { Block, Sketch } from './sketch.js';
import { element, label, polygon } from './svg.js';

/** Place of a picture: its left edge, its middle, and the largest map of the drawing. */
export interface PictureFrame {
  readonly x: number;
  readonly y: number;
  readonly largest: number;
}

/** A picture and its right edge. */
interface EndPicture {
  readonly svg: string;
  readonly right: number;
}

/** Colours of a scene: sky, ground, animal. */
type Palette = readonly [sky: string, ground: string, animal: string];

const PHOTO: Palette = ['#dbeafb', '#cfe3c4', '#c9b49a'];
/** Of the classes of PASCAL VOC: background, and the cat's dark red. */
const CLASSES: Palette = ['#3d444d', '#3d444d', '#a8433f'];

const FIELD_COLOURS = ['#7f5fb3', '#bb4a45', '#1f6feb', '#2f7d4f'];

/** The image, with the receptive fields of scored layers to scale. */
export function imagePicture(
  { inputShape }: Inspection,
  sketch: Sketch,
  frame: PictureFrame,
): EndPicture {
  const place = placeOf(inputShape, frame);
  const fields = scoredBlocks(sketch).toSorted((a, b) => b.seen - a.seen);
  return {
    right: place.x + place.width,
    svg: element(
      'g',
      {},
      scene(place, PHOTO),
      ...fields.map(({ seen }, i) => fieldSquare(place, seen * place.scale, colourOf(i))),
      caption(place, 'image', inputShape),
      ...fields.map(({ name, seen }, i) =>
        label(place.middle, place.bottom + 45 + 13 * i, `a unit of ${name} sees ${String(seen)}²`, {
          ...{ 'text-anchor': 'middle', 'font-size': 9.5, fill: colourOf(i) },
        }),
      ),
    ),
  };
}

/** The result: a class for every pixel. */
export function scoresPicture({ outputShape }: Inspection, frame: PictureFrame): EndPicture {
  const place = placeOf(outputShape, frame);
  return {
    right: place.x + place.width,
    svg: element('g', {}, scene(place, CLASSES), caption(place, 'score', outputShape)),
  };
}

/** A rectangle of the drawing; `scale` is its pixels for each of the map's. */
interface Place {
  readonly x: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly middle: number;
  readonly bottom: number;
  readonly scale: number;
}

function placeOf(shape: Shape, { x, y, largest }: PictureFrame): Place {
  const [, , H, W] = shape;
  const { height } = boxSize(shape, largest);
  const width = (height * W) / H;
  const top = y - height / 2;
  return {
    ...{ x, top, width, height, bottom: top + height, middle: x + width / 2, scale: height / H },
  };
}

function colourOf(i: number): string {
  return FIELD_COLOURS[i % FIELD_COLOURS.length];
}

function fieldSquare(place: Place, side: number, colour: string): string {
  const [width, height] = [Math.min(side, place.width), Math.min(side, place.height)];
  return element('rect', {
    ...{ x: place.middle - width / 2, y: place.top + (place.height - height) / 2, width, height },
    ...{ fill: colour, 'fill-opacity': 0.12, stroke: colour, 'stroke-width': 1.3 },
  });
}

/** A cat on a meadow. */
function scene(place: Place, [sky, ground, animal]: Palette): string {
  const { x, top, width, height } = place;
  const at = (across: number, down: number) => [x + across * width, top + down * height] as const;
  const round = (cx: number, cy: number, rx: number, ry: number): string => {
    const [middleX, middleY] = at(cx, cy);
    return element('ellipse', { cx: middleX, cy: middleY, rx: rx * width, ry: ry * height });
  };
  const tail = `M${at(0.64, 0.72).join()} Q${at(0.86, 0.74).join()} ${at(0.8, 0.5).join()}`;
  const frame = { x, y: top, width, height };
  return element(
    'g',
    {},
    element('rect', { ...frame, fill: sky }),
    element('rect', { ...frame, y: top + 0.62 * height, height: 0.38 * height, fill: ground }),
    element(
      'g',
      { fill: animal },
      round(0.52, 0.66, 0.17, 0.17),
      round(0.42, 0.44, 0.12, 0.105),
      polygon([at(0.31, 0.42), at(0.32, 0.27), at(0.41, 0.36)], {}),
      polygon([at(0.43, 0.36), at(0.52, 0.27), at(0.53, 0.42)], {}),
      element('path', {
        ...{ d: tail, fill: 'none', stroke: animal, 'stroke-linecap': 'round' },
        'stroke-width': 0.05 * height,
      }),
    ),
    element('rect', { ...frame, fill: 'none', stroke: '#8c959f' }),
  );
}

/** Scored blocks with a receptive field: the end of the trunk, and the begin of each skip. */
function scoredBlocks({ trunk, ups }: Sketch): (Pick<Block, 'name'> & { seen: number })[] {
  const taps = new Set([trunk.at(-1)?.name, ...ups.map(({ skip }) => skip?.tap)]);
  return trunk.flatMap(({ name, receptiveField }) =>
    taps.has(name) && receptiveField !== null ? [{ name, seen: receptiveField }] : [],
  );
}

function caption({ middle, bottom }: Place, name: string, [, C, H, W]: Shape): string {
  return element(
    'g',
    { 'text-anchor': 'middle' },
    label(middle, bottom + 16, name, { 'font-weight': 600 }),
    label(middle, bottom + 30, `${String(C)} × ${String(H)}×${String(W)}`),
  );
}
