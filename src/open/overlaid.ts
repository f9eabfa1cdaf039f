import { readWeights } from '../formats/open-weights.js';
import { readHashed } from '../io/hashed-source.js';
import { filled, fitWeights } from './fit-weights.js';
import { openingNow } from './open-error.js';
import type { OpenedNetwork } from './opened-network.js';
import type { OpenedFile } from './read-source.js';

/**
 * A network that has weights of its own, with those of another file in their place.
 *
 * @throws {@link OpenError} if the file is damaged, or lacks a parameter of the network.
 */
export function overlaid(
  opened: OpenedNetwork,
  { name, bytes }: OpenedFile,
  sha256: string | undefined,
): OpenedNetwork {
  try {
    const { arrays, notes } = openingNow('damaged', () => readHashed(bytes, sha256, readWeights));
    const fitted = openingNow('weights-do-not-fit', () => fitWeights(opened.network, arrays, name));
    const { build } = opened;
    return Object.assign(opened, {
      weights: fitted.weights,
      stored: arrays,
      notes: [...notes, ...fitted.notes],
      build: (...where: Parameters<typeof build>) => ({
        network: filled(build(...where).network, fitted.weights),
        notes: [...notes, ...fitted.notes],
      }),
    });
  } finally {
    bytes.close();
  }
}
