import type { Backend } from '../../src/backend/backend.js';
import { createRng, type Rng } from '../../src/core/rng.js';
import { numel } from '../../src/core/shape.js';
import { createNetwork } from '../../src/models/create-network.js';
import type { FcnNetwork } from '../../src/models/fcn.js';
import type { NetworkSpec } from '../../src/models/network-spec.js';
import type { Tensor } from '../../src/tensor/tensor.js';

/** Scores of a pixel. */
export const CLASSES = 21;

/** The network. */
export const FCN8S: NetworkSpec = {
  trunk: 'vgg16',
  variant: '8s',
  classes: CLASSES,
  geometry: 'authors',
};

/** The photo's numbers reach so far to both sides of 0, as without their mean. */
const LARGEST_INPUT = 128;
const LARGEST_BIAS = 16;

/**
 * The paper's largest network: FCN-8s on VGG16 with padding 100 and 21 classes, weights from a seed.
 *
 * Weights are uniform, of the variance 2 / n that keeps the size of activations through rectifiers:
 * 134 million normal numbers would take longer than what is measured. Biases keep the padded border
 * from being all zeros. Upsampling interpolates bilinearly.
 */
export function buildNetwork(backend: Backend): FcnNetwork {
  const network = createNetwork(backend, FCN8S);
  const rng = createRng(8);
  for (const [name, parameter] of network.parameters()) {
    if (!name.startsWith('upscore')) fill(parameter, rng);
  }
  return network;
}

function fill({ data, shape }: Tensor, rng: Rng): void {
  const fanIn = numel(shape) / shape[0];
  const bound = shape.length > 1 ? Math.sqrt(6 / fanIn) : LARGEST_BIAS;
  for (let i = 0; i < data.length; i++) data[i] = bound * (2 * rng.uniform() - 1);
}

/** Numbers like those of a photo without its mean, `[1, 3, size, size]`. */
export function networkInput(size: number): Float32Array {
  const rng = createRng(500);
  const values = new Float32Array(3 * size * size);
  return values.map(() => LARGEST_INPUT * (2 * rng.uniform() - 1));
}
