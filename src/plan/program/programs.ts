import { macsOf } from '../layers/macs.js';
import { areaOf, hullOf, isEmpty, NOWHERE, rectAt, ringOf, type Rect } from '../../core/rect.js';
import { isMap, type LayerList, type PlanValue, wholeOf } from '../layers/layers.js';
import { layOut } from './lay-out.js';
import type { NetworkResult } from '../layers/results.js';
import type { Program } from './program.js';
import type { Unit } from '../algorithms/algorithm.js';
import type { ProgramUnit } from './program-unit.js';
import { findRegion, type Region } from './find-region.js';
import { ringStore } from './ring.js';

/** A program whose rings are stored from a byte address on. */
type ProgramAt = (store: number) => Program;

/** The programs for the first image of a size and for later images. */
export interface Programs {
  /** Computes everything on which the result depends, and stores the rings that later images need. */
  readonly first: ProgramAt;
  /** Computes the region alone; null if every image runs the first program. */
  readonly later: ProgramAt | null;
  /** Bytes of all rings. */
  readonly ringBytes: number;
}

/** Least share of all products that a region must save. */
const WORTH_IT = 0.02;

/** Options of {@link programsFor}. */
export interface ProgramOptions {
  /** What of the network's outputs is wanted. */
  readonly results: readonly NetworkResult[];
  /** Whether images after the first may be computed in the region alone, where that pays. */
  readonly region: boolean;
  /** Threads that share the work. */
  readonly threads: number;
}

/**
 * The programs of a network.
 *
 * Both give the same bits: those of a layer whose algorithm is not indifferent to where its work is cut are
 * computed in the same pieces by both, and also where the later one is not wanted.
 */
export function programsFor(
  ends: Pick<LayerList, 'inputs' | 'outputs'>,
  units: readonly Unit[],
  options: ProgramOptions,
): Programs {
  const { results, region: wanted, threads } = options;
  const region = findRegion(units, wantedOf(results, ends.inputs));
  const anew = units.map((unit) => ({ ...unit, parts: [partIn(region, unit)].filter(isReal) }));
  const all = units.map((unit) => ({ ...unit, parts: [wholeOf(unit.layer.output)] }));
  if (totalMacs(anew) >= (1 - WORTH_IT) * totalMacs(all)) {
    return wholeProgram(ends, units, options);
  }
  const needed = units.map((unit) => ({ ...unit, parts: piecesOf(region, unit) }));
  const first = {
    units: needed,
    layout: layOut(ends, needed, { results, kept: region.first, threads }),
  };
  if (!wanted) return { first: () => plain(first), later: null, ringBytes: 0 };
  const later = {
    units: anew,
    layout: layOut(ends, anew, { results, kept: region.later, threads }),
  };
  const rings = ringStore(region);
  return {
    first: (store) => ({ ...first, besides: (value, map) => rings.take(store, value, map) }),
    later: (store) => ({ ...later, besides: (value, map) => rings.put(store, value, map) }),
    ringBytes: rings.bytes,
  };
}

/** The only program of a network of which everything is computed for every image. */
function wholeProgram(
  ends: Pick<LayerList, 'inputs' | 'outputs'>,
  units: readonly Unit[],
  { results, threads }: ProgramOptions,
): Programs {
  const whole = units.map((unit) => ({ ...unit, parts: [wholeOf(unit.layer.output)] }));
  const layout = layOut(ends, whole, { results, kept: null, threads });
  return { first: () => plain({ units: whole, layout }), later: null, ringBytes: 0 };
}

/** Products with sums of a layer, for the parts of its output that are computed. */
function macsOfParts({ layer, parts }: ProgramUnit): number {
  const area = parts.reduce((sum, part) => sum + areaOf(part), 0);
  return Math.round((macsOf(layer) * area) / areaOf(wholeOf(layer.output)));
}

function totalMacs(layers: readonly ProgramUnit[]): number {
  return layers.reduce((sum, layer) => sum + macsOfParts(layer), 0);
}

/** A program without rings. */
function plain(program: Omit<Program, 'besides'>): Program {
  return { ...program, besides: () => [] };
}

/**
 * What is wanted of each value: of one that is a result twice, all that either wants. An input is brought
 * in as a whole, so that all of it is.
 */
function wantedOf(
  results: readonly NetworkResult[],
  inputs: readonly PlanValue[],
): Map<PlanValue, Rect> {
  const wanted = new Map<PlanValue, Rect>();
  for (const result of results) {
    const { value } = result;
    const rect = inputs.includes(value) ? wholeOf(value) : wantedRect(result);
    wanted.set(value, hullOf(wanted.get(value) ?? NOWHERE, rect));
  }
  return wanted;
}

function wantedRect({ value, offset, shape }: NetworkResult): Rect {
  return isMap(value) ? rectAt(offset, [shape[2], shape[3]]) : wholeOf(value);
}

/** What is computed anew of a layer's output. */
function partIn({ computed }: Region, { layer }: Unit): Rect {
  return computed.get(layer.output) ?? wholeOf(layer.output);
}

/**
 * What a layer computes for the first image: the part that is computed anew for later ones, and apart from it
 * what lies around. A rectangle beside that part reads nothing that the image can change.
 */
function piecesOf(region: Region, unit: Unit): Rect[] {
  const { output } = unit.layer;
  const anew = partIn(region, unit);
  const needed = region.first.get(output)?.kept ?? NOWHERE;
  const pieces =
    unit.algorithm.parts?.seamless === false
      ? [anew, ...ringOf(needed, anew)]
      : [hullOf(needed, anew)];
  return pieces.filter(isReal);
}

function isReal(rect: Rect): boolean {
  return !isEmpty(rect);
}
