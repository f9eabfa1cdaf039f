import { FcnError } from '../../core/errors.js';
import { sameShape } from '../../core/shape.js';
import type { InputShapes } from '../../graph/input-shapes.js';
import { nameOf, trace, type Graph } from '../../graph/trace.js';
import type { Message } from '../../io/caffe/message.js';
import type { Module } from '../../nn/module.js';
import type { Network } from '../../nn/network.js';
import type { Origin } from '../../tensor/origin.js';
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
  const layers = graph.nodes.map((node) => layerOf(graph, node));
  return messageOf('NetParameter', {
    ...(name === '' ? {} : { name }),
    layer: [...inputs, ...layers],
  });
}

function layerOf(graph: Graph, node: Origin): Message {
  const name = nameOf(node);
  const rule = CAFFE_EXPORT_RULES.get(node.op);
  if (!rule) throw new FcnError(`prototxt: ${name}: ${node.op} has no counterpart in Caffe`);
  const { type, fields, needsReference } = rule(node);
  const isParameter = (input: Origin): boolean => graph.parameters.includes(input);
  const stray = node.inputs.find(
    (input) => isParameter(input) && !nameOf(input).startsWith(`${name}.`),
  );
  if (stray)
    throw new FcnError(`prototxt: ${name}: ${nameOf(stray)} is not of a layer of this name`);
  const operands = node.inputs.filter((input) => !isParameter(input));
  const bottoms = needsReference ? [...operands, referenceFor(graph, node)] : operands;
  return messageOf('LayerParameter', {
    ...{ name, type, bottom: bottoms.map(nameOf), top: name, ...fields },
  });
}

/** The blob to whose pixels a crop is cut: what its reader joins it with, else what is as large, inputs first. */
function referenceFor({ inputs, nodes }: Graph, node: Origin): Origin {
  const before = nodes.slice(0, nodes.indexOf(node));
  const isAsLarge = ({ shape }: Origin): boolean => sameShape(shape.slice(2), node.shape.slice(2));
  const siblings = nodes
    .filter((reader) => reader.inputs.includes(node))
    .flatMap((reader) => reader.inputs);
  const there = siblings.filter((sibling) => before.includes(sibling));
  const found = [...there, ...inputs, ...before].find(isAsLarge);
  if (found) return found;
  throw new FcnError(`prototxt: ${nameOf(node)}: no blob has the extent it is cut to`);
}
