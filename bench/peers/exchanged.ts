/**
 * A folder with a network and an input: weights for this library, an ONNX file for others, or, for engines
 * that run op by op, the graph as JSON and the raw weights.
 */
import type { Shape } from '../../src/core/shape.js';

/** The input, raw float32. */
export const INPUT_FILE = 'input.f32';
/** The named parameters, for this library. */
export const SAFETENSORS_FILE = 'weights.safetensors';
/** The network for engines that read ONNX. */
export const ONNX_FILE = 'network.onnx';
/** An {@link ExchangedGraph}. */
export const GRAPH_FILE = 'graph.json';
/** The parameters of the graph, one after another, raw float32. */
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

/** A network for engines that run op by op. */
export interface ExchangedGraph {
  readonly input: string;
  readonly output: string;
  /** Nodes, each after its inputs. */
  readonly nodes: readonly ExchangedNode[];
  /** Offsets are in bytes, into {@link WEIGHTS_FILE}. */
  readonly parameters: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly offset: number;
  }[];
}
