/** Chooses algorithms and chains in bands so that a plan fits in a memory budget. */
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

/** Error of a plan that cannot fit in its memory budget. */
export class MemoryBudgetError extends FcnError {
  /** `MemoryBudgetError`. */
  override name = 'MemoryBudgetError';
  /** Least bytes that the plan needs. */
  readonly neededBytes: number;

  constructor(budgetBytes: number, neededBytes: number) {
    const [budget, needed] = [budgetBytes, neededBytes].map(String);
    super(`compile: memory budget too small (got ${budget} bytes, expected at least ${needed})`);
    this.neededBytes = neededBytes;
  }
}

/** Decisions that save memory. */
interface Decisions {
  /** Index of the candidate that computes a convolution; 0 if missing. */
  readonly candidates: ReadonlyMap<ConvLayer, number>;
  /** Chains of layers that are computed in bands of rows. */
  readonly chains: readonly Chain[];
}

/** Consecutive convolutions of a network: from index `first` to index `last`. */
interface Chain {
  readonly first: number;
  readonly last: number;
  /** True if all but the last take little time, so that computing some of their rows twice costs little. */
  readonly light: boolean;
}

/** A network, its mode and its memory budget. */
interface BudgetedNetwork {
  readonly network: MeasureOptions;
  readonly mode: PlanMode;
  readonly budgetBytes: number;
}

/** Decisions, and the programs that follow from them. */
interface MeasuredDecisions {
  readonly decisions: Decisions;
  readonly measured: MeasuredPrograms;
}

/**
 * Chooses the fastest programs of a network that fit in a memory budget.
 *
 * Chains of convolutions in which only the last takes time are always computed in bands of rows, because a
 * network's first map is its largest. Further steps follow until the plan fits, the cheapest first: other
 * chains are computed in bands, the chain with the largest map first; then convolutions take candidates with
 * fewer weights, beginning with the one that saves most bytes for the time that it loses.
 *
 * @throws {@link MemoryBudgetError} if nothing makes it fit.
 */
export function fitMemory(
  network: MeasureOptions,
  mode: PlanMode,
  budgetBytes: number,
): MeasuredPrograms {
  const budgeted = { network, mode, budgetBytes };
  const light = chainsOf(network.list, mode).filter((chain) => chain.light);
  let best = measureDecisions(budgeted, { candidates: new Map(), chains: light });
  for (const saveMemory of [addBands, lightenWeights]) best = saveMemory(budgeted, best);
  const { peakBytes } = best.measured;
  if (!(peakBytes <= budgetBytes)) throw new MemoryBudgetError(budgetBytes, peakBytes);
  return best.measured;
}

/** Computes one chain after another in bands of rows, without those that need more memory in bands. */
function addBands(budgeted: BudgetedNetwork, start: MeasuredDecisions): MeasuredDecisions {
  const { list } = budgeted.network;
  const largestMap = ({ first, last }: Chain): number =>
    Math.max(...list.layers.slice(first, last).map(({ output }) => numel(output.shape)));
  const others = chainsOf(list, budgeted.mode).filter((chain) => !chain.light);
  let best = start;
  for (const chain of others.sort((a, b) => largestMap(b) - largestMap(a))) {
    if (best.measured.peakBytes <= budgeted.budgetBytes) break;
    const { candidates, chains } = best.decisions;
    const next = measureDecisions(budgeted, { candidates, chains: [...chains, chain] });
    if (next.measured.peakBytes <= best.measured.peakBytes) best = next;
  }
  return best;
}

/** Gives one convolution after another a candidate with fewer weights. */
function lightenWeights(budgeted: BudgetedNetwork, start: MeasuredDecisions): MeasuredDecisions {
  let current = start;
  for (;;) {
    const excessBytes = current.measured.peakBytes - budgeted.budgetBytes;
    if (excessBytes <= 0) return current;
    const lighter = lighterBy(budgeted, current, excessBytes);
    if (lighter === null) return leastMemory(budgeted, start);
    current = lighter;
  }
}

