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
  /** What each layer computes anew for each image. */
  readonly computed: ReadonlyMap<PlanValue, Rect>;
  /** What must be there of each value when everything is computed: that on which the result depends. */
  readonly first: KeptMaps;
  /** What must be there when only the region is computed: it, and what its layers read around it. */
  readonly later: KeptMaps;
}

/**
 * Finds the part of a network that depends on the image and on which the result depends.
 *
 * Outside of it, each value is a number that weights and size alone decide: whatever it is, NaN included,
 * it is the same for every image. Nothing is assumed of weights or images, since only the geometry of
 * windows is looked at.
 *
 * @param wanted - What of which values is the network's result.
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
 * The largest share of a map that is cut out of it where that leaves seams: more gains less than the first
 * image loses on both sides of the seam.
 */
const MOST_CUT = 0.8;

/** The rectangles of pixels that the image may change, from those of what is given. */
function dependence(
  layers: readonly Unit[],
  given: ReadonlyMap<PlanValue, Rect>,
): ReadonlyMap<PlanValue, Rect> {
  const changing = new Map(given);
  const changingOf = (value: PlanValue): Rect => changing.get(value) ?? NOWHERE;
  for (const { layer, algorithm } of layers) {
    // What an algorithm mixes that cannot compute parts is not known; the eager ops are their definition.
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

/** What is computed so that some pixels are. What is no map cannot be kept in part, and always is. */
function partFor({ layer: { output }, algorithm }: Unit, pixels: Rect): Rect {
  const whole = wholeOf(output);
  if (algorithm.parts !== undefined) return inBlocks(pixels, algorithm.parts.blocks, whole);
  return isEmpty(pixels) && isMap(output) ? NOWHERE : whole;
}

/** What is read of values, the zeros around them included, or computed. */
class Reads {
  readonly #maps: Map<PlanValue, KeptMap>;

  constructor(wanted: readonly (readonly [PlanValue, Rect])[]) {
    this.#maps = new Map(wanted.map(([value, kept]) => [value, { kept, border: NO_BORDER }]));
  }

  of(value: PlanValue): KeptMap {
    return this.#maps.get(value) ?? { kept: NOWHERE, border: NO_BORDER };
  }

  /** Adds what a layer writes and reads to compute a part of its output. */
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

  /** What was added up to now. */
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
