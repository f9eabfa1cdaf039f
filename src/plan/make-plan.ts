import type { WasmBackend } from '../backend/wasm/index.js';
import { FcnError, ShapeError } from '../core/errors.js';
import { numel } from '../core/shape.js';
import type { Plan } from './plan.js';
import { batchShapes, givenFor, viewsOf, type Port } from './ports.js';
import type { PlacedPrograms } from './program/place-programs.js';

/** Parts of which {@link makePlan} makes a plan. */
export interface PlanParts extends Pick<
  Plan,
  'mode' | 'threads' | 'predictedPeakBytes' | 'layers' | 'hash'
> {
  /** Backend whose kernels run. */
  readonly backend: WasmBackend;
  /** The programs, with their memory. */
  readonly programs: PlacedPrograms;
  /** Images of a batch. */
  readonly images: number;
  /** Inputs for one image. */
  readonly inputs: readonly Port[];
  /** Outputs for one image. */
  readonly outputs: readonly Port[];
}

type Named = ReadonlyMap<string, Float32Array>;

/** Makes a plan, which runs the images of a batch one after another. */
export function makePlan(parts: PlanParts): Plan {
  const { backend, programs, images, inputs: sources, outputs: results, ...described } = parts;
  const { buffer } = backend.arena.memory;
  const [inputs, outputs] = [sources, results].map((ports) => batchShapes(ports, images));
  let open = true;
  const dispose = (): void => {
    if (open) programs.release();
    open = false;
  };
  const numbersOf = (given: Named): Float32Array[] => {
    if (!open) throw new FcnError('plan: already disposed; compile the network again');
    return givenFor(sources, images, given);
  };
  /** Runs image `n`; its results stay until the next image runs. */
  const runImage = (numbers: readonly Float32Array[], n: number): Float32Array[] => {
    const { steps, inputAddresses, outputAddresses } = programs.next();
    viewsOf(sources, inputAddresses, buffer).forEach((view, i) => {
      view.set(numbers[i].subarray(n * view.length, (n + 1) * view.length));
    });
    for (const step of steps) {
      if ('run' in step) step.run();
      else backend.team.run(step, parts.threads);
    }
    programs.done();
    return viewsOf(results, outputAddresses, buffer);
  };
  const runAll = (given: Named): Map<string, Float32Array> => {
    const numbers = numbersOf(given);
    const copies = results.map(({ name, shape }) => {
      return [name, new Float32Array(images * numel(shape))] as const;
    });
    for (let n = 0; n < images; n++) {
      runImage(numbers, n).forEach((view, i) => {
        copies[i][1].set(view, n * view.length);
      });
    }
    return new Map(copies);
  };
  const runAllInPlace = (given: Named): Map<string, Float32Array> => {
    const numbers = numbersOf(given);
    if (images > 1) {
      const got = String(images);
      throw new ShapeError(`plan: runInPlace: batch too large (got ${got}, expected 1); call run`);
    }
    const views = runImage(numbers, 0);
    return new Map(results.map(({ name }, i) => [name, views[i]]));
  };
  return {
    ...{ ...described, inputs, outputs, dispose, [Symbol.dispose]: dispose },
    get ownBytes() {
      return programs.ownBytes();
    },
    inputShape: [...inputs.values()][0] ?? [],
    outputShape: [...outputs.values()][0] ?? [],
    run: forOneToo(runAll, sources, results),
    runInPlace: forOneToo(runAllInPlace, sources, results),
  };
}

/** Returns a run function that also accepts a single input without a name, and returns a single output. */
function forOneToo(
  run: (given: Named) => Map<string, Float32Array>,
  sources: readonly Port[],
  results: readonly Port[],
): Plan['run'] {
  function either(given: Float32Array): Float32Array;
  function either(given: Named): Map<string, Float32Array>;
  function either(given: Float32Array | Named): Float32Array | Map<string, Float32Array> {
    if (!(given instanceof Float32Array)) return run(given);
    if (sources.length !== 1 || results.length !== 1) {
      const counts = `${String(sources.length)} inputs and ${String(results.length)} outputs`;
      throw new FcnError(`plan: missing names (got one array for ${counts}); pass a map of inputs`);
    }
    const [output] = run(new Map([[sources[0].name, given]])).values();
    return output;
  }
  return either;
}
