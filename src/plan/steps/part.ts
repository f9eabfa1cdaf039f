import type { PlacedMap } from '../buffers.js';
import type { ConvLayer, PlanValue } from '../layers.js';
import { wholeOf } from '../rect.js';
import type { Rows } from '../row-bands.js';
import type { BandRule, Placement, Recipe, Step } from './step.js';

/** Some rows of a convolution. */
export interface Part {
  /** What computes them. */
  readonly recipe: Recipe;
  /** Bytes it needs while it does on so many threads. */
  workspaceBytes(threads: number): number;
  /** Its steps. */
  steps(at: Placement, workspace: number): readonly Step[];
}

/** A map of which the first row in memory is the row `base` of the whole one. */
export interface MapFrom {
  /** What is in memory. */
  readonly map: PlacedMap;
  /** The row. */
  readonly base: number;
}

/** Rows that the window of a convolution covers. */
export function reachOf({ attrs: { dilation }, weight: { shape } }: ConvLayer): number {
  return dilation[0] * (shape[2] - 1) + 1;
}

/**
 * A part of a convolution.
 *
 * @param rows - What is computed, before pooling: from a multiple of `rowStep` on.
 * @param from - What the layer reads.
 * @param to - What it writes; its base counts rows behind pooling.
 */
export function partOf(parts: BandRule, rows: Rows, from: MapFrom, to: MapFrom): Part {
  const { layer } = parts;
  const { stride, padding } = layer.attrs;
  const count = rows.end - rows.first;
  const readRows = (count - 1) * stride[0] + reachOf(layer);
  const pooling = layer.pool === null ? 1 : layer.pool.stride[0];
  const firstWritten = rows.first / pooling;
  const written = Math.min(Math.ceil(count / pooling), layer.output.shape[2] - firstWritten);
  const input = partOfValue(layer.inputs[0], readRows);
  const output = partOfValue(layer.output, written);
  const maps = new Map([
    [input, window(from, rows.first * stride[0] - padding[0], readRows)],
    [output, window(to, firstWritten, written)],
  ]);
  const mapOf = (value: PlanValue, otherwise: (value: PlanValue) => PlacedMap): PlacedMap =>
    maps.get(value) ?? otherwise(value);
  const attrs = { ...layer.attrs, padding: [0, padding[1]] as const };
  const recipe = parts.of({ ...layer, attrs, inputs: [input], output });
  return {
    recipe,
    workspaceBytes: (threads) =>
      recipe.workspaceBytes((value) => mapOf(value, unknownMap), wholeOf(output), threads),
    steps: (at, workspace) =>
      recipe.steps(
        {
          workspace,
          map: (value) => mapOf(value, (other) => at.map(other)),
          flat: (value) => at.flat(value),
          place: (job) => at.place(job),
          constants: (key, length, fill) => at.constants(key, length, fill),
        },
        wholeOf(output),
      ),
  };
}

function unknownMap({ name }: PlanValue): never {
  throw new RangeError(`${name} is no map of this part`);
}

function partOfValue({ name, shape: [N, C, , W] }: PlanValue, rows: number): PlanValue {
  return { name, shape: [N, C, rows, W] };
}

/** The map as seen from a row on. */
function window({ map, base }: MapFrom, first: number, height: number): PlacedMap {
  return { ...map, height, address: map.address + 4 * (first - base) * map.rowPitch };
}
