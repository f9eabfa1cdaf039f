import { numel } from '../../../core/shape.js';
import { weightAndBias } from '../../../nn/conv2d.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { convTranspose2d } from '../../../ops/conv-transpose2d.js';
import { linear } from '../../../ops/linear.js';
import { reshape } from '../../../ops/reshape.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { fillerOf } from '../filler.js';
import { axisOf, composeOps, makeLayerParameter, refuse, type LayerContext } from '../layer.js';

/** InnerProduct: a fully connected layer; one axis and all after it are the inputs. */
export function innerProduct(context: LayerContext): WiredLayer {
  const param = context.definition.message('inner_product_param');
  const [input] = context.inputs;
  const axis = axisOf(context, param.number('axis', 1), input.length);
  const from = numel(input.slice(axis));
  const to = param.number('num_output', 0);
  if (to < 1) refuse(context, 'num_output is missing');
  const transposed = param.flag('transpose', false);
  const shape = transposed ? [from, to] : [to, from];
  const weight = makeLayerParameter(context, shape, fillerOf(param.message('weight_filler')));
  const bias = param.flag('bias_term', true)
    ? makeLayerParameter(context, [to], fillerOf(param.message('bias_filler')))
    : null;
  const apply = (x: Tensor): Tensor => {
    const rows = x.shape.slice(0, axis);
    if (axis === 1 && !transposed) return linear(x, weight, bias);
    return composeOps((temporary) => {
      const flat = temporary(reshape(x, [numel(rows), from, 1, 1]));
      if (!transposed) return reshape(temporary(linear(flat, weight, bias)), [...rows, to]);
      // A weight [inputs, outputs] is the weight of a transposed 1×1 convolution of maps with one pixel.
      const filters = temporary(reshape(weight, [from, to, 1, 1]));
      return reshape(temporary(convTranspose2d(flat, filters, bias)), [...rows, to]);
    });
  };
  return {
    forward: (inputs) => inputs.map(apply),
    parameters: () => weightAndBias(weight, bias),
  };
}
