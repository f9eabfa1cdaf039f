/**
 * The network as figure 3 of the paper shows it: maps shrink from left to right, scores of finer maps
 * are added on the way back to the image's size.
 *
 * @see Long, Shelhamer, Darrell, CVPR 2015, figure 3.
 */
import type { Inspection } from '../plan/inspection.js';
import { box, boxSize, SHADES, type BoxSize } from './box.js';
import { imagePicture, scoresPicture } from './image-picture.js';
import { sketchOf, type Block, type Sketch, type UpStep } from './sketch.js';
import { element, label, rimmed } from './svg.js';

/** A picture and its extent. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

/** A block at its place in the picture. */
interface Placed {
  readonly block: Block;
  readonly size: BoxSize;
  readonly x: number;
  /** Middle of the front, across. */
  readonly middle: number;
  /** Right end, the side included. */
  readonly right: number;
}

const MARGIN = 28;
/** Height of the middle of the trunk, and of the way back. */
const TRUNK_Y = 126;
const BACK_Y = 446;
/** Height of the scores of skips, between the two. */
const SKIP_Y = 322;
/** Below the trunk's middle: names, sizes, fields. */
const LEGEND_Y = TRUNK_Y + 124;
/** Distance between stages, with room for the text below. */
const STAGE_STEP = 96;
const STAGE_GAP = 16;
const BLOCK_GAP = 3;
/** Between a picture and a block, for an arrow. */
const ARROW_ROOM = 38;

/** Draws a network. */
export function networkPicture(inspection: Inspection): Picture {
  const sketch = sketchOf(inspection);
  const largest = largestExtent(sketch, inspection);
  const image = imagePicture(inspection, sketch, { x: MARGIN, y: TRUNK_Y, largest });
  const stages = placeTrunk(sketch.trunk, image.right + 34, largest);
  const trunk = stages.flat();
  const trunkEnd = Math.max(...stages.map((stage) => stageRight(stage)));
  const back = wayBack({ sketch, inspection, trunk, largest });
  return {
    width: Math.max(trunkEnd, back.right) + MARGIN,
    height: BACK_Y + 164,
    svg: element(
      'g',
      {},
      image.svg,
      arrow([image.right + 4, TRUNK_Y], [image.right + 26, TRUNK_Y]),
      back.lines,
      ...trunk.map(drawn(TRUNK_Y)),
      ...stages.map(stageLegend),
      back.blocks,
      ...trunk.filter(({ block }) => block.kind === 'pool').map(poolName),
    ),
  };
}

function largestExtent({ trunk, ups }: Sketch, { inputShape }: Inspection): number {
  const shapes = [inputShape, ...trunk.map(({ shape }) => shape), ...ups.map(({ up }) => up.shape)];
  return Math.max(...shapes.flatMap((shape) => shape.slice(2)));
}

/** Groups of blocks with the same extent, which are drawn side by side. */
function placeTrunk(blocks: readonly Block[], start: number, largest: number): Placed[][] {
  const stages: Placed[][] = [];
  let x = start;
  let before: Block | undefined;
  for (const block of blocks) {
    const size = boxSize(block.shape, largest);
    if (before !== undefined && startsStage(block, before)) {
      const last = stages[stages.length - 1];
      x = Math.max(stageRight(last) + STAGE_GAP, stageMiddle(last) + STAGE_STEP - size.width / 2);
    }
    if (before === undefined || startsStage(block, before)) stages.push([]);
    stages[stages.length - 1].push(placedAt(x, block, size));
    x += size.width + BLOCK_GAP;
    before = block;
  }
  return stages;
}

function placedAt(x: number, block: Block, size: BoxSize): Placed {
  const { width, backX } = size;
  return { block, size, x, middle: x + width / 2, right: x + width + backX };
}

/** True at a new extent, or at the first fully connected layer. */
function startsStage({ kind, shape }: Block, before: Block): boolean {
  return shape[2] !== before.shape[2] || (kind === 'fc') !== (before.kind === 'fc');
}

