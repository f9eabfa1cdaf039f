import { NO_BORDER, overhang, widerBorder, type Border } from '../buffers.js';
import type { PlanLayer, PlanValue } from '../layers.js';
import { hullOf, inBlocks, isEmpty, NOWHERE, overlapOf, wholeOf, type Rect } from '../rect.js';
import type { PreparedLayer } from '../steps/step.js';
import { footprintOf } from './footprint.js';

/** What one layer writes, as far as it depends on the image and is read. */
export interface ValuePart {
  /** What is computed anew for each image; all of the network's input. */
  readonly computed: Rect;
  /** What is there when others read it: the rest of it never changes. */
  readonly kept: Rect;
  /** Zeros around what is kept that are read. */
  readonly border: Border;
}

/** The part of each value of a network that has to be computed for one more image of the same size. */
export type Region = ReadonlyMap<PlanValue, ValuePart>;

/**
 * Finds the part of a network that depends on the image and on which the result depends.
 *
 * Outside of it, each value is a number that weights and size alone decide: whatever it is, NaN included,
 * it is the same for every image. Nothing is assumed of weights or images, since only the geometry of windows
 * is looked at.
 *
 * @param wanted - What of which values is the network's result.
 */
export function findRegion(
  prepared: readonly PreparedLayer[],
  wanted: ReadonlyMap<PlanValue, Rect>,
): Region {
  const changing = dependence(prepared);
  const found = new Map<PlanValue, ValuePart>();
  const read = new Map(
    [...wanted].map(([value, rect]) => [value, { rect, border: NO_BORDER }] as const),
  );
  const use = (value: PlanValue, rect: Rect, border: Border): void => {
    const before = read.get(value) ?? { rect: NOWHERE, border: NO_BORDER };
    read.set(value, {
      rect: hullOf(before.rect, overlapOf(rect, wholeOf(value))),
      border: widerBorder(before.border, border),
    });
  };
  const settle = (value: PlanValue, computed: Rect): void => {
    const { rect, border } = read.get(value) ?? { rect: NOWHERE, border: NO_BORDER };
    found.set(value, { computed, kept: hullOf(rect, computed), border });
  };
  for (const { layer, recipe } of prepared.toReversed()) {
    const { output } = layer;
    const needed = overlapOf(changing.get(output) ?? NOWHERE, read.get(output)?.rect ?? NOWHERE);
    const computed = partFor(output, needed, recipe.blocks);
    settle(output, computed);
    if (isEmpty(computed)) continue;
    layer.inputs.forEach((value, i) => {
      const footprint = recipe.blocks === undefined ? null : footprintOf(layer, i);
      const rect = footprint === null ? wholeOf(value) : footprint.reads(computed);
      use(value, rect, footprint === null ? recipe.borders[i] : beyond(value, rect));
    });
  }
  for (const value of read.keys()) if (!found.has(value)) settle(value, wholeOf(value));
  return found;
}

/**
 * The rectangles of pixels whose bits the image may change. Where an algorithm computes blocks of outputs
 * from common numbers, each of them may change with what any of them depends on.
 */
function dependence(prepared: readonly PreparedLayer[]): ReadonlyMap<PlanValue, Rect> {
  const written = new Set(prepared.map(({ layer }) => layer.output));
  const changing = new Map<PlanValue, Rect>();
  const changingOf = (value: PlanValue): Rect =>
    changing.get(value) ?? (written.has(value) ? NOWHERE : wholeOf(value));
  for (const { layer, recipe } of prepared) {
    const whole = wholeOf(layer.output);
    const reached = layer.inputs.reduce(
      (hull, value, i) => hullOf(hull, reachedFrom(layer, i, changingOf(value), recipe.blocks)),
      NOWHERE,
    );
    changing.set(layer.output, inBlocks(reached, recipe.blocks ?? [1, 1], whole));
  }
  return changing;
}

function reachedFrom(
  layer: PlanLayer,
  input: number,
  changing: Rect,
  blocks: PreparedLayer['recipe']['blocks'],
): Rect {
  if (isEmpty(changing)) return NOWHERE;
  const known = blocks !== undefined || layer.kind === 'op';
  const footprint = known ? footprintOf(layer, input) : null;
  return footprint === null ? wholeOf(layer.output) : footprint.reaches(changing);
}

/** What is computed so that some pixels are; what is no map cannot be kept, and always is. */
function partFor(output: PlanValue, needed: Rect, blocks: PreparedLayer['recipe']['blocks']): Rect {
  const whole = wholeOf(output);
  if (blocks !== undefined) return inBlocks(needed, blocks, whole);
  return isEmpty(needed) && output.shape.length === MAP_RANK ? NOWHERE : whole;
}

/** Axes of a map. */
const MAP_RANK = 4;

/** How far a rectangle reaches beyond a map. */
function beyond(value: PlanValue, { rows, columns }: Rect): Border {
  const whole = wholeOf(value);
  const [top, bottom] = overhang(whole.rows.end, rows.start, rows.end);
  const [left, right] = overhang(whole.columns.end, columns.start, columns.end);
  return { top, bottom, left, right };
}
