import type { PlanMode } from '../layers/plan-mode.js';
import type { ConvLayer } from '../layers/layers.js';
import { FORMS, nameOfForm, pointsOf, type WinogradForm } from './winograd/form.js';
import { numel } from '../../core/shape.js';
import { directCost, winogradCost } from './cost.js';

/** A way to compute a convolution. */
export interface ConvCandidate {
  /** The form of Winograd's algorithm; null for the sum term by term. */
  readonly form: WinogradForm | null;
  /** Estimated time, in products with a sum. */
  readonly cost: number;
  /** What its weights take, but for what fills up blocks. */
  readonly weightBytes: number;
  /** For descriptions. */
  readonly reason: string;
}

/** The ways to compute a convolution: the fastest, then ever slower ones whose weights take less. */
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
  const ways: [ConvCandidate, ...ConvCandidate[]] = [first];
  for (const way of others) {
    const { form, weightBytes } = ways[ways.length - 1];
    if (form === null || way.weightBytes >= weightBytes) continue;
    const megabytes = ((weightBytes - way.weightBytes) / 1e6).toPrecision(3);
    ways.push({ ...way, reason: `memory: ${nameOfForm(form)} takes ${megabytes} MB more` });
  }
  return ways;
}

function directCandidate(
  layer: ConvLayer,
  mode: PlanMode,
  forms: readonly WinogradForm[],
): ConvCandidate {
  const cost = directCost(layer);
  const weightBytes = 4 * numel(layer.weight.shape);
  const way = { form: null, cost, weightBytes };
  if (mode === 'exact') return { ...way, reason: 'exact' };
  const shares = forms.map((form) => ({ form, share: winogradCost(form, layer) / cost }));
  const [best] = shares.sort((a, b) => a.share - b.share);
  if (shares.length === 0) return { ...way, reason: 'no Winograd form of this window' };
  return { ...way, reason: `${nameOfForm(best.form)} would take ${percentOf(best.share)}` };
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

/** Estimated gains below a tenth are not worth the error and the larger weights. */
const WORTH_IT = 0.9;

/**
 * Most bytes that the transformed weights of a layer may take where a smaller tile would do: the tile
 * 6 has 64 / 9 as many numbers as the window. Of VGG16, the six layers from 512 to 512 channels take the
 * tile 4, and 180 MB less.
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
