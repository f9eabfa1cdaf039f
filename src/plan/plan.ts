import type { WasmBackend } from '../backend/wasm/index.js';
import { FcnError, ShapeError } from '../core/errors.js';
import { numel, type Pair, type Shape } from '../core/shape.js';
import type { PlacedPrograms } from './region/place-programs.js';

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
  /** What it needs besides while it runs, on all threads. */
  readonly workspaceBytes: number;
  /** Parts into which its work is cut, for several threads. */
  readonly tasks: number;
  /** Multiplications with an addition, every tap counted. */
  readonly macs: number;
  /** What of it is computed for images after the first; null in a plan that computes all of every image. */
  readonly region: LayerRegion | null;
}

/** What a plan says about the part of a layer that it computes for images after the first. */
export interface LayerRegion extends Pick<
  LayerDescription,
  'offsetBytes' | 'sizeBytes' | 'workspaceBytes' | 'tasks' | 'macs'
> {
  /** Rows of the output that are computed: the first, and the one behind the last. */
  readonly rows: Pair;
  /** The same of columns. */
  readonly columns: Pair;
}

/** A network made ready for inputs of one size. */
export interface Plan extends Disposable {
  /** `[N, C, H, W]` of the input. */
  readonly inputShape: Shape;
  /** `[N, C, H, W]` of the output. */
  readonly outputShape: Shape;
  /** How it computes. */
  readonly mode: PlanMode;
  /** Threads that share its work; no bit of the output depends on them. */
  readonly threads: number;
  /** Memory that the plan takes besides the model, weights that it may share with others included. */
  readonly predictedPeakBytes: number;
  /**
   * What of it the plan holds for itself from now on, not shared and not only while it runs. Less from the second
   * image on, where only a part of it is computed.
   */
  readonly ownBytes: number;
  /** The layers in the order in which they run. */
  readonly layers: readonly LayerDescription[];
  /**
   * Tells plans apart that compute something else, or in another way: 16 hexadecimal digits. Where things
   * lie in memory and how many threads there are does not matter.
   */
  readonly hash: string;
  /**
   * Computes the network's output.
   *
   * @param input - As many numbers as `inputShape` has elements, row-major.
   * @returns The output, row-major, in memory of its own.
   * @throws {@link ShapeError} if the count differs; {@link FcnError} after `dispose`;
   *   {@link ThreadError} if a thread ended meanwhile: there is no output, but the plan can run again.
   */
  run(input: Float32Array): Float32Array;
  /**
   * The same for a plan of one image, without a copy.
   *
   * @returns The output in the backend's memory, until the plan runs again or is disposed of.
   * @throws Besides, {@link ShapeError} if the plan is for more images than one.
   */
  runInPlace(input: Float32Array): Float32Array;
  /** Gives the plan's memory back. */
  dispose(): void;
}

/** What {@link makePlan} makes a plan of. */
export interface PlanParts extends Pick<
  Plan,
  'inputShape' | 'outputShape' | 'mode' | 'threads' | 'predictedPeakBytes' | 'layers' | 'hash'
> {
  /** Whose kernels run. */
  readonly backend: WasmBackend;
  /** What to run, and in which memory. */
  readonly programs: PlacedPrograms;
}

/** Puts a plan together. Images of a batch take turns. */
export function makePlan(parts: PlanParts): Plan {
  const { backend, programs, ...described } = parts;
  const { inputShape, outputShape, threads } = described;
  const { buffer } = backend.arena.memory;
  const images = inputShape[0];
  const [imageLength, resultLength] = [inputShape, outputShape].map(
    (shape) => numel(shape) / images,
  );
  let open = true;
  const dispose = (): void => {
    if (open) programs.release();
    open = false;
  };
  const check = (input: Float32Array): void => {
    if (!open) throw new FcnError('the plan was disposed of');
    if (input.length === numel(inputShape)) return;
    throw new ShapeError(
      `plan: ${String(numel(inputShape))} numbers expected, got ${String(input.length)}`,
    );
  };
  const runImage = (image: Float32Array): Float32Array => {
    const { steps, inputAddress, outputAddress } = programs.next();
    new Float32Array(buffer, inputAddress, imageLength).set(image);
    for (const step of steps) {
      if ('run' in step) step.run();
      else backend.team.run(step, threads);
    }
    programs.done();
    return new Float32Array(buffer, outputAddress, resultLength);
  };
  return {
    ...described,
    get ownBytes() {
      return programs.ownBytes();
    },
    run(input) {
      check(input);
      const output = new Float32Array(numel(outputShape));
      for (let n = 0; n < images; n++) {
        const image = input.subarray(n * imageLength, (n + 1) * imageLength);
        output.set(runImage(image), n * resultLength);
      }
      return output;
    },
    runInPlace(input) {
      check(input);
      if (images > 1) throw new ShapeError(`plan: ${String(images)} images, not one in place`);
      return runImage(input);
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
}
