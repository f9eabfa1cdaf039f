import { FcnError } from '../../core/errors.js';
import type { NamedArray, NamedArrays } from '../../core/named-arrays.js';
import { lastUpsampling, STRIDES } from '../../models/paper/head.js';

/**
 * Layers of the time of CVPR 2015, as in MatConvNet's imports and in the FCN-8s that is part of CRF-RNN, by the
 * names that the authors gave them afterwards.
 */
const LATER_NAMES: ReadonlyMap<string, string> = new Map([
  ['score-fr', 'score_fr'],
  ['score-pool4', 'score_pool4'],
  ['score-pool3', 'score_pool3'],
  ['score2', 'upscore2'],
  ['score4', 'upscore_pool4'],
]);

/** Later names of the last upsampling, which was `upsample` in all of them, by the extent of its kernel. */
const LAST_UPSAMPLING: ReadonlyMap<number, string> = new Map(
  STRIDES.map((stride) => [2 * stride, lastUpsampling(stride)]),
);

/**
 * Weights by the names of the published networks, where they have earlier ones.
 *
 * @throws {@link FcnError} if two would get the same name.
 */
export function withLaterNames(arrays: NamedArrays): NamedArrays {
  const extent = arrays.get('upsample.weight')?.shape.at(-1) ?? 0;
  const last = LAST_UPSAMPLING.get(extent) ?? 'upsample';
  const renamed = new Map<string, NamedArray>();
  for (const [name, array] of arrays) {
    const [, layer, parameter] = /^(.*)(\.[^.]*)$/.exec(name) ?? ['', name, ''];
    const later = layer === 'upsample' ? last : (LATER_NAMES.get(layer) ?? layer);
    if (renamed.has(later + parameter)) {
      throw new FcnError(`weights: two arrays would be named "${later}${parameter}"`);
    }
    renamed.set(later + parameter, array);
  }
  return renamed;
}
