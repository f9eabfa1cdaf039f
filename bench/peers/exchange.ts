/**
 * A folder with a network and an input, for engines that cannot build the network from its seed: an
 * ONNX file, or for engines that are given op after op, the graph as JSON and the weights as they are.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Shape } from '../../src/core/shape.js';
import { exportOnnx } from '../../src/formats/onnx/export-network.js';
import { nameOf, trace, type Graph } from '../../src/graph/trace.js';
import type { Module } from '../../src/nn/module.js';

/** The input, float32 as in memory. */
export const INPUT_FILE = 'input.f32';
/** The network for engines that read ONNX. */
export const ONNX_FILE = 'network.onnx';
/** An {@link ExchangedGraph}. */
export const GRAPH_FILE = 'graph.json';
/** The parameters of the graph, one behind the other, float32 as in memory. */
export const WEIGHTS_FILE = 'weights.f32';

/** One op of a graph. */
export interface ExchangedNode {
  readonly name: string;
  readonly op: string;
  readonly attrs: object;
  /** Names of nodes, of parameters, or of the input. */
  readonly inputs: readonly string[];
  readonly shape: Shape;
}

/** A network for engines that are given op after op. */
export interface ExchangedGraph {
  readonly input: string;
  readonly output: string;
  /** Each after what it is computed from. */
  readonly nodes: readonly ExchangedNode[];
  /** Offsets are in bytes, into {@link WEIGHTS_FILE}. */
  readonly parameters: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly offset: number;
  }[];
}

/** How an engine takes a network. */
export type ExchangeForm = 'onnx' | 'graph';

/** Writes a network in the forms that are wanted. */
export function writeNetwork(
  folder: string,
  network: Module,
  shape: Shape,
  forms: ReadonlySet<ExchangeForm>,
): void {
  const graph = trace(network, shape);
  const parameters = network.parameters();
  if (forms.has('onnx')) writePieces(join(folder, ONNX_FILE), exportOnnx(network, shape));
  if (!forms.has('graph')) return;
  writeFileSync(join(folder, GRAPH_FILE), JSON.stringify(exchanged(graph, parameters)));
  const arrays = [...parameters.values()].map(({ data }) => bytesOf(data));
  writePieces(join(folder, WEIGHTS_FILE), arrays);
}

/** Writes the input. */
export function writeInput(folder: string, input: Float32Array): void {
  writePieces(join(folder, INPUT_FILE), [bytesOf(input)]);
}

function exchanged(
  { nodes, inputs, outputs }: Graph,
  parameters: ReturnType<Module['parameters']>,
): ExchangedGraph {
  let end = 0;
  return {
    input: nameOf(inputs[0]),
    output: nameOf(outputs[0]),
    nodes: nodes.map((node) => ({
      ...{ name: nameOf(node), op: node.op, attrs: node.attrs, shape: node.shape },
      inputs: node.inputs.map(nameOf),
    })),
    parameters: [...parameters].map(([name, { shape, data }]) => {
      const offset = end;
      end += data.byteLength;
      return { name, shape, offset };
    }),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Writes a file piece by piece: it may be half a gigabyte. */
function writePieces(path: string, pieces: readonly Uint8Array[]): void {
  const file = openSync(path, 'w');
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) at += writeSync(file, piece, at);
  }
  closeSync(file);
}
