import type {
  OnnxAttribute,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
} from '../../src/io/onnx/model.js';
import { writeOnnx } from '../../src/io/onnx/write-model.js';

/** Short description of a model. */
export interface ModelSketch {
  readonly nodes: readonly OnnxNode[];
  readonly inputs?: Readonly<Record<string, OnnxValueInfo['dims']>>;
  readonly outputs?: readonly string[];
  readonly initializers?: readonly OnnxTensor[];
  readonly opset?: number;
}

/** A model with an input `x` of `[1, 2, 4, 4]` and an output `y` by default. */
export function modelOf(sketch: ModelSketch): OnnxModel {
  const { nodes, inputs = { x: [1, 2, 4, 4] }, outputs = ['y'], initializers = [] } = sketch;
  return {
    irVersion: 8,
    producer: 'test',
    opsets: new Map([['', sketch.opset ?? 13]]),
    graph: {
      name: 'test',
      nodes,
      initializers: new Map(initializers.map((tensor) => [tensor.name, tensor])),
      inputs: Object.entries(inputs).map(([name, dims]) => ({ name, type: 'float32', dims })),
      outputs: outputs.map((name) => ({ name, type: 'float32', dims: null })),
    },
  };
}

/** A node that writes one value; its name is the name of the value. */
export function nodeOf(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): OnnxNode {
  const entries = new Map(Object.entries(attributes));
  return { name: `node_${output}`, op, domain: '', inputs, outputs: [output], attributes: entries };
}

/** An attribute of integers. */
export function ints(...value: readonly number[]): OnnxAttribute {
  return { kind: 'ints', value };
}

/** A float initialiser. */
export function floats(name: string, dims: readonly number[], data: readonly number[]): OnnxTensor {
  return { name, dims, type: 'float32', data: Float32Array.from(data) };
}

/** An int64 initialiser of one axis. */
export function int64s(name: string, ...data: readonly number[]): OnnxTensor {
  return { name, dims: [data.length], type: 'int64', data: Float64Array.from(data) };
}

/** The file of a model. */
export function bytesOf(model: OnnxModel): Uint8Array {
  return new Uint8Array(Buffer.concat(writeOnnx(model)));
}
