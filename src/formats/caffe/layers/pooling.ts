import type { WiredLayer } from '../../../nn/wired-network.js';
import { avgPool2d } from '../../../ops/avg-pool2d.js';
import { maxPool2d } from '../../../ops/max-pool2d.js';
import { mapping, pairOf, refuse, type LayerContext } from '../layer.js';

/** Maximum or average of windows, or of the whole map. */
export function pooling(context: LayerContext): WiredLayer {
  const param = context.definition.message('pooling_param');
  const method = param.text('pool', 'MAX');
  if (method === 'STOCHASTIC') refuse(context, 'stochastic pooling is not read');
  if (context.outputs !== 1) refuse(context, 'the places of the maxima are not given');
  const op = method === 'AVE' ? avgPool2d : maxPool2d;
  if (param.flag('global_pooling', false)) {
    return mapping((x) => op(x, { kernelSize: [x.shape[2], x.shape[3]] }));
  }
  const options = {
    kernelSize: pairOf(context, param, 'kernel_size', 0),
    stride: pairOf(context, param, 'stride', 1),
    padding: pairOf(context, param, 'pad', 0),
    rounding: param.text('round_mode', 'CEIL') === 'FLOOR' ? ('floor' as const) : ('ceil' as const),
  };
  return mapping((x) => op(x, options));
}
