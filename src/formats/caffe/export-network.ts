import { FcnError } from '../../core/errors.js';
import type { InputShapes } from '../../graph/input-shapes.js';
import { nameOf, trace, type Graph } from '../../graph/trace.js';
import type { Message } from '../../io/caffe/message.js';
import type { Module } from '../../nn/module.js';
import type { Network } from '../../nn/network.js';
import type { Origin } from '../../tensor/origin.js';
import { ExportNode, sourceParameter } from './export-node.js';
import { CAFFE_EXPORT_RULES } from './export-rules.js';
import { messageOf } from './message-of.js';

/**
 * Describes a network as Caffe would read it; {@link printTextFormat} writes that as a prototxt. Layers
 * and blobs are called as the values of the graph, so that weights go by the network's own names.
 *
 * @param model - Not in training mode; it may be without numbers.
 * @param shapes - Of the input, `[N, C, H, W]`, or of each by its name.
 * @throws {@link FcnError} if an op has no counterpart in Caffe, or its weights are no parameters; the
 *   message names it.
 */
export function exportPrototxt(model: Module | Network, shapes: InputShapes, name = ''): Message {
  const graph = trace(model, shapes);
  const inputs = graph.inputs.map((input) =>
    messageOf('LayerParameter', {
      ...{ name: nameOf(input), type: 'Input', top: nameOf(input) },
      input_param: messageOf('InputParameter', {
        shape: messageOf('BlobShape', { dim: input.shape }),
      }),
    }),
  );
  const layers = graph.nodes.flatMap((node) => layersOf(graph, node));
  const names = layers.map((layer) => layer.text('name'));
  const twice = names.find((layer, i) => names.indexOf(layer) < i);
  if (twice !== undefined) throw new FcnError(`prototxt: two layers would be called ${twice}`);
  return messageOf('NetParameter', {
    ...(name === '' ? {} : { name }),
    layer: [...inputs, ...layers],
  });
}

function layersOf(graph: Graph, origin: Origin): readonly Message[] {
  // Parameters in another shape are blobs of the layers that read them.
  if (sourceParameter(graph, origin) !== null) return [];
  const node = new ExportNode(graph, origin);
  const rule = CAFFE_EXPORT_RULES.get(origin.op) ?? node.fail('has no counterpart in Caffe');
  rule(node);
  return node.layers;
}
