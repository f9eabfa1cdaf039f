import type { WasmBackend } from '../../backend/wasm/index.js';
import { reluRule } from '../../ops/relu.js';
import { isMap, isOpLayer, type ConvLayer, type PlanLayer } from '../layers/layers.js';
import type { PlanMode } from '../layers/plan-mode.js';
import { directConvolution } from './direct/direct-convolution.js';
import { depthwiseConvolution, isDepthwise } from './depthwise/depthwise-convolution.js';
import { eagerLayer } from './eager/eager.js';
import { concatLayer, cropLayer, poolLayer, reluLayer, sumLayer } from './maps/map-layers.js';
import { transposedLayer } from './transposed/transposed-convolution.js';
import type { Algorithm } from './algorithm.js';
import { winogradConvolution } from './winograd/winograd-convolution.js';
import { candidatesFor, type ConvCandidate } from './conv-candidates.js';

/**
 * Chooses the algorithm of a layer.
 *
 * @param candidate - Index into {@link candidatesFor}, for a convolution: 0 is the fastest.
 */
export function chooseAlgorithm(
  layer: PlanLayer,
  mode: PlanMode,
  backend: WasmBackend,
  candidate = 0,
): Algorithm {
  switch (layer.kind) {
    case 'conv':
      return convAlgorithm(layer, candidatesFor(layer, mode)[candidate]);
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
      return isOpLayer(layer, reluRule) && onMap ? reluLayer(layer) : eagerLayer(backend, layer);
    }
  }
}

function convAlgorithm(layer: ConvLayer, { form, reason }: ConvCandidate): Algorithm {
  if (isDepthwise(layer)) return depthwiseConvolution(layer);
  return form === null
    ? directConvolution(layer, reason)
    : winogradConvolution({ layer, form, reason });
}
