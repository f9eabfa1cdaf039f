import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeImage } from '../../src/data/decode-image.js';
import { toPlanes } from '../../src/data/make-input.js';
import { resizeImage } from '../../src/data/resize-image.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import { instantiate, instantiateDry } from '../../src/models/instantiate.js';
import { readModel, type Model } from '../../src/models/model-file.js';
import { EMBEDDED_MODEL } from '../../src/open/embedded-model.js';
import type { BenchNetwork } from './network.js';

const NAME = fileURLToPath(EMBEDDED_MODEL);
const CAT = new URL('../../fixtures/photos/chelsea.png', import.meta.url);

function readEmbedded(): Model {
  const { arrays, metadata } = readSafetensors(readFileSync(NAME), NAME);
  return readModel(arrays, metadata);
}

/** The embedded model with its weights, on a photo of a cat at any size. */
export const EMBEDDED_NETWORK: BenchNetwork = {
  title: 'FCN-8s SqueezeNet 1.1, cats and dogs (the embedded model)',
  size: 500,
  inputShape: (extent) => [1, 3, extent, extent],
  build(backend) {
    const model = readEmbedded();
    return backend ? instantiate(backend, model, NAME) : instantiateDry(model, NAME);
  },
  input([, , height, width]) {
    const photo = resizeImage(decodeImage(readFileSync(CAT), 'cat'), width, height);
    return toPlanes(photo, readEmbedded().input);
  },
};
