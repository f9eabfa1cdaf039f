import { isDeepStrictEqual } from 'node:util';
import Benchmark from 'benchmark';
import type { FloatArray } from '../../src/backend/attributes.js';
import type { Backend } from '../../src/backend/backend.js';
import { createReferenceBackend } from '../../src/backend/reference/index.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { createRng } from '../../src/core/rng.js';
import { calibrate } from '../calibration.js';

/** Work of a kernel on a layer. */
export type Work = {
  /** Length of each input buffer; inputs are filled from the seed. */
  readonly inputs: readonly number[];
  /** Length of each output buffer; outputs start at 0. */
  readonly outputs: readonly number[];
  /** Converts the random inputs in [−1, 1] to valid inputs; not timed. */
  readonly prepare?: (backend: Backend, inputs: Buffers) => void;
  /** Calls the kernel once; returns a result that is not in an output buffer. */
  readonly run: (backend: Backend, inputs: Buffers, outputs: Buffers) => unknown;
} & ({ readonly flops: number } | { readonly bytes: number });

type Buffers = readonly FloatArray[];

/** A kernel on a layer of a network. */
export interface Case {
  /** Name of the layer and the pass. */
  readonly name: string;
  /** Extent of the layer's maps. */
  readonly size: number;
  /** Extent for the reference if the layer's would take too long: rates are compared. */
  readonly referenceSize: number;
  /** Returns the work at an extent. */
  readonly at: (size: number) => Work;
}

/** Result of a measurement. */
export interface Row {
  readonly op: string;
  readonly name: string;
  readonly unit: 'GFLOP/s' | 'GB/s';
  /** Rate of the kernel, in the unit. */
  readonly wasm: number;
  /** Rate of the reference. */
  readonly reference: number;
  /** wasm / reference. */
  readonly ratio: number;
  /** Margin of the ratio at 95 % confidence, as a fraction of the ratio. */
  readonly margin: number;
  /** Speed of the core at that moment. */
  readonly calibrationGflops: number;
}

/** Seconds over which a kernel is sampled, at least 3 times, each sample as long as `minTime`. */
const SAMPLING = { maxTime: 0.3, minSamples: 3, minTime: 0.02 };

/** Length of the random sequence that inputs repeat; a prime, so that no row equals the next one. */
const PERIOD = 65521;

/** Sum of all results, so that the JavaScript engine cannot remove the computation. */
let sink = 0;

/** Measures kernels on both backends, one case after another. */
export class Runner {
  readonly #reference = createReferenceBackend('float32');
  readonly #wasm: Backend;
  readonly #random = randomSequence();

  private constructor(wasm: Backend) {
    this.#wasm = wasm;
  }

  /** A runner on the reference and the WASM kernels. */
  static async create(): Promise<Runner> {
    return new Runner(await createWasmBackend());
  }

  /**
   * Runs the case on both backends, compares the results, then measures.
   *
   * @throws Error if the backends differ in any bit.
   */
  async measure(op: string, { name, size, referenceSize, at }: Case): Promise<Row> {
    const mark = this.#wasm.mark();
    const slow = this.#start(this.#reference, at(referenceSize));
    const check = this.#start(this.#wasm, at(referenceSize));
    if (!slow.results.every((result, i) => isDeepStrictEqual(result, check.results[i]))) {
      throw new Error(`${op}, ${name}: the kernel's result differs from the reference`);
    }
    const fast = size === referenceSize ? check : this.#start(this.#wasm, at(size));
    const calibrationGflops = await calibrate();
    const wasm = rateOf(fast);
    const reference = rateOf(slow);
    this.#wasm.release(mark);
    return {
      ...{ op, name, unit: fast.unit, wasm: wasm.rate, reference: reference.rate },
      ratio: wasm.rate / reference.rate,
      margin: Math.hypot(wasm.margin, reference.margin),
      calibrationGflops,
    };
  }

  /** Buffers on a backend, and the first run on them. */
  #start(backend: Backend, work: Work): Started {
    const inputs = work.inputs.map((length) => {
      const buffer = backend.alloc(length);
      for (let at = 0; at < length; at += PERIOD) {
        buffer.set(this.#random.subarray(0, length - at), at);
      }
      return buffer;
    });
    const outputs = work.outputs.map((length) => backend.allocZeros(length));
    work.prepare?.(backend, inputs);
    const pass = (): unknown => work.run(backend, inputs, outputs);
    const results = [pass(), ...outputs.map((output) => Float32Array.from(output))];
    const [amount, unit] =
      'flops' in work ? ([work.flops, 'GFLOP/s'] as const) : ([work.bytes, 'GB/s'] as const);
    const timed = (): void => {
      const result = pass();
      sink += typeof result === 'number' ? result : (outputs.at(0)?.[0] ?? 0);
    };
    return { results, timed, amount, unit };
  }
}

interface Started {
  readonly results: readonly unknown[];
  readonly timed: () => void;
  readonly amount: number;
  readonly unit: Row['unit'];
}

/** Rate in 10⁹ FLOPs or bytes per second, and its relative margin. */
function rateOf({ timed, amount }: Started): { rate: number; margin: number } {
  const benchmark = new Benchmark('kernel', timed, SAMPLING).run();
  const { error, stats } = benchmark as { error?: Error; stats: Benchmark.Stats };
  if (error !== undefined) throw error;
  if (Number.isNaN(sink)) throw new Error('bench: a kernel computed NaN');
  return { rate: amount / stats.mean / 1e9, margin: stats.rme / 100 };
}

function randomSequence(): Float32Array {
  const rng = createRng(1701);
  return new Float32Array(PERIOD).map(() => 2 * rng.uniform() - 1);
}
