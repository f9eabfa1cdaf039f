import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/no-grad.js';
import type { Backend } from '../../src/backend/backend.js';
import type { Rng } from '../../src/core/rng.js';
import { numel, type Shape } from '../../src/core/shape.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { normals, SEED, specials, spread, stream } from './arbitraries.js';
import { reference32, reference64, wasmBackend } from './backends.js';
import { checkGolden } from './check-golden.js';
import { assertSameBits, assertWithin, largest } from './close.js';
import { guarded, type GuardedBackend } from './guarded.js';

/** Description of an op for {@link checkOp}. */
export interface OpSpec<C> {
  /** Kebab-case name, also of `fixtures/ops/NAME.safetensors`. */
  readonly name: string;
  /** Geometry and attributes; sizes on both sides of every vector width. */
  readonly cases: fc.Arbitrary<C>;
  /** Smaller cases for the gradient check, which runs the op twice per input element. */
  readonly gradientCases?: fc.Arbitrary<C>;
  /** Shapes of the inputs of a case. */
  readonly inputShapes: (attrs: C) => readonly Shape[];
  /** Runs the op. Called many times per case; must compute the same each time. */
  readonly apply: (inputs: readonly Tensor[], attrs: C) => Tensor;
  /** Inputs with a gradient; default: all. */
  readonly differentiable?: readonly boolean[];
  /**
   * Replaces the values of an input, such as a variance, which must be positive. The default draws values
   * away from 0 and from each other, so that no kink of max, ReLU or pooling is near.
   */
  readonly adjust?: (values: number[], input: number, attrs: C) => number[];
  /** False if the op rejects special values. */
  readonly specialValues?: boolean;
  /** Number of generated cases for each comparison of the backends; default 80. */
  readonly parityRuns?: number;
  /** Applies a case of the golden file; `null` for an op without goldens. */
  readonly golden: ((inputs: readonly Tensor[], attrs: never) => Tensor) | null;
}

/** Values of the inputs, one list per input. */
type Values = readonly (readonly number[])[];

/** Result of one run. */
interface Run {
  readonly output: Float64Array;
  readonly gradients: readonly (Float64Array | null)[];
}

/** One run: the case, its values, the gradient of the output and the initial gradients. */
interface Job<C> {
  readonly attrs: C;
  readonly values: Values;
  /** Draws the output's gradient, one value per element. */
  readonly seed: (length: number) => readonly number[];
  readonly start?: Values;
}

const GRADIENT_RUNS = 15;
const PARITY_RUNS = 80;
/** Step of the central differences. */
const STEP = 1e-5;

/** Defines the suite of tests that every op must pass. */
export function checkOp<C>(spec: OpSpec<C>): void {
  describe(spec.name, () => {
    let wasm: GuardedBackend;
    const parityRuns = spec.parityRuns ?? PARITY_RUNS;
    const defined = guarded(reference32, 1e30);
    before(async () => {
      wasm = guarded(await wasmBackend(), NaN);
    });
    const same = (job: Job<C>) => {
      const expected = run(spec, defined, job);
      const got = run(spec, wasm, job);
      assertSameBits('output', got.output, expected.output);
      expected.gradients.forEach((gradient, i) => {
        const other = got.gradients[i];
        if (gradient && other) assertSameBits(`gradient of input ${String(i)}`, other, gradient);
      });
    };

    it('gradients equal central differences in float64', () => {
      property(spec.gradientCases ?? spec.cases, GRADIENT_RUNS, (attrs, rng) => {
        checkGradient(spec, attrs, rng);
      });
    });
    it('backward twice gives twice the gradient', () => {
      property(spec.gradientCases ?? spec.cases, GRADIENT_RUNS, (attrs, rng) => {
        checkAccumulation(spec, attrs, rng);
      });
    });
    it('kernels give the bits of the reference, and write nothing else', () => {
      property(spec.cases, parityRuns, (attrs, rng) => {
        same({ attrs, values: draw(spec, attrs, rng, normals), seed: (n) => normals(rng(), n) });
      });
    });
    it('kernels accumulate onto gradients with the bits of the reference', () => {
      property(spec.cases, parityRuns, (attrs, rng) => {
        const values = draw(spec, attrs, rng, normals);
        same({ attrs, values, start: values, seed: (n) => normals(rng(), n) });
      });
    });
    if (spec.specialValues !== false) {
      it('NaN, infinities, −0 and denormals give the same bits', () => {
        property(spec.cases, parityRuns, (attrs, rng) => {
          same({
            attrs,
            values: draw(spec, attrs, rng, specials),
            seed: (n) => specials(rng(), n),
          });
        });
      });
    }
    const { golden } = spec;
    if (golden) {
      it('both backends agree with the goldens', () => {
        for (const backend of [defined, wasm]) checkGolden(spec.name, backend, golden);
      });
    }
  });
}

