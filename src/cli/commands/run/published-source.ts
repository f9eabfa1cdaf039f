/** Published networks that no prototxt describes, and networks of the zoo's entries, as `fcn run` takes them. */
import type { Preprocessing } from '../../../data/preprocessing.js';
import { DEFINED_NETWORKS, defineNetwork } from '../../../formats/caffe/definitions/official.js';
import { openWeights } from '../../../formats/open-weights.js';
import { buildPublished } from '../../../formats/published/build.js';
import type { ZooEntry } from '../../../zoo/entry.js';
import { useOfNetwork } from '../../../zoo/network-use.js';
import { usageError } from '../../shell/exit-codes.js';
import { caffeSource } from './caffe-source.js';
import { loadArrays } from './load-file.js';
import type { NetworkSource } from './runnable.js';

/**
 * A published network.
 *
 * @param entry - The weights that it was named by; null if it goes by its own name.
 * @throws {@link CommandError} without a file of weights.
 */
export function publishedSource(
  network: string,
  entry: ZooEntry | null,
  weights: string | undefined,
): NetworkSource {
  const streams = useOfNetwork(network, entry)?.streams ?? [];
  const photo = photoOf(streams);
  if (DEFINED_NETWORKS.includes(network)) {
    return caffeSource(defineNetwork(network), network, { weights, photo });
  }
  if (weights === undefined) throw usageError(`--weights is missing: ${network} has parameters`);
  const { arrays, notes } = openWeights(weights);
  return {
    inputs: buildPublished(network, arrays).network.inputs,
    photo,
    open(backend) {
      const { network: built } = buildPublished(network, arrays, backend);
      return { network: built, notes: [...notes, ...loadArrays(built, arrays)] };
    },
  };
}

/** Preprocessing of a network's only input; null if the input is not a photo, or its mean is in the weights. */
function photoOf([stream, ...others]: readonly Preprocessing[]): Preprocessing | null {
  const { input = 'photo', mean } = stream;
  return others.length > 0 || input !== 'photo' || mean === null ? null : stream;
}
