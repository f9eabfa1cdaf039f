import { openSafetensors } from '../io/stored-safetensors.js';
import { instantiate, instantiateDry } from '../models/instantiate.js';
import { readModel } from '../models/model-file.js';
import { COLOURS, INPUT, OUTPUT, withNames } from './named-values.js';
import { OpenError, openingNow } from './open-error.js';
import type { OpenedNetwork } from './opened-network.js';
import { readPackedModel } from './packed-model.js';
import type { OpenedFile } from './read-source.js';

/** Most classes of a class map, which holds a byte per pixel; 255 is the ignored label. */
const MOST_CLASSES = 255;

/**
 * Opens a model file of this library. All of it is read once, to check it; the weights stay in the file until they
 * are used.
 *
 * @throws {@link OpenError} `damaged`, `wrong-digest` or `weights-do-not-fit`.
 */
export function openModelFile(
  { name, bytes }: OpenedFile,
  sha256: string | undefined,
): OpenedNetwork {
  return openingNow('damaged', () => {
    const file = openSafetensors(bytes, sha256);
    const packedFile = readPackedModel(file, name);
    const { arrays: weights, packed } = packedFile ?? { arrays: file.arrays };
    const model = readModel(weights, file.metadata);
    if (model.classes.length > MOST_CLASSES) {
      const count = String(model.classes.length);
      throw new OpenError('damaged', `${name}: too many classes (got ${count}, at most 255)`);
    }
    const network = withNames(instantiateDry(model, name));
    const close = (): void => bytes.close();
    return {
      ...{ name, kind: 'model', network, weights, stored: weights, model },
      ...(packed === undefined ? {} : { packed }),
      ...{ preprocessing: [model.input], fixedSize: null },
      scores: new Map([[OUTPUT, model.classes]]),
      ...(model.palette === undefined ? {} : { palette: model.palette }),
      notes: [],
      atSize: (size) => ({ network, shapes: new Map([[INPUT, [1, COLOURS, ...size]]]) }),
      build(backend) {
        const built = openingNow('weights-do-not-fit', () => instantiate(backend, model, name));
        return { network: withNames(built), notes: [] };
      },
      ...{ close, [Symbol.dispose]: close },
    };
  });
}
