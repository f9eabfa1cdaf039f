import { checkOptions, FLAG, type OptionChecks } from '../core/check-options.js';
import { FcnError } from '../core/errors.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import { numel, sameShape, showShape } from '../core/shape.js';
import { lengthOf, isSeparateFrom, readPart } from '../core/stored-array.js';
import type { Module } from '../nn/module.js';
import type { Tensor } from '../tensor/tensor.js';

/** Options of {@link loadParameters}. */
export interface LoadOptions {
  /** True if parameters without an array of their name may keep their values. Default: false. */
  readonly allowMissing?: boolean;
  /** True if an array of another shape with as many numbers is taken. Default: false. */
  readonly coerce?: boolean;
}

const OPTIONS: OptionChecks<LoadOptions> = { allowMissing: FLAG, coerce: FLAG };

/** A module or a network: whatever has parameters. */
export type ParameterHolder = Pick<Module, 'parameters'>;

/** Outcome for every name: the lists are disjoint, and together hold every name of both sides. */
export interface LoadReport {
  /** Parameters that were overwritten by an array of their shape. */
  readonly copied: readonly string[];
  /** Parameters that were overwritten by an array of another shape: fc `[O, I]` as `[O, C, H, W]`. */
  readonly coerced: readonly string[];
  /** Arrays that have no parameter. */
  readonly dropped: readonly string[];
  /** Parameters that have no array. */
  readonly missing: readonly string[];
}

/**
 * Overwrites the parameters of a module, or a network, with arrays of the same names. All or nothing: what does not
 * fit is found before the first number is written.
 *
 * @throws {@link FcnError} if counts differ; shapes, unless they may be coerced; or a parameter has no
 *   array, unless it may.
 */
export function loadParameters(
  module: ParameterHolder,
  arrays: NamedArrays,
  options: LoadOptions = {},
): LoadReport {
  checkOptions('loadParameters', options, OPTIONS);
  const parameters = module.parameters();
  const report = planLoad(parameters, arrays, (name) => name);
  if (!(options.allowMissing ?? false) && report.missing.length > 0) {
    throw new FcnError(`weights: nothing for ${report.missing.join(', ')}`);
  }
  const coerced = report.coerced.at(0);
  if (!(options.coerce ?? false) && coerced !== undefined) {
    throw new FcnError(
      `weights: ${mismatch(coerced, parameters.get(coerced), arrays.get(coerced))}`,
    );
  }
  return copyPlanned(parameters, arrays, report);
}

/** A report, and which array each parameter in it is to be overwritten with. */
export interface LoadPlan extends LoadReport {
  /** Name of the array, by name of the parameter. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Decides what {@link copyPlanned} will do.
 *
 * @param rename - The parameter that an array belongs to.
 * @throws {@link FcnError} if a parameter and its array differ in count.
 */
export function planLoad(
  parameters: ReadonlyMap<string, Tensor>,
  arrays: NamedArrays,
  rename: (name: string) => string,
): LoadPlan {
  const copied: string[] = [];
  const coerced: string[] = [];
  const dropped: string[] = [];
  const sources = new Map<string, string>();
  for (const [source, array] of arrays) {
    const name = rename(source);
    const target = parameters.get(name);
    if (target === undefined) {
      dropped.push(source);
      continue;
    }
    if (numel(array.shape) !== numel(target.shape) || lengthOf(array) !== numel(target.shape)) {
      throw new FcnError(`weights: ${mismatch(name, target, array)}`);
    }
    (sameShape(array.shape, target.shape) ? copied : coerced).push(name);
    sources.set(name, source);
  }
  const missing = [...parameters.keys()].filter((name) => !sources.has(name));
  return { copied, coerced, dropped, missing, sources };
}

/** Carries a plan out. */
export function copyPlanned(
  parameters: ReadonlyMap<string, Tensor>,
  arrays: NamedArrays,
  { sources, ...report }: LoadPlan,
): LoadReport {
  for (const [name, source] of sources) {
    const array = arrays.get(source);
    const tensor = parameters.get(name);
    if (array === undefined || tensor === undefined) continue;
    const { backend, data } = tensor;
    if (isSeparateFrom(array, data)) backend?.prepare?.(data);
    if (data instanceof Float32Array) readPart(array, 0, data);
    else data.set(array.data);
  }
  return report;
}

function mismatch(name: string, target: Tensor | undefined, array: NamedArray | undefined): string {
  return `${name} is ${showShape(target?.shape ?? [])}, the array ${showShape(array?.shape ?? [])}`;
}