/** Middle of the fronts of a stage. */
function stageMiddle(stage: readonly Placed[]): number {
  const last = stage[stage.length - 1];
  return (stage[0].x + last.x + last.size.width) / 2;
}

function stageRight(stage: readonly Placed[]): number {
  return Math.max(...stage.map(({ right }) => right));
}

function drawn(y: number): (placed: Placed) => string {
  return ({ block, size, x }) => box(x, y, size, { ...block, hint: describe(block) });
}

function describe({ name, shape, receptiveField, stride }: Block): string {
  const field =
    receptiveField === null
      ? ''
      : `, sees ${String(receptiveField)} pixels, stride ${String(stride)}`;
  return `${name}: ${shape.slice(1).join(' × ')}${field}`;
}

/** Names, sizes and fields below a stage. */
function stageLegend(stage: readonly Placed[]): string {
  const shown = stage.filter(({ block: { kind } }) => kind === 'conv' || kind === 'fc');
  const { block } = stage[stage.length - 1];
  const middle = stageMiddle(stage);
  const names = (shown.length > 0 ? shown : stage).map(({ block: { name } }) => name);
  return element(
    'g',
    { 'text-anchor': 'middle' },
    rimmed(middle, LEGEND_Y, joinedNames(names), { 'font-weight': 600 }),
    rimmed(middle, LEGEND_Y + 15, sizeOf(block.shape)),
    fieldLabel(middle, LEGEND_Y + 29, block),
  );
}

function fieldLabel(x: number, y: number, { receptiveField, stride }: Block): string {
  if (receptiveField === null) return '';
  const text = `sees ${String(receptiveField)}, stride ${String(stride)}`;
  return rimmed(x, y, text, { fill: '#6e7781', 'font-size': 9.5 });
}

/** `conv3_1–3` for layers whose names differ in their last number; else the first and the last. */
function joinedNames(names: readonly string[]): string {
  const [first, last] = [names[0], names[names.length - 1]];
  if (first === last) return first;
  const [stem, number] = [last.replace(/\d+$/, ''), /\d+$/.exec(last)?.[0]];
  const alike = number !== undefined && names.every((name) => name.replace(/\d+$/, '') === stem);
  return alike ? `${first}–${number}` : `${first} – ${last}`;
}

/** `64 × 698²`, or `64 × 698×524`. */
function sizeOf([, C, H, W]: readonly number[]): string {
  return `${String(C)} × ${H === W ? `${String(H)}²` : `${String(H)}×${String(W)}`}`;
}

function poolName({ block, size, x }: Placed): string {
  const y = TRUNK_Y - size.height / 2 - size.backY / 2 - 5;
  const place = { 'text-anchor': 'middle', 'font-size': 9.5, fill: SHADES.pool[2] };
  return label(x + size.width / 2 + size.backX, y, block.name, place);
}

/** Parts from which the way back is drawn. */
interface WayBack {
  readonly sketch: Sketch;
  readonly inspection: Inspection;
  readonly trunk: readonly Placed[];
  readonly largest: number;
}

