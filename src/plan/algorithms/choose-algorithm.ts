import type { WasmBackend } from '../../backend/wasm/index.js';
import { numel } from '../../core/shape.js';
import { directCost, winogradCost } from './cost.js';
import { isMap, type ConvLayer, type PlanLayer } from '../layers/layers.js';
import type { PlanMode } from '../plan.js';
import { directConvolution } from './direct/direct-convolution.js';
import { depthwiseConvolution, isDepthwise } from './depthwise/depthwise-convolution.js';
import { eagerLayer } from './eager/eager.js';
import { concatLayer, cropLayer, poolLayer, reluLayer, sumLayer } from './maps/map-layers.js';
import { transposedLayer } from './transposed/transposed-convolution.js';
import type { Recipe } from './algorithm.js';
import { nameOfForm, winogradConvolution } from './winograd/winograd-convolution.js';
import { pointsOf, type WinogradForm } from './winograd/blocking.js';

/**
 * Decides how a layer is computed.
 *
 * @param way - Which of {@link waysOf}, for a convolution: 0 is the fastest.
 */
export function chooseRecipe(
  layer: PlanLayer,
  mode: PlanMode,
  backend: WasmBackend,
  way = 0,
): Recipe {
  switch (layer.kind) {
    case 'conv':
      return convRecipe(layer, waysOf(layer, mode)[way]);
    case 'convTranspose':
      return transposedLayer(layer);
    case 'maxPool':
      return poolLayer(layer);
    case 'sum':
      return sumLayer(layer);
    case 'crop':
      return cropLayer(layer);
    case 'concat':
      return concatLayer(layer);
    case 'op': {
      const onMap = isMap(layer.output) && layer.inputs.length > 0;
      return layer.op === 'relu' && onMap ? reluLayer(layer) : eagerLayer(backend, layer);
    }
  }
}

function convRecipe(layer: ConvLayer, { form, reason }: Way): Recipe {
  if (isDepthwise(layer)) return depthwiseConvolution(layer);
  return form === null
    ? directConvolution(layer, reason)
    : winogradConvolution({ layer, form, reason });
}

/** A way to compute a convolution. */
export interface Way {
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
export function waysOf(layer: ConvLayer, mode: PlanMode): readonly [Way, ...Way[]] {
  const forms = mode === 'exact' ? [] : FORMS.filter((form) => applies(form, layer));
  const direct = directWay(layer, mode, forms);
  const worthIt = forms
    .map((form) => winogradWay(layer, form, direct.cost))
    .filter(({ cost }) => cost < WORTH_IT * direct.cost)
    .sort((a, b) => a.cost - b.cost);
  const [first, ...others] = [...worthIt, direct];
  const ways: [Way, ...Way[]] = [first];
  for (const way of others) {
    const { form, weightBytes } = ways[ways.length - 1];
    if (form === null || way.weightBytes >= weightBytes) continue;
    const megabytes = ((weightBytes - way.weightBytes) / 1e6).toPrecision(3);
    ways.push({ ...way, reason: `memory: ${nameOfForm(form)} takes ${megabytes} MB more` });
  }
  return ways;
}

function directWay(layer: ConvLayer, mode: PlanMode, forms: readonly WinogradForm[]): Way {
  const cost = directCost(layer);
  const weightBytes = 4 * numel(layer.weight.shape);
  const way = { form: null, cost, weightBytes };
  if (mode === 'exact') return { ...way, reason: 'exact' };
  const shares = forms.map((form) => ({ form, share: winogradCost(form, layer) / cost }));
  const [best] = shares.sort((a, b) => a.share - b.share);
  if (shares.length === 0) return { ...way, reason: 'no Winograd form of this window' };
  return { ...way, reason: `${nameOfForm(best.form)} would take ${percentOf(best.share)}` };
}

function winogradWay(layer: ConvLayer, form: WinogradForm, directCost: number): Way {
  const [O, C] = layer.weight.shape;
  const cost = winogradCost(form, layer);
  const weightBytes = 4 * pointsOf(form) ** 2 * C * O;
  return { form, cost, weightBytes, reason: percentOf(cost / directCost) };
}

function percentOf(share: number): string {
  return `${String(Math.round(100 * share))} % of the direct cost`;
}

/** The form that an algorithm of this name stands for; null if it is none of Winograd's. */
export function formNamed(algorithm: string): WinogradForm | null {
  return FORMS.find((form) => nameOfForm(form) === algorithm) ?? null;
}

const FORMS: readonly WinogradForm[] = [
  { tile: 2, taps: 3 },
  { tile: 4, taps: 3 },
  { tile: 6, taps: 3 },
  { tile: 2, taps: 7 },
];

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
