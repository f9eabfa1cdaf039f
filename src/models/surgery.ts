/**
 * Net surgery: carrying weights from one network into another.
 *
 * Everything reports what it did, and throws rather than guess where counts differ.
 *
 * @see the operations of the authors' `surgery.py`; `interp` there is {@link setBilinearUpsampling} here.
 */
import { FcnError } from '../core/errors.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import { numel, showShape, type Shape } from '../core/shape.js';
import { bilinearFiller } from '../nn/init.js';
import type { Module } from '../nn/module.js';
import type { Tensor } from '../tensor/tensor.js';
import { copyPlanned, planLoad, type LoadReport } from './load-parameters.js';

/**
 * Copies arrays into the parameters of the same layers; what has no counterpart stays. An array of
 * another shape with as many numbers is coerced: fc `[O, I]` becomes conv `[O, C, H, W]`.
 *
 * @param suffix - Appended to the layer's name in the target: `conv1_1.weight` goes to `conv1_1color.weight`.
 * @throws {@link FcnError} if counts differ.
 */
export function transplant(
  target: Module,
  source: NamedArrays,
  { suffix = '' }: { readonly suffix?: string } = {},
): LoadReport {
  const rename = (name: string): string => name.replace(/[^.]*(?=\.[^.]*$)/, `$&${suffix}`);
  const parameters = target.parameters();
  return copyPlanned(parameters, source, planLoad(parameters, source, rename));
}

/** Result of {@link expandScore} for a layer. */
export interface ExpandReport {
  /** The layer that was written to. */
  readonly layer: string;
  /** Classes whose weights were copied. */
  readonly copied: number;
  /** Classes that stayed as they were. */
  readonly kept: number;
}

/**
 * Copies the classes of a score layer into the first ones of a larger one.
 *
 * @param layers - Name of the layer in the target, and in the source if it differs.
 * @throws {@link FcnError} if one of the layers does not exist, has other inputs, or the source more classes.
 */
export function expandScore(
  target: Module,
  source: NamedArrays,
  layers: { readonly to: string; readonly from?: string },
): ExpandReport {
  const parameters = target.parameters();
  const from = layers.from ?? layers.to;
  const pairs = ['weight', 'bias'].map((part) => {
    const tensor = parameters.get(`${layers.to}.${part}`);
    const array = source.get(`${from}.${part}`);
    if (!tensor || !array) throw new FcnError(`expandScore: no ${part} in ${layers.to} or ${from}`);
    if (!fitsRows(array, tensor)) {
      const shapes = `${showShape(array.shape)} into ${showShape(tensor.shape)}`;
      throw new FcnError(`expandScore: the rows of ${from}.${part} do not fit, ${shapes}`);
    }
    return { tensor, array };
  });
  for (const { tensor, array } of pairs) tensor.data.set(array.data);
  const [{ tensor, array }] = pairs;
  return { layer: layers.to, copied: array.shape[0], kept: tensor.shape[0] - array.shape[0] };
}

function fitsRows({ shape, data }: NamedArray, tensor: Tensor): boolean {
  const [rows, ...row] = shape;
  const fits = rows <= tensor.shape[0] && numel(row) === numel(tensor.shape.slice(1));
  return fits && data.length === numel(shape);
}

/**
 * Freezes the parameters whose names match: gradients are no longer computed for them.
 *
 * @returns Their names.
 * @throws {@link FcnError} if there are none: a misspelt pattern must not train everything.
 */
export function freeze(module: Module, pattern: RegExp): readonly string[] {
  return forMatching('freeze', module, pattern, (tensor) => {
    tensor.requiresGrad = false;
  });
}

/** Weights of the upsampling layers, by the names of the paper. */
const UPSAMPLING = /up.*\.weight$/;

/**
 * Sets upsampling layers to bilinear interpolation: by default every parameter named after `up`.
 *
 * @returns Their names.
 * @throws {@link FcnError} if there are none.
 * @throws {@link ShapeError} if one is not `[C, C, k, k]` or `[C, 1, k, k]`.
 */
export function setBilinearUpsampling(
  module: Module,
  pattern: RegExp = UPSAMPLING,
): readonly string[] {
  return forMatching('setBilinearUpsampling', module, pattern, ({ data, shape }) => {
    bilinearFiller(data, shape, null);
  });
}

function forMatching(
  what: string,
  module: Module,
  pattern: RegExp,
  act: (tensor: Tensor) => void,
): string[] {
  const found = [...module.parameters()].filter(([name]) => pattern.test(name));
  if (found.length === 0) throw new FcnError(`${what}: no parameter matches ${String(pattern)}`);
  for (const [, tensor] of found) act(tensor);
  return found.map(([name]) => name);
}

/** Result of {@link convolutionizeArrays}. */
export interface ConvolutionizeReport {
  /** All arrays, the linear layers as convolutions. */
  readonly arrays: NamedArrays;
  /** Names of those that have a new shape. */
  readonly reshaped: readonly string[];
}

/**
 * Reads the linear layers of a classifier as convolutions: `[O, I]` as `[O, C, H, W]`. The numbers and
 * their order are the same.
 *
 * @param windows - For each linear layer, the map it takes, `[C, H, W]`: `fc6` → `[512, 7, 7]`.
 * @throws {@link FcnError} if there is no such layer or its count differs.
 */
export function convolutionizeArrays(
  source: NamedArrays,
  windows: ReadonlyMap<string, Shape>,
): ConvolutionizeReport {
  const arrays = new Map(source);
  const reshaped: string[] = [];
  for (const [layer, window] of windows) {
    const name = `${layer}.weight`;
    const array = source.get(name);
    if (!array) throw new FcnError(`convolutionize: there is no ${name}`);
    const shape = [array.shape[0], ...window];
    if (array.shape.length !== 2 || numel(shape) !== array.data.length) {
      const shapes = `${showShape(array.shape)} is not ${showShape(shape)}`;
      throw new FcnError(`convolutionize: ${name} of ${shapes}`);
    }
    arrays.set(name, { shape, data: array.data });
    reshaped.push(name);
  }
  return { arrays, reshaped };
}
