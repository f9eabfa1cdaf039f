import { beyond } from '../memory/border.js';
import { widerBorder } from '../memory/border.js';
import { NO_BORDER } from '../memory/border.js';
import type { Border } from '../memory/border.js';
import { wholeOf, isMap, type PlanValue } from '../layers/layers.js';
import {
  areaOf,
  hullOf,
  inBlocks,
  isEmpty,
  NOWHERE,
  overlapOf,
  type Rect,
} from '../../core/rect.js';
import type { KeptMap, KeptMaps } from './lay-out.js';
import type { Unit } from '../algorithms/algorithm.js';
import { footprintOf } from '../layers/footprint.js';

/** The part of a network that has to be computed for one more image of the same size. */
export interface Region {
  /** The part of each layer's output that is computed again for each image. */
  readonly computed: ReadonlyMap<PlanValue, Rect>;
  /** The pixels of each value that the first program stores: those on which the result depends. */
  readonly first: KeptMaps;
  /** The pixels that the later program stores: the region and the pixels that its layers read around it. */
  readonly later: KeptMaps;
}

/**
 * Finds the part of a network that depends on the image and on which the result depends.
 *
 * Outside of the region, each number depends on the weights and the size alone, so that it is the same for
 * every image, NaN included. Only the geometry of windows is used: nothing is assumed about weights or images.
 *
 * @param wanted - The rectangles of values that are the network's result.
 */
export function findRegion(layers: readonly Unit[], wanted: ReadonlyMap<PlanValue, Rect>): Region {
  const written = new Set(layers.map(({ layer }) => layer.output));
  const inputs = layers.flatMap(({ layer }) => layer.inputs).filter((value) => !written.has(value));
  const given = new Map(inputs.map((value) => [value, wholeOf(value)]));
  const changing = dependence(layers, given);
  const computed = new Map<PlanValue, Rect>();
  const [first, later] = [new Reads([...wanted, ...given]), new Reads([...wanted, ...given])];
  for (const unit of layers.toReversed()) {
    const { output } = unit.layer;
    const needed = first.of(output).kept;
    const anew = partFor(unit, overlapOf(changing.get(output) ?? NOWHERE, needed));
    computed.set(output, anew);
    first.addReadsOf(unit, partFor(unit, hullOf(needed, anew)));
    later.addReadsOf(unit, anew);
  }
  return { computed, first: first.all(), later: later.all() };
}

/**
 * The largest share of a map that a region with seams may cover. A larger region gains less than the first
 * image loses on both sides of the seams.
 */
const MOST_CUT = 0.8;

/** Returns the rectangle of each value that the image may change, from those of the inputs. */
function dependence(
  layers: readonly Unit[],
  given: ReadonlyMap<PlanValue, Rect>,
): ReadonlyMap<PlanValue, Rect> {
  const changing = new Map(given);
  const changingOf = (value: PlanValue): Rect => changing.get(value) ?? NOWHERE;
  for (const { layer, algorithm } of layers) {
    // Without parts, it is unknown which pixels an algorithm mixes; eager ops mix those of their definition.
    const known = algorithm.parts !== undefined || layer.kind === 'op';
    const whole = wholeOf(layer.output);
    const reached = layer.inputs.map((value, i) => {
      if (isEmpty(changingOf(value))) return NOWHERE;
      const footprint = known ? footprintOf(layer, i) : null;
      return footprint === null ? whole : overlapOf(footprint.reaches(changingOf(value)), whole);
    });
    const part = reached.reduce(hullOf, NOWHERE);
    const leavesSeams = algorithm.parts?.seamless === false;
    const isLarge = areaOf(part) > MOST_CUT * areaOf(whole);
    changing.set(layer.output, leavesSeams && isLarge ? whole : part);
  }
  return changing;
}

/** Returns the part that is computed to get `pixels`. A value that is not a map is always computed whole. */
function partFor({ layer: { output }, algorithm }: Unit, pixels: Rect): Rect {
  const whole = wholeOf(output);
  if (algorithm.parts !== undefined) return inBlocks(pixels, algorithm.parts.blocks, whole);
  return isEmpty(pixels) && isMap(output) ? NOWHERE : whole;
}

/** The pixels of each value that are read or computed, with the zeros around them. */
class Reads {
  readonly #maps: Map<PlanValue, KeptMap>;

  constructor(wanted: readonly (readonly [PlanValue, Rect])[]) {
    this.#maps = new Map(wanted.map(([value, kept]) => [value, { kept, border: NO_BORDER }]));
  }

  of(value: PlanValue): KeptMap {
    return this.#maps.get(value) ?? { kept: NOWHERE, border: NO_BORDER };
  }

  /** Adds the pixels that a layer writes and reads to compute a part of its output. */
  addReadsOf({ layer, algorithm }: Unit, part: Rect): void {
    this.#add(layer.output, part, NO_BORDER);
    if (isEmpty(part)) return;
    layer.inputs.forEach((value, i) => {
      const footprint = algorithm.parts === undefined ? null : footprintOf(layer, i);
      if (footprint === null) {
        this.#add(value, wholeOf(value), algorithm.borders[i]);
        return;
      }
      const rect = footprint.reads(part);
      this.#add(value, overlapOf(rect, wholeOf(value)), beyond(value, rect));
    });
  }

  /** Returns everything that was added. */
  all(): KeptMaps {
    return this.#maps;
  }

  #add(value: PlanValue, rect: Rect, border: Border): void {
    const before = this.of(value);
    this.#maps.set(value, {
      kept: hullOf(before.kept, rect),
      border: widerBorder(before.border, border),
    });
  }
}
