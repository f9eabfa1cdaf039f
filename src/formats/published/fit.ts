/** Finds the published network that weights belong to, and checks that they fit. */
import { FcnError } from '../../core/errors.js';
import type { NamedArray, NamedArrays } from '../../core/named-arrays.js';
import { sameShape, showShape } from '../../core/shape.js';
import { isFiniteArray } from '../../core/stored-array.js';
import { buildPublished, PUBLISHED_NETWORKS, type PublishedNetwork } from './build.js';

/** A published network with numbers for all of its parameters. */
export interface FittedNetwork extends PublishedNetwork {
  /** By the names of its parameters. */
  readonly weights: NamedArrays;
}

/**
 * The network of a name, with the weights of a file: every parameter gets an array, every array is used.
 *
 * @param file - Its name, for messages.
 * @throws {@link FcnError} if something is missing, left over, of another shape or not finite, or there is
 *   no network of the name.
 */
export function fitPublished(name: string, arrays: NamedArrays, file: string): FittedNetwork {
  const built = buildPublished(name, arrays);
  const weights = new Map<string, NamedArray>();
  for (const [key, { shape }] of built.network.parameters()) {
    const array = arrays.get(key) ?? built.fixed.get(key);
    if (array === undefined)
      throw new FcnError(`${file}: ${name} needs ${key}, which is not there`);
    if (!sameShape(array.shape, shape)) {
      throw new FcnError(
        `${file}: ${key} is ${showShape(array.shape)}, in ${name} it is ${showShape(shape)}`,
      );
    }
    if (!isFiniteArray(array)) throw new FcnError(`${file}: ${key} has no finite numbers`);
    weights.set(key, array);
  }
  const left = [...arrays.keys()].find((key) => !weights.has(key));
  if (left !== undefined) throw new FcnError(`${file}: ${name} has no ${left}`);
  return { ...built, weights };
}

/**
 * The published networks that arrays may be the weights of, by names and shapes of parameters. Widths of
 * the trunk do not matter.
 *
 * @param isWhole - True if the file has all numbers, as Caffe's have; others may leave out fixed factors.
 */
export function recognisePublished(arrays: NamedArrays, isWhole: boolean): string[] {
  return PUBLISHED_NETWORKS.filter((name) => fits(name, arrays, isWhole));
}

function fits(name: string, arrays: NamedArrays, isWhole: boolean): boolean {
  if (name.startsWith('fcn_resnet') !== arrays.has('backbone.conv1.weight')) return false;
  if (name === 'fcn_resnet101' && !arrays.has('backbone.layer3.6.conv1.weight')) return false;
  if (name === 'fcn_resnet50' && arrays.has('backbone.layer3.6.conv1.weight')) return false;
  const { network, fixed } = buildPublished(name, arrays);
  const parameters = network.parameters();
  const known = [...parameters].every(([key, { shape }]) => {
    const array = arrays.get(key) ?? (isWhole ? undefined : fixed.get(key));
    return array !== undefined && sameShape(array.shape, shape);
  });
  return known && [...arrays.keys()].every((key) => parameters.has(key));
}
