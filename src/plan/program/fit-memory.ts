/** Which of several ways a network is computed so that it fits in a budget of memory. */
import { FcnError } from '../../core/errors.js';
import { numel } from '../../core/shape.js';
import { chooseAlgorithm } from '../algorithms/choose-algorithm.js';
import { candidatesFor } from '../algorithms/conv-candidates.js';
import { unpooledShape, type ConvLayer, type LayerList, type PlanLayer } from '../layers/layers.js';
import type { PlanMode } from '../layers/plan-mode.js';
import { readersOf } from '../layers/readers.js';
import { measurePrograms, type MeasureOptions, type MeasuredPrograms } from './measure.js';
import { banded, BAND_ROWS, type ChainedLayer } from '../algorithms/bands.js';
import type { Unit } from '../algorithms/algorithm.js';

/** A plan that does not fit in its budget, whatever is done. */
export class MemoryBudgetError extends FcnError {
  /** `MemoryBudgetError`. */
  override name = 'MemoryBudgetError';
  /** Bytes that it takes at the least. */
  readonly neededBytes: number;

  constructor(budgetBytes: number, neededBytes: number) {
    const [budget, needed] = [budgetBytes, neededBytes].map(String);
    super(`compile: ${budget} bytes are not enough memory; at least ${needed} are needed`);
    this.neededBytes = neededBytes;
  }
}

/** What has been decided to save memory. */
interface Choices {
  /** Which of its ways a convolution takes; the first where nothing is said. */
  readonly candidates: ReadonlyMap<ConvLayer, number>;
  /** Chains of layers that are computed in bands of rows. */
  readonly chains: readonly Chain[];
}

/** Convolutions of a network that follow each other: from index `first` to index `last`. */
interface Chain {
  readonly first: number;
  readonly last: number;
  /** True if all but the last take little time, so that some of their rows may well be computed twice. */
  readonly light: boolean;
}

/** A network, how it is to be computed, and in what memory. */
interface Task {
  readonly network: MeasureOptions;
  readonly mode: PlanMode;
  readonly budgetBytes: number;
}

/** Choices, and what comes of them. */
interface Attempt {
  readonly choices: Choices;
  readonly measured: MeasuredPrograms;
}

/**
 * Chooses the fastest programs of a network that fit in a memory budget.
 *
 * Chains of convolutions in which only the last takes time are computed in bands of rows in any case: a
 * network's first map is its largest. Then measures are taken until the plan fits, those that cost least
 * time first: other chains are computed in bands, the one with the largest map first; then convolutions
 * take forms with fewer weights, the one that saves most for the time it loses first.
 *
 * @throws {@link MemoryBudgetError} if it fits in no way.
 */
export function fitMemory(
  network: MeasureOptions,
  mode: PlanMode,
  budgetBytes: number,
): MeasuredPrograms {
  const task = { network, mode, budgetBytes };
  const light = chainsOf(network.list, mode).filter((chain) => chain.light);
  let attempt = attemptWith(task, { candidates: new Map(), chains: light });
  for (const measure of [inBands, withLighterWeights]) attempt = measure(task, attempt);
  const { peakBytes } = attempt.measured;
  if (!(peakBytes <= budgetBytes)) throw new MemoryBudgetError(budgetBytes, peakBytes);
  return attempt.measured;
}

/** Chain by chain in bands of rows, but for those that take more memory then. */
function inBands(task: Task, start: Attempt): Attempt {
  const { list } = task.network;
  const largestMap = ({ first, last }: Chain): number =>
    Math.max(...list.layers.slice(first, last).map(({ output }) => numel(output.shape)));
  const others = chainsOf(list, task.mode).filter((chain) => !chain.light);
  let best = start;
  for (const chain of others.sort((a, b) => largestMap(b) - largestMap(a))) {
    if (best.measured.peakBytes <= task.budgetBytes) break;
    const { candidates: ways, chains } = best.choices;
    const attempt = attemptWith(task, { candidates: ways, chains: [...chains, chain] });
    if (attempt.measured.peakBytes <= best.measured.peakBytes) best = attempt;
  }
  return best;
}

/** Convolution by convolution with fewer weights. */
function withLighterWeights(task: Task, start: Attempt): Attempt {
  let attempt = start;
  for (;;) {
    const excess = attempt.measured.peakBytes - task.budgetBytes;
    if (excess <= 0) return attempt;
    const lighter = lighterBy(task, attempt, excess);
    if (lighter === null) return leastOnTheWay(task, start);
    attempt = lighter;
  }
}

