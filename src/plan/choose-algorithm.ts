import type { WasmBackend } from '../backend/wasm/index.js';
import { directCost, winogradCost } from './cost.js';
import type { ConvLayer, PlanLayer } from './layers.js';
import type { PlanMode } from './plan.js';
import { directConvolution } from './steps/convolve.js';
import { eagerLayer } from './steps/eager.js';
import { concatLayer, cropLayer, poolLayer, reluLayer, sumLayer } from './steps/maps.js';
import { transposedLayer } from './steps/stamp.js';
import type { Recipe } from './steps/step.js';
import { nameOfForm, winogradConvolution } from './steps/winograd.js';
import { pointsOf, type WinogradForm } from './winograd/plan.js';

/** Axes of a map. */
const MAP_RANK = 4;

/** Decides how a layer is computed. */
export function chooseRecipe(layer: PlanLayer, mode: PlanMode, backend: WasmBackend): Recipe {
  switch (layer.kind) {
    case 'conv':
      return convRecipe(layer, mode, backend);
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
      const onMap = layer.output.shape.length === MAP_RANK && layer.inputs.length > 0;
      return layer.op === 'relu' && onMap ? reluLayer(layer) : eagerLayer(backend, layer);
    }
  }
}

function convRecipe(layer: ConvLayer, mode: PlanMode, backend: WasmBackend): Recipe {
  if (mode === 'exact') return directConvolution(layer, 'exact');
  const forms = FORMS.filter((form) => applies(form, layer));
  if (forms.length === 0) return directConvolution(layer, 'no Winograd form of this window');
  const direct = directCost(layer);
  const costs = forms.map((form) => ({ form, share: winogradCost(form, layer) / direct }));
  const best = costs.reduce((a, b) => (b.share < a.share ? b : a));
  const percent = `${String(Math.round(100 * best.share))} % of the direct cost`;
  return best.share < WORTH_IT
    ? winogradConvolution(backend, { layer, form: best.form, reason: percent })
    : directConvolution(layer, `${nameOfForm(best.form)} would take ${percent}`);
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
  const plain = Math.max(...stride, ...dilation, groups) === 1;
  const fits = kH === form.taps && kW === form.taps;
  const light = form.tile < 6 || 4 * pointsOf(form) ** 2 * C * O <= MOST_WEIGHT_BYTES;
  const poolable = pool === null || pool.padding.every((zeros) => zeros === 0);
  return plain && fits && light && poolable;
}
