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

/** Returns a program whose rings are stored from a byte address on. */
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

/** Least share of all products with sums that a region must save. */
const WORTH_IT = 0.02;

/** Options of {@link programsFor}. */
export interface ProgramOptions {
  /** The parts of the network's outputs that are wanted. */
  readonly results: readonly NetworkResult[];
  /** True if images after the first may be computed in the region alone, where that pays. */
  readonly region: boolean;
  /** Threads that share the work. */
  readonly threads: number;
}

/**
 * Builds the programs of a network.
 *
 * Both give the same bits. An output whose bits depend on its cut into parts is cut alike in both programs,
 * and also if only the first program is wanted.
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
    first: (store) => ({ ...first, ringJobs: (value, map) => rings.take(store, value, map) }),
    later: (store) => ({ ...later, ringJobs: (value, map) => rings.put(store, value, map) }),
    ringBytes: rings.bytes,
  };
}

/** Returns the only program of a network that is computed whole for every image. */
function wholeProgram(
  ends: Pick<LayerList, 'inputs' | 'outputs'>,
  units: readonly Unit[],
  { results, threads }: ProgramOptions,
): Programs {
  const whole = units.map((unit) => ({ ...unit, parts: [wholeOf(unit.layer.output)] }));
  const layout = layOut(ends, whole, { results, kept: null, threads });
  return { first: () => plain({ units: whole, layout }), later: null, ringBytes: 0 };
}

/** Counts the products with sums of a unit, for the parts of its output that are computed. */
function macsOfParts({ layer, parts }: ProgramUnit): number {
  const area = parts.reduce((sum, part) => sum + areaOf(part), 0);
  return Math.round((macsOf(layer) * area) / areaOf(wholeOf(layer.output)));
}

function totalMacs(layers: readonly ProgramUnit[]): number {
  return layers.reduce((sum, layer) => sum + macsOfParts(layer), 0);
}

/** Returns a program without rings. */
function plain(program: Omit<Program, 'ringJobs'>): Program {
  return { ...program, ringJobs: () => [] };
}

/**
 * Returns the wanted rectangle of each value: the hull, if a value is several results. Inputs are always
 * wanted whole, because the caller passes whole inputs.
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

/** Returns the part of a unit's output that is computed again for later images. */
function partIn({ computed }: Region, { layer }: Unit): Rect {
  return computed.get(layer.output) ?? wholeOf(layer.output);
}

/**
 * Returns the parts that a unit computes for the first image: the part that is computed again for later images,
 * and the rectangles around it. Those rectangles read no pixel that the image can change.
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