/** The plan of least memory, step by step: fewer weights may go with more of something else. */
function leastOnTheWay(task: Task, start: Attempt): Attempt {
  let least = start;
  for (let next = lighterBy(task, start, 1); next !== null; next = lighterBy(task, next, 1)) {
    if (next.measured.peakBytes < least.measured.peakBytes) least = next;
  }
  return least;
}

/** As many steps further as should save so many bytes; null if there is none. */
function lighterBy(task: Task, { choices }: Attempt, excessBytes: number): Attempt | null {
  const ways = lighterWays(task, choices.candidates, excessBytes);
  return ways === choices.candidates
    ? null
    : attemptWith(task, { chains: choices.chains, candidates: ways });
}

/** Takes steps to ways with fewer weights until so many bytes should be saved, or there is no step left. */
function lighterWays(
  { network, mode }: Task,
  start: Choices['candidates'],
  excessBytes: number,
): Choices['candidates'] {
  const convolutions = network.list.layers.filter((layer) => layer.kind === 'conv');
  let [ways, saved] = [start, 0];
  while (saved < excessBytes) {
    const steps = convolutions.flatMap((layer) => {
      const way = 1 + (ways.get(layer) ?? 0);
      const [current, lighter] = [way - 1, way].map((i) => candidatesFor(layer, mode).at(i));
      if (current === undefined || lighter === undefined) return [];
      const bytes = current.weightBytes - lighter.weightBytes;
      return [{ layer, way, bytes, price: (lighter.cost - current.cost) / bytes }];
    });
    const step = steps.sort((a, b) => a.price - b.price).at(0);
    if (step === undefined) break;
    ways = new Map([...ways, [step.layer, step.way]]);
    saved += step.bytes;
  }
  return ways;
}

function attemptWith({ network, mode }: Task, choices: Choices): Attempt {
  const { backend, list } = network;
  const { candidates: ways, chains } = choices;
  const units: Unit[] = list.layers.map((layer) => {
    const way = layer.kind === 'conv' ? ways.get(layer) : 0;
    return { layer, algorithm: chooseAlgorithm(layer, mode, backend, way) };
  });
  for (const { first, last, light } of chains.toSorted((a, b) => b.first - a.first)) {
    const count = last + 1 - first;
    const members = units.slice(first, last + 1).flatMap(asChained);
    // One that cannot be computed in parts keeps its chain as it is.
    const reason = `${light ? '' : 'memory: '}bands of ${String(BAND_ROWS)} rows`;
    if (members.length === count) units.splice(first, count, banded(backend, members, reason));
  }
  return { choices, measured: measurePrograms(network, units) };
}

function asChained({ layer, algorithm }: Unit): ChainedLayer[] {
  const inRows = algorithm.parts?.rowStep !== undefined;
  return layer.kind === 'conv' && inRows ? [{ layer, algorithm }] : [];
}

/**
 * Convolutions that nobody reads but the next one, up to one that is pooled or feeds something else:
 * two or more, and high enough to be cut.
 */
function chainsOf(list: LayerList, mode: PlanMode): Chain[] {
  const { layers } = list;
  const readers = readersOf(list);
  const continues = (i: number): boolean => {
    const [layer, next] = [layers[i], layers.at(i + 1)];
    if (layer.kind !== 'conv' || layer.pool !== null || next?.kind !== 'conv') return false;
    return readers.onlyReaderOf(layer.output) === next && readsEverywhere(next);
  };
  const chains: Chain[] = [];
  for (let first = 0; first < layers.length; first++) {
    let last = first;
    while (continues(last)) last++;
    const end = layers[last];
    if (last > first && end.kind === 'conv' && unpooledShape(end)[2] > BAND_ROWS) {
      chains.push({ first, last, light: isLight(layers.slice(first, last + 1), mode) });
    }
    first = last;
  }
  return chains;
}

/** What all but the last layer of a light chain may take, as a share of the last one's time. */
const LIGHT = 0.25;

function isLight(chain: readonly PlanLayer[], mode: PlanMode): boolean {
  const ways = chain.flatMap((layer) =>
    layer.kind === 'conv' ? [candidatesFor(layer, mode)[0]] : [],
  );
  const last = ways.pop();
  const before = ways.reduce((sum, { cost }) => sum + cost, 0);
  return (
    last !== undefined && ways.every(({ form }) => form === null) && before <= LIGHT * last.cost
  );
}

/** True if no window lies wholly in the zeros around the map. */
function readsEverywhere({ attrs: { padding, dilation }, weight: { shape } }: ConvLayer): boolean {
  return padding.every((zeros, axis) => zeros <= dilation[axis] * (shape[2 + axis] - 1));
}
