import { createNetwork } from '../models/create-network.js';
import type { NetworkSpec } from '../models/network-spec.js';
import { COLOURS, INPUT, OUTPUT, withNames } from './named-values.js';
import { OpenError } from './open-error.js';
import type { OpenedNetwork } from './opened-network.js';
import { overlaid } from './overlaid.js';
import type { OpenedFile } from './read-source.js';

/**
 * Opens a network of this library that a specification describes, with weights of a file or without any.
 *
 * @throws {@link OpenError} `no-weights` where numbers are needed and no file is given, or as for the file.
 */
export function openSpec(
  name: string,
  spec: NetworkSpec,
  weights: OpenedFile | null,
  { sha256, structureOnly = false }: { readonly sha256?: string; readonly structureOnly?: boolean },
): OpenedNetwork {
  if (weights === null && !structureOnly) {
    throw new OpenError('no-weights', (naming) => {
      return `${name}: missing weights (none were published); give a file by ${naming('weights')}, or train it`;
    });
  }
  const dry = createNetwork(null, spec);
  dry.setTraining(false);
  const network = withNames(dry);
  const opened: OpenedNetwork = {
    ...{ name, kind: 'definition', network, weights: null, stored: null },
    ...{ preprocessing: null, fixedSize: null, scores: new Map([[OUTPUT, null]]), notes: [] },
    atSize: (size) => ({ network, shapes: new Map([[INPUT, [1, COLOURS, ...size]]]) }),
    build(backend) {
      const built = createNetwork(backend, spec);
      built.setTraining(false);
      return { network: withNames(built), notes: [] };
    },
    close: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
  return weights === null ? opened : overlaid(opened, weights, sha256);
}
