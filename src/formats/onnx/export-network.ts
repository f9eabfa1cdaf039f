import { OpNode } from '../../autograd/op-node.js';
import { FcnError } from '../../core/errors.js';
import { nodeName, trace, type Graph } from '../../graph/trace.js';
import type { Shape } from '../../core/shape.js';
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from '../../io/onnx/model.js';
import { writeOnnx } from '../../io/onnx/write-model.js';
import type { Module } from '../../nn/module.js';
import type { Network } from '../../nn/network.js';
import type { Origin } from '../../tensor/origin.js';
import type { Tensor } from '../../tensor/tensor.js';
import { ExportNode } from './export-node.js';
import { EXPORT_RULES } from './export-rules.js';

/** Supported by all runtimes since 2021, and the first opset in which Softmax works along one axis. */
const OPSET = 13;
const IR_VERSION = 8;
const PRODUCER = 'fcn-wasm';

/**
 * Writes a network for inputs of one shape as an ONNX file.
 *
 * @param model - Network in inference mode.
 * @param inputShape - `[N, C, H, W]`.
 * @returns Pieces of the file, in order.
 * @throws {@link FcnError} if an op has no counterpart in ONNX; the message names the op.
 */
export function exportOnnx(model: Module | Network, inputShape: Shape): readonly Uint8Array[] {
  return writeOnnx(toOnnx(trace(model, inputShape), model.parameters()));
}

/**
 * Converts a traced graph to an ONNX model of opset 13. Values keep their names in the graph.
 *
 * @param parameters - Parameters of the traced network; float32 numbers are shared, not copied.
 * @throws {@link FcnError} as {@link exportOnnx}, if the network has no numbers, and if a graph output is an input or a
 *   parameter.
 */
export function toOnnx(graph: Graph, parameters: ReadonlyMap<string, Tensor>): OnnxModel {
  const initializers = new Map<string, OnnxTensor>();
  const leaves = new Set([...graph.inputs, ...graph.parameters]);
  for (const tensor of parameters.values()) {
    if (!leaves.delete(tensor.origin)) continue;
    const name = nodeName(tensor.origin);
    const { data } = tensor;
    const floats = data instanceof Float32Array ? data : Float32Array.from(data);
    initializers.set(name, { name, dims: tensor.shape, type: 'float32', data: floats });
  }
  const taken = new Set([...graph.nodes, ...graph.inputs, ...graph.parameters].map(nodeName));
  const nodes: OnnxNode[] = [];
  for (const origin of graph.nodes) {
    const node = new ExportNode(origin, taken);
    const rule = EXPORT_RULES.get(origin.rule) ?? node.fail('has no counterpart in ONNX');
    rule(node);
    nodes.push(...node.nodes);
    for (const constant of node.constants) initializers.set(constant.name, constant);
  }
  for (const output of graph.outputs) {
    if (!(output instanceof OpNode)) {
      throw new FcnError(`onnx: graph output ${nodeName(output)} is not computed by a node`);
    }
  }
  return {
    irVersion: IR_VERSION,
    producer: PRODUCER,
    opsets: new Map([['', OPSET]]),
    graph: {
      name: 'network',
      nodes,
      initializers,
      inputs: graph.inputs.filter((input) => leaves.has(input)).map(valueInfo),
      outputs: graph.outputs.map(valueInfo),
    },
  };
}

function valueInfo(origin: Origin): OnnxValueInfo {
  return { name: nodeName(origin), type: 'float32', dims: origin.shape };
}
