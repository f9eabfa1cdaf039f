import type { OpNode } from '../../autograd/op-node.js';
import { FcnError } from '../../core/errors.js';
import type { InputShapes } from '../../graph/input-shapes.js';
import { nodeName, trace, type Graph } from '../../graph/trace.js';
import type { CaffeMessage } from '../../io/caffe/message.js';
import { printTextFormat } from '../../io/caffe/print-text.js';
import type { Module } from '../../nn/module.js';
import type { Network } from '../../nn/network.js';
import type { Tensor } from '../../tensor/tensor.js';
import { ExportNode } from './export-node.js';
import { CAFFE_EXPORT_RULES } from './export-rules.js';
import { messageOf } from './message-of.js';
import { dividedStatistics, sourceParameter } from './source-parameter.js';

/**
 * Writes the description of a network as the text of a prototxt, as {@link toNetParameter} describes it.
 *
 * @param model - Network in inference mode; its parameters may be without numbers.
 * @param shapes - Shape of the input, `[N, C, H, W]`, or of each input by its name.
 * @param name - Name of the network in the description; default: none.
 * @throws {@link FcnError} if an op has no counterpart in Caffe, or if its weights are not parameters; the
 *   message names the op.
 */
export function exportPrototxt(model: Module | Network, shapes: InputShapes, name = ''): string {
  return printTextFormat(toNetParameter(model, shapes, name));
}

/**
 * Describes a network in Caffe's layers, as a NetParameter message. Layers and blobs have the names of the graph's
 * values, so that weights keep the network's own names.
 *
 * @throws {@link FcnError} as {@link exportPrototxt}.
 */
export function toNetParameter(
  model: Module | Network,
  shapes: InputShapes,
  name = '',
): CaffeMessage {
  const graph = trace(model, shapes);
  const inputs = graph.inputs.map((input) =>
    messageOf('LayerParameter', {
      ...{ name: nodeName(input), type: 'Input', top: nodeName(input) },
      input_param: messageOf('InputParameter', {
        shape: messageOf('BlobShape', { dim: input.shape }),
      }),
    }),
  );
  const weights = model.parameters();
  const layers = graph.nodes.flatMap((node) => layersOf(graph, node, weights));
  const names = layers.map((layer) => layer.text('name'));
  const twice = names.find((layer, i) => names.indexOf(layer) < i);
  if (twice !== undefined) {
    throw new FcnError(`prototxt: two layers would get the name ${twice}; rename one of them`);
  }
  return messageOf('NetParameter', {
    ...(name === '' ? {} : { name }),
    layer: [...inputs, ...layers],
  });
}

function layersOf(
  graph: Graph,
  origin: OpNode,
  weights: ReadonlyMap<string, Tensor>,
): readonly CaffeMessage[] {
  // A reshaped parameter is a blob of the layer that reads it, not a layer; so are divided statistics.
  if (sourceParameter(graph, origin) !== null) return [];
  if (dividedStatistics(graph, origin, weights) !== null) return [];
  const node = new ExportNode(graph, origin, weights);
  const rule = CAFFE_EXPORT_RULES.get(origin.rule) ?? node.fail('has no counterpart in Caffe');
  rule(node);
  return node.layers;
}
