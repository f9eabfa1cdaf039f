import { FcnError } from '../../core/errors.js';
import { numel } from '../../core/shape.js';
import { layOutArena, type BufferRequest } from '../arena-layout.js';
import { mapGeometry, NO_BORDER, widerBorder, type Border, type MapGeometry } from '../buffers.js';
import type { PlanValue } from '../layers.js';
import { liveness } from '../liveness.js';
import type { ValueLayout } from './placement.js';
import type { NetworkResult } from './result.js';
import type { PreparedLayer } from './step.js';

/** A stretch of a plan's memory, in bytes. */
export interface Stretch {
  /** Where it starts. */
  readonly offset: number;
  /** Its length. */
  readonly bytes: number;
}

/** Where everything lies that comes and goes while a plan runs. */
export interface PlanLayout extends ValueLayout {
  /** Bytes of it all. */
  readonly bytes: number;
  /** What the network is given. */
  readonly input: PlanValue;
  /** What it gives. */
  readonly result: NetworkResult;
  /** Where the caller's image is put, row-major. */
  readonly inputStaging: Stretch;
  /** Where the result is put in row-major order; null where it is computed like that. */
  readonly outputStaging: Stretch | null;
  /** One for each layer. */
  readonly workspaces: readonly Stretch[];
  /** Bytes of a value. */
  size(value: PlanValue): number;
}

/** Axes of a map. */
const MAP_RANK = 4;

/** Finds a place for every map, workspace and copy. */
export function layOut(prepared: readonly PreparedLayer[], result: NetworkResult): PlanLayout {
  const layers = prepared.map(({ layer }) => layer);
  const live = liveness(layers);
  const outputs = new Set(layers.map(({ output }) => output));
  const input = known(live.find(({ value }) => !outputs.has(value))?.value, 'the input');

  const geometries = geometriesOf(prepared, live, input);
  const geometry = (value: PlanValue): MapGeometry | null =>
    known(geometries.get(value), value.name);
  const size = (value: PlanValue): number => 4 * (geometry(value)?.length ?? numel(value.shape));
  const mapOf = (value: PlanValue): MapGeometry => known(geometry(value) ?? undefined, value.name);

  const requests: BufferRequest[] = [];
  const request = (bytes: number, first: number, last = first): number =>
    requests.push({ bytes, first, last }) - 1;
  const inputStaging = request(4 * numel(input.shape), BEFORE_ALL);
  const isFlat = geometry(result.value) === null;
  const outputStaging = isFlat ? null : request(4 * numel(result.shape), layers.length);
  const workspaces = prepared.map(({ recipe }, i) => request(recipe.workspaceBytes(mapOf), i));
  const values = new Map(live.map((v) => [v.value, request(size(v.value), v.first, v.last)]));

  const { offsets, peakBytes } = layOutArena(requests);
  const stretch = (i: number): Stretch => ({ offset: offsets[i], bytes: requests[i].bytes });
  return {
    ...{ input, result, bytes: peakBytes, geometry, size },
    offset: (value) => offsets[known(values.get(value), value.name)],
    inputStaging: stretch(inputStaging),
    outputStaging: outputStaging === null ? null : stretch(outputStaging),
    workspaces: workspaces.map(stretch),
  };
}

/** The moment in which the image is brought in. */
const BEFORE_ALL = -1;

/** How each value lies in memory: null where it is no map, and so row-major. */
function geometriesOf(
  prepared: readonly PreparedLayer[],
  live: readonly { readonly value: PlanValue }[],
  input: PlanValue,
): Map<PlanValue, MapGeometry | null> {
  const borders = new Map<PlanValue, Border>();
  for (const { layer, recipe } of prepared) {
    layer.inputs.forEach((value, i) => {
      borders.set(value, widerBorder(borders.get(value) ?? NO_BORDER, recipe.borders[i]));
    });
  }
  return new Map(
    live.map(({ value }) => {
      const role = value === input && onlyConvolved(prepared, input) ? 'input' : 'inner';
      const border = borders.get(value) ?? NO_BORDER;
      return [
        value,
        value.shape.length === MAP_RANK ? mapGeometry(value.shape, border, role) : null,
      ];
    }),
  );
}

/** True if nobody expects a value to be as wide as other maps of its channels. */
function onlyConvolved(prepared: readonly PreparedLayer[], value: PlanValue): boolean {
  const convolved = ['conv', 'bands'];
  return prepared.every(
    ({ layer }) => convolved.includes(layer.kind) || !layer.inputs.includes(value),
  );
}

function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new FcnError(`compile: nothing is known of ${what}`);
  return found;
}