/** Tries each step alone and returns the least memory: fewer weights may need more of other memory. */
function leastMemory(budgeted: BudgetedNetwork, start: MeasuredDecisions): MeasuredDecisions {
  let least = start;
  for (
    let next = lighterBy(budgeted, start, 1);
    next !== null;
    next = lighterBy(budgeted, next, 1)
  ) {
    if (next.measured.peakBytes < least.measured.peakBytes) least = next;
  }
  return least;
}

/** Advances until `excessBytes` should be saved; returns null if no step is left. */
function lighterBy(
  budgeted: BudgetedNetwork,
  { decisions: { candidates: current, chains } }: MeasuredDecisions,
  excessBytes: number,
): MeasuredDecisions | null {
  const candidates = lighterCandidates(budgeted, current, excessBytes);
  return candidates === current ? null : measureDecisions(budgeted, { candidates, chains });
}

/** Takes steps to candidates with fewer weights until `excessBytes` should be saved or no step is left. */
function lighterCandidates(
  { network, mode }: BudgetedNetwork,
  start: Decisions['candidates'],
  excessBytes: number,
): Decisions['candidates'] {
  const convolutions = network.list.layers.filter((layer) => layer.kind === 'conv');
  let [candidates, saved] = [start, 0];
  while (saved < excessBytes) {
    const steps = convolutions.flatMap((layer) => {
      const next = 1 + (candidates.get(layer) ?? 0);
      const [current, lighter] = [next - 1, next].map((i) => candidatesFor(layer, mode).at(i));
      if (current === undefined || lighter === undefined) return [];
      const bytes = current.weightBytes - lighter.weightBytes;
      return [{ layer, next, bytes, price: (lighter.cost - current.cost) / bytes }];
    });
    const step = steps.sort((a, b) => a.price - b.price).at(0);
    if (step === undefined) break;
    candidates = new Map([...candidates, [step.layer, step.next]]);
    saved += step.bytes;
  }
  return candidates;
}

function measureDecisions(
  { network, mode }: BudgetedNetwork,
  decisions: Decisions,
): MeasuredDecisions {
  const { backend, list } = network;
  const { candidates, chains } = decisions;
  const units: Unit[] = list.layers.map((layer) => {
    const candidate = layer.kind === 'conv' ? candidates.get(layer) : 0;
    return { layer, algorithm: chooseAlgorithm(layer, mode, backend, candidate) };
  });
  for (const { first, last, light } of chains.toSorted((a, b) => b.first - a.first)) {
    const count = last + 1 - first;
    const members = units.slice(first, last + 1).flatMap(asChained);
    // A chain with a convolution that cannot be computed in parts stays as it is.
    const reason = `${light ? '' : 'memory: '}bands of ${String(BAND_ROWS)} rows`;
    if (members.length === count) units.splice(first, count, banded(backend, members, reason));
  }
  return { decisions, measured: measurePrograms(network, units) };
}

function asChained({ layer, algorithm }: Unit): ChainedLayer[] {
  const inRows = algorithm.parts?.rowStep !== undefined;
  return layer.kind === 'conv' && inRows ? [{ layer, algorithm }] : [];
}

/**
 * Finds chains of two or more convolutions. The output of each but the last is read only by the next and is
 * not pooled; the last has enough rows to be cut into bands.
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

/** Largest time of all but the last layer of a light chain, as a share of the last layer's time. */
const LIGHT = 0.25;

function isLight(chain: readonly PlanLayer[], mode: PlanMode): boolean {
  const candidates = chain.flatMap((layer) =>
    layer.kind === 'conv' ? [candidatesFor(layer, mode)[0]] : [],
  );
  const last = candidates.pop();
  const before = candidates.reduce((sum, { cost }) => sum + cost, 0);
  return (
    last !== undefined &&
    candidates.every(({ form }) => form === null) &&
    before <= LIGHT * last.cost
  );
}

/** True if every window reads at least one pixel of the map. */
function readsEverywhere({ attrs: { padding, dilation }, weight: { shape } }: ConvLayer): boolean {
  return padding.every((zeros, axis) => zeros <= dilation[axis] * (shape[2 + axis] - 1));
}
