import { FcnError } from '../../core/errors.js';
import { cropOffset, pixelOffset } from '../../graph/coordinates.js';
import type { Module } from '../../nn/module.js';
import type { ParameterMaker } from '../../nn/parameter.js';
import { Tensor } from '../../tensor/tensor.js';
import { upsamplingWindow } from '../upsampling.js';
import { makeLayer } from './layer-module.js';
import type {
  ConvolutionOptions,
  DefinedLayer,
  Kind,
  OperationOf,
  PoolingOptions,
  UpsamplingOptions,
} from './layer.js';

/** Extent of the image with which a definition finds coordinates, which do not depend on it. */
const EXTENT = 500;
const DRY = { backend: null, rng: null };

/**
 * Definition of a network, written layer by layer as the authors' `net.py` does.
 *
 * Every method adds a layer and returns the name of the value that the layer writes, which is the layer's name. The
 * kernels of upsamplings and the offsets of crops follow from the coordinates of the layers before.
 */
export class NetworkDefinition {
  readonly #layers: DefinedLayer[] = [];
  /** Every value without numbers: its channels and coordinates. */
  readonly #values = new Map<string, Tensor>();

  /** Layers so far, in the order of computation. */
  get layers(): readonly DefinedLayer[] {
    return this.#layers;
  }

  /** Adds an image; returns `value`. */
  input(name: string, value: string, channels: number): string {
    this.#values.set(value, Tensor.dry([1, channels, EXTENT, EXTENT], value));
    return this.#append({ kind: 'input', value, channels }, name, [], [value]);
  }

  /** Adds an input with one class for each pixel; returns `value`. */
  labels(name: string, value: string): string {
    return this.#append({ kind: 'labels', value }, name, [], [value]);
  }

  convolution(name: string, from: string, filters: number, options: ConvolutionOptions): string {
    return this.#add({ kind: 'convolution', filters, options }, name, [from]);
  }

  /** Adds an upsampling that lays `coarse` over the pixels of `fine`, with bilinear interpolation at first. */
  upsampling(name: string, coarse: string, fine: string, options: UpsamplingOptions = {}): string {
    const { shape, origin } = this.#value(coarse);
    const window = upsamplingWindow(origin, this.#value(fine).origin);
    return this.#add({ kind: 'upsampling', channels: shape[1], window, options }, name, [coarse]);
  }

  relu(name: string, from: string): string {
    return this.#add({ kind: 'relu' }, name, [from]);
  }

  dropout(name: string, from: string, ratio = 0.5): string {
    return this.#add({ kind: 'dropout', ratio }, name, [from]);
  }

  maxPool(name: string, from: string, options: PoolingOptions): string {
    return this.#add({ kind: 'maxPool', options }, name, [from]);
  }

  lrn(name: string, from: string): string {
    return this.#add({ kind: 'lrn' }, name, [from]);
  }

  scale(name: string, from: string, factor: number): string {
    return this.#add({ kind: 'scale', factor }, name, [from]);
  }

  concat(name: string, from: readonly string[]): string {
    return this.#add({ kind: 'concat' }, name, from);
  }

  /** Adds a sum of two values, or a weighted sum of as many values as there are coefficients. */
  sum(name: string, from: readonly string[], coefficients: readonly number[] = []): string {
    return this.#add({ kind: 'sum', coefficients }, name, from);
  }

  /** Adds a crop of `from` to the pixels of `reference`. */
  crop(name: string, from: string, reference: string): string {
    const offset = equal(name, cropOffset(this.#value(from).origin, this.#origin(reference)));
    return this.#add({ kind: 'crop', offset }, name, [from, reference]);
  }

  /** Adds crops of both values to the pixels that both have, each named after its value with a `c` at the end. */
  overlap(a: string, b: string): readonly [string, string] {
    const offset = equal(a, pixelOffset(this.#origin(b), this.#origin(a)));
    const outputs = [`${a}c`, `${b}c`] as const;
    this.#add({ kind: 'overlap', offset }, outputs[1], [a, b], outputs);
    return outputs;
  }

  loss(name: string, scores: string, labels: string, normalize: boolean): string {
    return this.#append({ kind: 'loss', normalize }, name, [scores, labels], [name]);
  }

  /** Adds a layer of our own, without a counterpart in Caffe. */
  module(
    name: string,
    from: string,
    make: (maker: ParameterMaker, channels: number) => Module,
  ): string {
    return this.#add({ kind: 'module', make }, name, [from]);
  }

  #add(
    operation: OperationOf<Kind>,
    name: string,
    inputs: readonly string[],
    outputs: readonly string[] = [name],
  ): string {
    const operands = inputs.map((input) => this.#value(input));
    this.#append(operation, name, inputs, outputs);
    const results = makeLayer(DRY, this.#layers[this.#layers.length - 1]).forward(operands);
    outputs.forEach((output, i) => this.#values.set(output, results[i]));
    return name;
  }

  #append(
    operation: OperationOf<Kind>,
    name: string,
    inputs: readonly string[],
    outputs: readonly string[],
  ): string {
    const inChannels = inputs.length === 0 ? 0 : this.#value(inputs[0]).shape[1];
    this.#layers.push({ ...operation, name, inputs, outputs, inChannels });
    return outputs[0];
  }

  #origin(value: string): Tensor['origin'] {
    return this.#value(value).origin;
  }

  #value(name: string): Tensor {
    const value = this.#values.get(name);
    if (!value) throw new FcnError(`definition: no layer writes ${name}`);
    return value;
  }
}

/** The offset of both axes, which squares of pixels give. */
function equal(name: string, [rows, columns]: readonly [number, number]): number {
  if (rows === columns) return rows;
  throw new FcnError(
    `definition: offsets of ${name} differ (got ${String(rows)}, ${String(columns)})`,
  );
}
