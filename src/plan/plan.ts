import type { WasmBackend } from '../backend/wasm/index.js';
import { FcnError, ShapeError } from '../core/errors.js';
import { numel, type Shape } from '../core/shape.js';
import type { Step } from './steps/step.js';

/**
 * `exact` gives the bits of the eager ops. `fast` may compute the same by another algebra: its scores
 * differ by rounding, and are the same on every machine, too.
 */
export type PlanMode = 'exact' | 'fast';

/** What a plan says about one of its layers. */
export interface LayerDescription {
  /** Name of the layer. */
  readonly name: string;
  /** Its kind, such as `conv`. */
  readonly kind: string;
  /** How it is computed, such as `direct`. */
  readonly algorithm: string;
  /** Why so; empty where there is no other way. */
  readonly reason: string;
  /** What it writes, for one image: `[1, C, H, W]`. */
  readonly shape: Shape;
  /** Where in the plan's memory that lies, in bytes. */
  readonly offsetBytes: number;
  /** How much of it that takes, zeros around included. */
  readonly sizeBytes: number;
  /** What it needs besides while it runs. */
  readonly workspaceBytes: number;
  /** Parts into which its work is cut, for several threads. */
  readonly tasks: number;
}

/** A network made ready for inputs of one size. */
export interface Plan extends Disposable {
  /** `[N, C, H, W]` of the input. */
  readonly inputShape: Shape;
  /** `[N, C, H, W]` of the output. */
  readonly outputShape: Shape;
  /** How it computes. */
  readonly mode: PlanMode;
  /** Memory that the plan takes besides the model, weights that it may share with others included. */
  readonly predictedPeakBytes: number;
  /** The layers in the order in which they run. */
  readonly layers: readonly LayerDescription[];
  /** Tells plans apart that compute something else, or in another way: 16 hexadecimal digits. */
  readonly hash: string;
  /**
   * Computes the network's output.
   *
   * @param input - As many numbers as `inputShape` has elements, row-major.
   * @returns The output, row-major, in memory of its own.
   * @throws {@link ShapeError} if the count differs; {@link FcnError} after `dispose`.
   */
  run(input: Float32Array): Float32Array;
  /** Gives the plan's memory back. */
  dispose(): void;
}

/** What {@link makePlan} makes a plan of. */
export interface PlanParts extends Pick<
  Plan,
  'inputShape' | 'outputShape' | 'mode' | 'predictedPeakBytes' | 'layers' | 'hash'
> {
  /** Whose kernels run. */
  readonly backend: WasmBackend;
  /** What to run for each image. */
  readonly steps: readonly Step[];
  /** Byte address of one image, `[C, H, W]`. */
  readonly inputAddress: number;
  /** Byte address of the result for one image, row-major. */
  readonly outputAddress: number;
  /** Gives everything back. */
  readonly release: () => void;
}

/** Puts a plan together. Images of a batch take turns. */
export function makePlan(parts: PlanParts): Plan {
  const { backend, steps, inputAddress, outputAddress, release, ...described } = parts;
  const { inputShape, outputShape } = described;
  const { buffer } = backend.arena.memory;
  const images = inputShape[0];
  const source = new Float32Array(buffer, inputAddress, numel(inputShape) / images);
  const result = new Float32Array(buffer, outputAddress, numel(outputShape) / images);
  let open = true;
  const dispose = (): void => {
    if (open) release();
    open = false;
  };
  return {
    ...described,
    run(input) {
      if (!open) throw new FcnError('the plan was disposed of');
      if (input.length !== numel(inputShape)) {
        throw new ShapeError(
          `plan: ${String(numel(inputShape))} numbers expected, got ${String(input.length)}`,
        );
      }
      const output = new Float32Array(numel(outputShape));
      for (let n = 0; n < images; n++) {
        source.set(input.subarray(n * source.length, (n + 1) * source.length));
        for (const step of steps) runStep(backend, step);
        output.set(result, n * result.length);
      }
      return output;
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
}

function runStep({ kernels }: WasmBackend, step: Step): void {
  if ('run' in step) {
    step.run();
    return;
  }
  const kernel = kernels[step.kernel];
  for (let task = 0; task < step.tasks; task++) kernel(step.job, task);
}
