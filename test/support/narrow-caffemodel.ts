import type { Backend } from '../../src/backend/backend.js';
import { createRng } from '../../src/core/rng.js';
import { buildCaffeNetwork, type CaffeNetwork } from '../../src/formats/caffe/build-network.js';
import { defineNetwork } from '../../src/formats/caffe/definitions/official.js';
import { writeCaffeModel } from '../../src/formats/caffe/write-model.js';
import { bilinearFiller } from '../../src/nn/init.js';
import { reference32 } from './backends.js';

/** A published network with few channels, and weights drawn with a seed. */
export function narrowNetwork(name: string, backend: Backend = reference32): CaffeNetwork {
  const definition = defineNetwork(name, {
    // even, since some layers of CaffeNet have two groups
    width: (channels) => 2 * Math.ceil(channels / 256),
    size: [32, 32],
  });
  const maker = { backend, rng: null };
  const built = buildCaffeNetwork(definition, { maker });
  const rng = createRng(1701);
  for (const [key, { shape, data }] of built.network.parameters()) {
    if (key.startsWith('scale')) continue;
    if (key.startsWith('upscore')) bilinearFiller(data, shape, null);
    else {
      const deviation = shape.length === 1 ? 1 : Math.sqrt(2 / (shape[1] * shape[2] * shape[3]));
      data.forEach((_, i) => (data[i] = deviation * rng.normal()));
    }
  }
  return built;
}

/** Caffemodel file of the narrow network. */
export function narrowCaffeModel(name: string): Uint8Array {
  return Buffer.concat(writeCaffeModel(narrowNetwork(name)));
}
