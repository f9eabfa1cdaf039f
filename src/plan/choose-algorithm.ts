import type { WasmBackend } from '../backend/wasm/index.js';
import type { OpLayer, PlanLayer, TransposedLayer } from './layers.js';
import type { PlanMode } from './plan.js';
import { directConvolution } from './steps/convolve.js';
import { eagerLayer } from './steps/eager.js';
import { concatLayer, cropLayer, poolLayer, reluLayer, sumLayer } from './steps/maps.js';
import type { Recipe } from './steps/step.js';

/** Axes of a map. */
const MAP_RANK = 4;

/** Decides how a layer is computed. */
export function chooseRecipe(layer: PlanLayer, _mode: PlanMode, backend: WasmBackend): Recipe {
  switch (layer.kind) {
    case 'conv':
      return directConvolution(layer, '');
    case 'convTranspose':
      return eagerLayer(backend, eagerTransposed(layer));
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

function eagerTransposed({ weight, bias, ...layer }: TransposedLayer): OpLayer {
  const parameters = bias === null ? [weight] : [weight, bias];
  return { ...layer, kind: 'op', op: 'convTranspose2d', parameters };
}
