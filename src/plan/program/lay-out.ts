import { FcnError } from '../../core/errors.js';
import { numel } from '../../core/shape.js';
import { layOutArena, type BufferRequest } from '../memory/arena-layout.js';
import { partGeometry } from '../memory/map-buffer.js';
import { widerBorder } from '../memory/border.js';
import { NO_BORDER } from '../memory/border.js';
import type { MapGeometry } from '../memory/map-buffer.js';
import type { Border } from '../memory/border.js';
import { wholeOf, isMap, type LayerList, type PlanValue } from '../layers/layers.js';
import { liveness } from '../layers/liveness.js';
import type { Rect } from '../../core/rect.js';
import type { ValueLayout } from './placement.js';
import type { NetworkResult } from '../layers/results.js';
import type { ProgramUnit } from './program-unit.js';
import type { UnitLayerList } from '../layers/unit-layer.js';
import type { UnitLayer } from '../layers/unit-layer.js';

/** A stretch of a plan's memory, in bytes. */
export interface Stretch {
  /** Where it starts. */
  readonly offset: number;
  /** Its length. */
  readonly bytes: number;
}

/** An input, which the caller passes in row-major order. */
export interface StagedInput {
  /** The input. */
  readonly value: PlanValue;
  /** The place of the row-major input; null if layers read it in that order. */
  readonly staging: Stretch | null;
}

/** A result, which is returned to the caller in row-major order. */
export interface StagedResult {
  /** The result. */
  readonly result: NetworkResult;
  /** The place of the row-major result; null if it is computed in that order. */
  readonly staging: Stretch | null;
}

/** The place of each map, workspace and copy of a program. */
export interface PlanLayout extends ValueLayout {
  /** Bytes of everything together. */
  readonly bytes: number;
  /** Inputs of the network, in its order. */
  readonly inputs: readonly StagedInput[];
  /** Results of the network, in its order. */
  readonly results: readonly StagedResult[];
  /** One workspace for each unit. */
  readonly workspaces: readonly Stretch[];
  /** Bytes of a value. */
  size(value: PlanValue): number;
}

/** The part of a map that is stored. */
export interface KeptMap {
  /** Its pixels. */
  readonly kept: Rect;
  /** Zeros around them. */
  readonly border: Border;
}

/** The stored parts of the maps of some values. */
export type KeptMaps = ReadonlyMap<PlanValue, KeptMap>;

/** Options of {@link layOut}. */
export interface LayOutOptions {
  /** The parts of the outputs that the caller wants. */
  readonly results: readonly NetworkResult[];
  /** The stored part of each value; null stores all of each, with the zeros that layers read. */
  readonly kept: KeptMaps | null;
  /** Threads that share the work. */
  readonly threads: number;
}

/**
 * Finds a place for every map, workspace and copy.
 *
 * @param ends - Inputs and outputs of the network.
 */
export function layOut(
  ends: Pick<LayerList, 'inputs' | 'outputs'>,
  units: readonly ProgramUnit[],
  { results, kept, threads }: LayOutOptions,
): PlanLayout {
  const list = { ...ends, layers: units.map(({ layer }) => layer) };
  const live = liveness(list);
  const end = list.layers.length;
  const geometries = geometriesOf(list, units, live, kept);
  const geometry = (value: PlanValue): MapGeometry | null =>
    known(geometries.get(value), value.name);
  const size = (value: PlanValue): number => 4 * (geometry(value)?.length ?? numel(value.shape));
  const mapOf = (value: PlanValue): MapGeometry => known(geometry(value) ?? undefined, value.name);

  const requests: BufferRequest[] = [];
  const request = (bytes: number, first: number, last = first): number =>
    requests.push({ bytes, first, last }) - 1;
  const staging = ({ value, shape }: Omit<NetworkResult, 'offset'>, moment: number) =>
    geometry(value) === null ? null : request(4 * numel(shape), moment);
  const inputStagings = list.inputs.map((value) =>
    staging({ value, shape: value.shape }, BEFORE_ALL),
  );
  const resultStagings = results.map((result) => staging(result, end));
  const workspaces = units.map(({ algorithm, parts }, i) =>
    request(Math.max(0, ...parts.map((part) => algorithm.workspaceBytes(mapOf, part, threads))), i),
  );
  const values = new Map(live.map((v) => [v.value, request(size(v.value), v.first, v.last)]));

  const { offsets, peakBytes } = layOutArena(requests);
  const stretch = (i: number): Stretch => ({ offset: offsets[i], bytes: requests[i].bytes });
  const stretchOf = (i: number | null): Stretch | null => (i === null ? null : stretch(i));
  return {
    ...{ bytes: peakBytes, geometry, size },
    offset: (value) => offsets[known(values.get(value), value.name)],
    inputs: list.inputs.map((value, i) => ({ value, staging: stretchOf(inputStagings[i]) })),
    results: results.map((result, i) => ({ result, staging: stretchOf(resultStagings[i]) })),
    workspaces: workspaces.map(stretch),
  };
}

/** The step in which the inputs are written. */
const BEFORE_ALL = -1;

/** Returns the geometry of each value in memory: null if it is not a map and therefore row-major. */
function geometriesOf(
  list: UnitLayerList,
  units: readonly ProgramUnit[],
  live: readonly { readonly value: PlanValue }[],
  kept: KeptMaps | null,
): Map<PlanValue, MapGeometry | null> {
  const borders = new Map<PlanValue, Border>();
  for (const { layer, algorithm } of units) {
    layer.inputs.forEach((value, i) => {
      borders.set(value, widerBorder(borders.get(value) ?? NO_BORDER, algorithm.borders[i]));
    });
  }
  return new Map(
    live.map(({ value }) => {
      const role = list.inputs.includes(value) && onlyConvolved(list, value) ? 'input' : 'inner';
      if (!isMap(value)) return [value, null];
      const whole = { kept: wholeOf(value), border: borders.get(value) ?? NO_BORDER };
      const map = kept?.get(value) ?? whole;
      return [value, partGeometry(value.shape, map.kept, map.border, role)];
    }),
  );
}

/** True if only convolutions without groups read the value: they accept any number of padding channels. */
function onlyConvolved({ layers, outputs }: UnitLayerList, value: PlanValue): boolean {
  const readers = layers.filter(({ inputs }) => inputs.includes(value));
  const takesAnyWidth = (layer: UnitLayer): boolean =>
    layer.kind === 'bands'
      ? layer.layers.every(takesAnyWidth)
      : layer.kind === 'conv' && layer.attrs.groups === 1;
  return !outputs.includes(value) && readers.every(takesAnyWidth);
}

function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new FcnError(`compile: ${what}: missing in the layout`);
  return found;
}
