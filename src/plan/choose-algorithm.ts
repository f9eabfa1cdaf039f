import type { WasmBackend } from '../backend/wasm/index.js';
import type { PlanLayer } from './layers.js';
import type { PlanMode } from './plan.js';
import { directConvolution } from './steps/convolve.js';
import { eagerLayer } from './steps/eager.js';
import { concatLayer, cropLayer, poolLayer, reluLayer, sumLayer } from './steps/maps.js';
import { transposedLayer } from './steps/stamp.js';
import type { Recipe } from './steps/step.js';

/** Axes of a map. */
const MAP_RANK = 4;

/** Decides how a layer is computed. */
export function chooseRecipe(layer: PlanLayer, _mode: PlanMode, backend: WasmBackend): Recipe {
  switch (layer.kind) {
    case 'conv':
      return directConvolution(layer, '');
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
