/**
 * A folder with a network and an input: for this library its weights, for others an ONNX file, or, for
 * those that are given op after op, the graph as JSON and the weights as they are.
 */
import type { Shape } from '../../src/core/shape.js';

/** The input, float32 as in memory. */
export const INPUT_FILE = 'input.f32';
/** The parameters under their names, for this library. */
export const SAFETENSORS_FILE = 'weights.safetensors';
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
