import type { WasmBackend } from '../../backend/wasm/index.js';
import { mapGeometry, placeMap, roundUp, type MapGeometry, type PlacedMap } from '../buffers.js';
import { unpooledShape } from '../layers.js';
import {
  rowsKept,
  scheduleBands,
  type BandPart,
  type BandSchedule,
  type ChainedLayer,
} from '../row-bands.js';
import { partOf, reachOf, type Part } from './part.js';
import { ALIGNMENT } from './placement.js';
import { RollingRows } from './rolling-rows.js';
import type { BandRule, Placement, Recipe, Step, WholeWork } from './step.js';

/** Rows of the last map of a chain, before pooling, that are computed at a time: at least. */
export const BAND_ROWS = 24;

/** A convolution that may be computed in parts. */
export interface BandedLayer {
  /** How it is computed as a whole. */
  readonly recipe: Recipe;
  /** How a part of it is. */
  readonly inBands: BandRule;
}

/** A chain of convolutions and what is done in each band. */
interface Chain {
  readonly layers: readonly BandedLayer[];
  readonly schedule: BandSchedule;
  /** Where the rows of the maps between the layers are kept. */
  readonly buffers: readonly MapGeometry[];
}

/**
 * Convolutions, each reading the one before, as one work: a few rows of all, then the next few rows.
 *
 * The maps between them are kept in the workspace, as many rows as the next layer still reads.
 *
 * @param layers - At least two; of them only the last may be pooled.
 */
export function banded(backend: WasmBackend, layers: readonly BandedLayer[]): WholeWork {
  const [first, last] = [layers[0], layers[layers.length - 1]].map(({ inBands }) => inBands.layer);
  const schedule = scheduleBands(layers.map(alongRows), BAND_ROWS);
  const chain = { layers, schedule, buffers: buffersOf(layers, schedule) };
  const { offsets, bytes } = stack(chain.buffers);
  const between = (workspace: number): PlacedMap[] =>
    chain.buffers.map((buffer, i) => placeMap(buffer, workspace + offsets[i]));
  const recipe: Recipe = {
    algorithm: layers.map(({ recipe: { algorithm } }) => algorithm).join(', '),
    reason: `memory: ${String(schedule.length)} bands of rows`,
    borders: [layers[0].recipe.borders[0]],
    workspaceBytes(geometryOf, _, threads) {
      const [x, y] = [first.inputs[0], last.output].map((value) => placeMap(geometryOf(value), 0));
      const parts = schedule.flatMap((band) => partsOf(layers, band, [x, ...between(0), y]));
      return bytes + Math.max(...parts.map((part) => part?.workspaceBytes(threads) ?? 0));
    },
    steps(at) {
      const memory = backend.arena.memory.buffer;
      const kept = between(at.workspace);
      const maps = [at.map(first.inputs[0]), ...kept, at.map(last.output)];
      const rows = kept.map((map) => new RollingRows(memory, map));
      return stepsOf(chain, { at, maps, rows, workspace: at.workspace + bytes });
    },
  };
  const { inputs } = first;
  const name = `${first.name}–${last.name}`;
  const members = layers.map(({ inBands }) => inBands.layer);
  return { layer: { name, kind: 'bands', inputs, output: last.output, layers: members }, recipe };
}

function alongRows({ inBands: { layer, rowStep } }: BandedLayer): ChainedLayer {
  const { stride, padding } = layer.attrs;
  const [, , rows] = unpooledShape(layer);
  return { rows, rowStep, stride: stride[0], padding: padding[0], reach: reachOf(layer) };
}

function buffersOf(layers: readonly BandedLayer[], schedule: BandSchedule): MapGeometry[] {
  const kept = rowsKept(schedule);
  return layers.slice(1).map(({ recipe }, i) => {
    const [N, C, , W] = layers[i].inBands.layer.output.shape;
    return mapGeometry([N, C, kept[i], W], recipe.borders[0]);
  });
}

/** One behind the other. */
function stack(buffers: readonly MapGeometry[]): {
  readonly offsets: readonly number[];
  readonly bytes: number;
} {
  const offsets: number[] = [];
  let bytes = 0;
  for (const { length } of buffers) {
    offsets.push(bytes);
    bytes += roundUp(4 * length, ALIGNMENT);
  }
  return { offsets, bytes };
}

/** Where a chain works. */
interface Site {
  readonly at: Placement;
  /** The chain's input, the buffers between its layers, and its output. */
  readonly maps: readonly PlacedMap[];
  /** The buffers again. */
  readonly rows: readonly RollingRows[];
  /** For the layer that runs. */
  readonly workspace: number;
}

function stepsOf(
  { layers, schedule }: Chain,
  { at, maps, rows, workspace }: Site,
): readonly Step[] {
  return schedule.flatMap((band, k) => {
    const begin = rows.flatMap((kept, i) => kept.begin(band[i], schedule[k - 1]?.[i]));
    const parts = partsOf(layers, band, maps).flatMap((part, i) => [
      ...(part?.steps(at, workspace) ?? []),
      ...(rows.at(i)?.end(band[i], unpooledShape(layers[i].inBands.layer)[2]) ?? []),
    ]);
    return [...begin, ...parts];
  });
}

/** What each layer computes in a band; null where that is nothing. */
function partsOf(
  layers: readonly BandedLayer[],
  band: readonly BandPart[],
  maps: readonly PlacedMap[],
): (Part | null)[] {
  return layers.map(({ inBands }, i) => {
    const { rows, base } = band[i];
    if (rows.first === rows.end) return null;
    const from = { map: maps[i], base: i === 0 ? 0 : band[i - 1].base };
    return partOf(inBands, rows, from, { map: maps[i + 1], base });
  });
}
