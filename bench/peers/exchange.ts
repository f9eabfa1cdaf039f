/** Writes the network and the input for the engines. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedArray } from '../../src/core/named-arrays.js';
import type { Shape } from '../../src/core/shape.js';
import { exportOnnx } from '../../src/formats/onnx/export-network.js';
import { nodeName, trace, type Graph } from '../../src/graph/trace.js';
import { safetensorsParts } from '../../src/io/safetensors.js';
import type { Module } from '../../src/nn/module.js';
import type { Network } from '../../src/nn/network.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import {
  GRAPH_FILE,
  INPUT_FILE,
  ONNX_FILE,
  SAFETENSORS_FILE,
  WEIGHTS_FILE,
  type ExchangedGraph,
} from './exchanged.js';

/** Form in which an engine reads a network. */
export type ExchangeForm = 'safetensors' | 'onnx' | 'graph';

/** Writes a network in the given forms. */
export function writeNetwork(
  folder: string,
  network: Module | Network,
  shape: Shape,
  forms: ReadonlySet<ExchangeForm>,
): void {
  const parameters = network.parameters();
  if (forms.has('safetensors')) {
    const arrays = new Map([...parameters].map(([name, tensor]) => [name, numbersOf(tensor)]));
    writePieces(join(folder, SAFETENSORS_FILE), safetensorsParts(arrays, new Map()));
  }
  if (forms.has('onnx')) writePieces(join(folder, ONNX_FILE), exportOnnx(network, shape));
  if (!forms.has('graph')) return;
  writeFileSync(
    join(folder, GRAPH_FILE),
    JSON.stringify(exchanged(trace(network, shape), parameters)),
  );
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
    input: nodeName(inputs[0]),
    output: nodeName(outputs[0]),
    nodes: nodes.map((node) => ({
      ...{ name: nodeName(node), op: node.op, attrs: node.attrs, shape: node.shape },
      inputs: node.inputs.map(nodeName),
    })),
    parameters: [...parameters].map(([name, { shape, data }]) => {
      const offset = end;
      end += data.byteLength;
      return { name, shape, offset };
    }),
  };
}

/** Bytes of a parameter in memory: networks of the benches are float32. */
function numbersOf({ shape, data }: Tensor): NamedArray {
  return { shape, data: data as Float32Array };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Writes a file in pieces: it may be half a gigabyte. */
function writePieces(path: string, pieces: readonly Uint8Array[]): void {
  const file = openSync(path, 'w');
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) at += writeSync(file, piece, at);
  }
  closeSync(file);
}
