import { FcnError } from '../core/errors.js';
import type { Rng } from '../core/rng.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Observer } from './forward-pass.js';
import { joinParameters } from './module.js';
import type { Network } from './network.js';

/** A layer of any number of inputs and outputs. */
export interface WiredLayer {
  /** Computes the outputs, in order. An output may be one of the inputs. */
  forward(inputs: readonly Tensor[]): readonly Tensor[];
  /** Parameters by name; see {@link Module.parameters}. */
  parameters?(): ReadonlyMap<string, Tensor>;
  /** As of {@link Module}. */
  setTraining?(training: boolean, rng?: Rng): void;
}

/** A layer and the names of the values that it reads and writes. */
export interface Wire {
  /** Name of the layer, and prefix of its parameters' names. */
  readonly name: string;
  /** Values it reads. */
  readonly inputs: readonly string[];
  /** Values it writes; one that is there already is replaced, as by layers that work in place. */
  readonly outputs: readonly string[];
  /** Layer. */
  readonly layer: WiredLayer;
}

/** A wire whose values are told apart by number: one that is replaced gets another. */
interface NumberedWire {
  readonly wire: Wire;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Values whose last reader is this wire. */
  readonly dead: readonly number[];
}

/** A network as a list of layers whose values are tied by name: any graph without cycles. */
export class WiredNetwork implements Network {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The layers in the order in which they run. */
  readonly wires: readonly Wire[];
  readonly #numbered: readonly NumberedWire[];
  /** The numbers of the outputs. */
  readonly #results: readonly number[];

  /**
   * @param wires - In an order in which every value is written before it is read.
   * @throws {@link FcnError} if it is not, or nothing writes an output.
   */
  constructor(inputs: readonly string[], wires: readonly Wire[], outputs: readonly string[]) {
    this.inputs = inputs;
    this.wires = wires;
    this.outputs = outputs;
    const numbers = new Map(inputs.map((name, i) => [name, i]));
    let next = inputs.length;
    const numberOf = (name: string, reader: string): number => {
      const number = numbers.get(name);
      if (number === undefined) throw new FcnError(`${reader} reads ${name}, which nothing writes`);
      return number;
    };
    const numbered = wires.map((wire) => {
      const reads = wire.inputs.map((name) => numberOf(name, wire.name));
      const writes = wire.outputs.map(() => next++);
      wire.outputs.forEach((name, i) => numbers.set(name, writes[i]));
      return { wire, reads, writes };
    });
    this.#results = outputs.map((name) => numberOf(name, 'the output'));
    this.#numbered = withDeaths(numbered, new Set(this.#results));
  }

  run(inputs: ReadonlyMap<string, Tensor>, observe?: Observer): Map<string, Tensor> {
    const values = new Map<number, Tensor>();
    this.inputs.forEach((name, i) => {
      const tensor = inputs.get(name);
      if (tensor === undefined) throw new FcnError(`network: input ${name} is missing`);
      values.set(i, tensor);
      observe?.(name, tensor);
    });
    const kept = new Set(values.values());
    for (const { wire, reads, writes, dead } of this.#numbered) {
      const operands = reads.map((read) => valueOf(values, read));
      const results = wire.layer.forward(operands);
      // Backward may look at what a recorded layer read, recorded itself or not: labels are not.
      if (results.some(({ creator }) => creator !== null)) operands.forEach((x) => kept.add(x));
      writes.forEach((write, i) => {
        const result = results[i];
        if (!operands.includes(result)) result.origin.name = nameAmong(wire, i);
        observe?.(wire.outputs[i], result);
        values.set(write, result);
      });
      for (const number of dead) {
        const tensor = valueOf(values, number);
        values.delete(number);
        const isKept = observe !== undefined || tensor.creator !== null || kept.has(tensor);
        if (!isKept && ![...values.values()].includes(tensor)) tensor.free();
      }
    }
    return new Map(this.outputs.map((name, i) => [name, valueOf(values, this.#results[i])]));
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return joinParameters(
      this.wires.map(({ name, layer }) => [
        name,
        { parameters: () => layer.parameters?.() ?? new Map<string, Tensor>() },
      ]),
    );
  }

  setTraining(training: boolean, rng?: Rng): void {
    for (const { layer } of this.wires) layer.setTraining?.(training, rng);
  }
}

/** Adds to each wire the values that it is the last to read, or writes without a reader. */
function withDeaths(
  wires: readonly Omit<NumberedWire, 'dead'>[],
  results: ReadonlySet<number>,
): NumberedWire[] {
  const last = new Map<number, number>();
  wires.forEach(({ reads, writes }, i) => {
    for (const number of [...reads, ...writes]) last.set(number, i);
  });
  const dead = wires.map((): number[] => []);
  for (const [number, at] of last) if (!results.has(number)) dead[at].push(number);
  return wires.map((wire, i) => ({ ...wire, dead: dead[i] }));
}

/** A layer's only output is named after it; several each after their value. */
function nameAmong({ name, outputs }: Wire, i: number): string {
  return outputs.length === 1 ? name : outputs[i];
}

function valueOf(values: ReadonlyMap<number, Tensor>, number: number): Tensor {
  const tensor = values.get(number);
  if (tensor === undefined) throw new FcnError('network: a layer gave fewer outputs than it has');
  return tensor;
}