/** Runs a property with the fixed seed; a failure prints it with the smallest counterexample. */
function property<C>(
  cases: fc.Arbitrary<C>,
  numRuns: number,
  check: (attrs: C, rng: () => Rng) => void,
): void {
  let count = 0;
  const counted = fc.property(cases, stream, (attrs, rng) => {
    count++;
    check(attrs, rng);
  });
  fc.assert(counted, { seed: SEED, numRuns });
  assert(count >= numRuns, `only ${String(count)} cases were generated`);
}

/** Values for all inputs; drawn together, so that `spread` also separates values of different inputs. */
function draw<C>(
  spec: OpSpec<C>,
  attrs: C,
  rng: () => Rng,
  how: (rng: Rng, length: number) => number[],
): Values {
  const sizes = spec.inputShapes(attrs).map(numel);
  const all = how(
    rng(),
    sizes.reduce((sum, size) => sum + size, 0),
  );
  let from = 0;
  return sizes.map((size, i) => {
    const values = all.slice(from, (from += size));
    return spec.adjust ? spec.adjust(values, i, attrs) : values;
  });
}

function leaves<C>(spec: OpSpec<C>, backend: Backend, attrs: C, values: Values): Tensor[] {
  return spec.inputShapes(attrs).map((shape, i) => {
    const requiresGrad = spec.differentiable?.[i] ?? true;
    return Tensor.from(backend, values[i], shape, { requiresGrad });
  });
}

/** Runs forward and backward on a guarded backend, and checks that nothing else changed. */
function run<C>(spec: OpSpec<C>, backend: GuardedBackend, job: Job<C>): Run {
  const mark = backend.mark();
  try {
    const { attrs, values } = job;
    const inputs = leaves(spec, backend, attrs, values);
    inputs.forEach((input, i) => {
      if (job.start && input.requiresGrad) input.grad.set(job.start[i]);
    });
    const silent = noGrad(() => Float64Array.from(spec.apply(inputs, attrs).data));
    const output = spec.apply(inputs, attrs);
    assertSameBits('output while gradients are recorded', output.data, silent);
    if (output.creator) {
      backward(output, job.seed(output.data.length));
      assertSameBits('output after backward', output.data, silent);
    }
    inputs.forEach((input, i) => {
      assertSameBits(`input ${String(i)} afterwards`, input.data, Float32Array.from(values[i]));
    });
    backend.checkGuards();
    const gradients = inputs.map((input) =>
      input.requiresGrad ? Float64Array.from(input.grad) : null,
    );
    return { output: silent, gradients };
  } finally {
    backend.release(mark);
  }
}

function checkGradient<C>(spec: OpSpec<C>, attrs: C, rng: () => Rng): void {
  const mark = reference64.mark();
  const values = draw(spec, attrs, rng, spread).map((list) => [...list]);
  const inputs = leaves(spec, reference64, attrs, values);
  const output = spec.apply(inputs, attrs);
  const seed = normals(rng(), output.data.length);
  backward(output, seed);
  const loss = (): number => {
    const probe = reference64.mark();
    const shifted = noGrad(() => spec.apply(inputs, attrs).data);
    const sum = seed.reduce((total, factor, i) => total + factor * shifted[i], 0);
    reference64.release(probe);
    return sum;
  };
  inputs.forEach((input, i) => {
    if (!input.requiresGrad) return;
    const { data } = input;
    values[i].forEach((value, j) => {
      data[j] = value + STEP;
      const above = loss();
      data[j] = value - STEP;
      const slope = (above - loss()) / (2 * STEP);
      data[j] = value;
      const what = `slope of input ${String(i)}[${String(j)}]`;
      // Differences lose about 1e-16 · |loss| / STEP ≈ 1e-9, and STEP² ≈ 1e-10 of the third derivative.
      assertWithin(what, [input.grad[j]], [slope], 1e-6 * Math.max(1, Math.abs(slope)));
    });
  });
  reference64.release(mark);
}

function checkAccumulation<C>(spec: OpSpec<C>, attrs: C, rng: () => Rng): void {
  const mark = reference64.mark();
  const inputs = leaves(spec, reference64, attrs, draw(spec, attrs, rng, spread));
  const pass = (): (Float64Array | null)[] => {
    const output = spec.apply(inputs, attrs);
    backward(output, normals(rng(), output.data.length));
    return inputs.map((input) => (input.requiresGrad ? Float64Array.from(input.grad) : null));
  };
  const once = pass();
  const twice = pass();
  once.forEach((gradient, i) => {
    const other = twice[i];
    if (!gradient || !other) return;
    const doubled = gradient.map((value) => 2 * value);
    // Sums start from the first gradient, so each of up to 1e4 additions rounds anew, by 2⁻⁵³.
    const bound = 1e-11 * Math.max(1, largest(doubled));
    assertWithin(`gradient of input ${String(i)}, twice`, other, doubled, bound);
  });
  reference64.release(mark);
}
