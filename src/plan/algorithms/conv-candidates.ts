import type { PlanMode } from '../layers/plan-mode.js';
import type { ConvLayer } from '../layers/layers.js';
import { FORMS, nameOfForm, pointsOf, type WinogradForm } from './winograd/form.js';
import { numel } from '../../core/shape.js';
import { directCost, winogradCost } from './cost.js';

/** An algorithm that could compute a convolution, with its estimated cost. */
export interface ConvCandidate {
  /** Form of Winograd's algorithm; null for the direct convolution. */
  readonly form: WinogradForm | null;
  /** Estimated time, in products with a sum. */
  readonly cost: number;
  /** Bytes of its packed weights, without padding of blocks. */
  readonly weightBytes: number;
  /** Reason for the candidate, for descriptions. */
  readonly reason: string;
}

/** Returns the candidates of a convolution: the fastest, then slower ones with ever smaller weights. */
export function candidatesFor(
  layer: ConvLayer,
  mode: PlanMode,
): readonly [ConvCandidate, ...ConvCandidate[]] {
  const forms = mode === 'exact' ? [] : FORMS.filter((form) => applies(form, layer));
  const direct = directCandidate(layer, mode, forms);
  const worthIt = forms
    .map((form) => winogradCandidate(layer, form, direct.cost))
    .filter(({ cost }) => cost < WORTH_IT * direct.cost)
    .sort((a, b) => a.cost - b.cost);
  const [first, ...others] = [...worthIt, direct];
  const candidates: [ConvCandidate, ...ConvCandidate[]] = [first];
  for (const candidate of others) {
    const { form, weightBytes } = candidates[candidates.length - 1];
    if (form === null || candidate.weightBytes >= weightBytes) continue;
    const megabytes = ((weightBytes - candidate.weightBytes) / 1e6).toPrecision(3);
    const reason = `memory: ${nameOfForm(form)} takes ${megabytes} MB more`;
    candidates.push({ ...candidate, reason });
  }
  return candidates;
}

function directCandidate(
  layer: ConvLayer,
  mode: PlanMode,
  forms: readonly WinogradForm[],
): ConvCandidate {
  const cost = directCost(layer);
  const weightBytes = 4 * numel(layer.weight.shape);
  const direct = { form: null, cost, weightBytes };
  if (mode === 'exact') return { ...direct, reason: 'exact' };
  const shares = forms.map((form) => ({ form, share: winogradCost(form, layer) / cost }));
  const [best] = shares.sort((a, b) => a.share - b.share);
  if (shares.length === 0) return { ...direct, reason: 'no Winograd form of this window' };
  return { ...direct, reason: `${nameOfForm(best.form)} would take ${percentOf(best.share)}` };
}

function winogradCandidate(
  layer: ConvLayer,
  form: WinogradForm,
  directCost: number,
): ConvCandidate {
  const [O, C] = layer.weight.shape;
  const cost = winogradCost(form, layer);
  const weightBytes = 4 * pointsOf(form) ** 2 * C * O;
  return { form, cost, weightBytes, reason: percentOf(cost / directCost) };
}

function percentOf(share: number): string {
  return `${String(Math.round(100 * share))} % of the direct cost`;
}

/** Largest share of the direct cost that is worth the error and the larger weights. */
const WORTH_IT = 0.9;

/**
 * Most bytes of the transformed weights of a layer with tile 6, which has 64 / 9 as many numbers as the
 * window. In VGG16 the six layers from 512 to 512 channels exceed it: they take tile 4 and 180 MB less.
 */
const MOST_WEIGHT_BYTES = 2 ** 25;

function applies(form: WinogradForm, { weight, attrs, pool }: ConvLayer): boolean {
  const [O, C, kH, kW] = weight.shape;
  const { stride, dilation, groups } = attrs;
  const plain = Math.max(...stride, groups) === 1;
  const fits = kH === form.taps && kW === form.taps;
  const light = form.tile < 6 || 4 * pointsOf(form) ** 2 * C * O <= MOST_WEIGHT_BYTES;
  const dilated = Math.max(...dilation) > 1;
  const poolable = pool === null || (!dilated && pool.padding.every((zeros) => zeros === 0));
  return plain && fits && light && poolable;
}