/** Scores and their upsampling to the image's size, from right to left below the trunk. */
function wayBack({ sketch, inspection, trunk, largest }: WayBack): {
  readonly blocks: string;
  readonly lines: string;
  readonly right: number;
} {
  const { score, ups } = sketch;
  const end = trunk[trunk.length - 1];
  const blocks: string[] = [];
  const lines: string[] = [];
  let from = end.middle;
  if (score !== null) {
    const size = boxSize(score.shape, largest);
    const placed = placedAt(end.middle - size.width / 2, score, size);
    blocks.push(drawn(BACK_Y)(placed), blockLegend(placed, BACK_Y));
    lines.push(arrow([end.middle, bottomOf(end)], [end.middle, topOf(placed, BACK_Y)]));
    from = placed.x;
  }
  const result = scoresPicture(inspection, { x: MARGIN, y: BACK_Y, largest });
  for (const step of ups) {
    const target = trunk.find(({ block }) => block.name === step.skip?.tap);
    const goal = target?.middle ?? null;
    const placed = placeUp(step, { from, goal, end: result.right, largest });
    blocks.push(drawn(BACK_Y)(placed), blockLegend(placed, BACK_Y));
    lines.push(arrow([from - 4, BACK_Y], [placed.right + 4, BACK_Y]));
    from = placed.x;
    if (step.skip === null || goal === null || target === undefined) continue;
    const size = boxSize(step.skip.score.shape, largest);
    const scored = placedAt(goal - size.width / 2, step.skip.score, size);
    blocks.push(drawn(SKIP_Y)(scored), skipLegend(scored), plus(goal));
    lines.push(
      arrow([goal, bottomOf(target)], [goal, topOf(scored, SKIP_Y)]),
      arrow([goal, SKIP_Y + size.height / 2 + 8], [goal, BACK_Y - 11]),
      arrow([placed.x - 4, BACK_Y], [goal + 11, BACK_Y]),
    );
    from = goal - 9;
  }
  lines.push(arrow([from - 4, BACK_Y], [result.right + 6, BACK_Y]));
  blocks.push(result.svg);
  return { blocks: blocks.join(''), lines: lines.join(''), right: end.right };
}

/** Place of an upsampling: halfway to its skip or, without one, beside the result. */
function placeUp(
  { up }: UpStep,
  way: {
    readonly from: number;
    readonly goal: number | null;
    readonly end: number;
    readonly largest: number;
  },
): Placed {
  const size = boxSize(up.shape, way.largest);
  const half = (size.width + size.backX) / 2;
  const middle = way.goal === null ? way.end + ARROW_ROOM + half : (way.from + way.goal) / 2;
  return placedAt(middle - half, up, size);
}

/** Start of an arrow that leaves a block of the trunk downwards. */
function bottomOf({ size }: Placed): number {
  return TRUNK_Y + size.height / 2 + size.backY / 2 + 3;
}

function topOf({ size }: Placed, y: number): number {
  return y - size.height / 2 - size.backY / 2 - 3;
}

function blockLegend({ block, size, x }: Placed, y: number): string {
  const middle = x + (size.width + size.backX) / 2;
  const below = y + size.height / 2 + size.backY / 2;
  return element(
    'g',
    { 'text-anchor': 'middle' },
    label(middle, below + 16, block.name, { 'font-weight': 600 }),
    label(middle, below + 30, sizeOf(block.shape)),
    fieldLabel(middle, below + 43, block),
  );
}

function skipLegend({ block, right }: Placed): string {
  return element(
    'g',
    {},
    label(right + 6, SKIP_Y - 3, block.name, { 'font-weight': 600 }),
    label(right + 6, SKIP_Y + 11, sizeOf(block.shape)),
  );
}

function plus(x: number): string {
  return element(
    'g',
    { stroke: '#57606a', 'stroke-width': 1.6 },
    element('circle', { cx: x, cy: BACK_Y, r: 9, fill: '#ffffff' }),
    element('line', { x1: x - 5, y1: BACK_Y, x2: x + 5, y2: BACK_Y }),
    element('line', { x1: x, y1: BACK_Y - 5, x2: x, y2: BACK_Y + 5 }),
  );
}

/** A straight arrow. */
function arrow(from: readonly [number, number], to: readonly [number, number]): string {
  return element('line', {
    ...{ x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
    ...{ stroke: '#8c959f', 'stroke-width': 1.4, 'marker-end': 'url(#head)' },
  });
}

/** Definition of the head of an {@link arrow}; once in a drawing. */
export const ARROW_HEAD: string = element(
  'defs',
  {},
  element(
    'marker',
    {
      id: 'head',
      viewBox: '0 0 8 8',
      refX: '7',
      refY: '4',
      markerWidth: '6',
      markerHeight: '6',
      orient: 'auto',
    },
    element('path', { d: 'M0,0 L8,4 L0,8 z', fill: '#8c959f' }),
  ),
);
