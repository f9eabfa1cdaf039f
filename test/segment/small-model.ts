import { createReferenceBackend } from '../../src/backend/reference/index.js';
import { createRng } from '../../src/core/rng.js';
import type { NamedArrays } from '../../src/core/named-arrays.js';
import { writeSafetensors } from '../../src/io/safetensors.js';
import { createNetwork } from '../../src/models/create-network.js';
import { describeModel, type ModelDescription } from '../../src/models/model-file.js';

/** A network small enough for tests; its answers mean nothing, but differ from pixel to pixel. */
export const SMALL: ModelDescription = {
  spec: {
    trunk: 'vgg16',
    variant: '8s',
    classes: 3,
    geometry: 'same',
    widths: [4, 4, 6, 6, 6],
    fc6Width: 8,
    fc7Width: 8,
  },
  input: { order: 'bgr', mean: [104, 117, 123] },
  classes: ['background', 'cat', 'dog'],
};

/** Weights for it, drawn with a seed. */
export function smallWeights(description: ModelDescription = SMALL): NamedArrays {
  const rng = createRng(1701);
  const network = createNetwork(createReferenceBackend('float32'), description.spec, { rng });
  const arrays = [...network.parameters()].map(([name, { shape, data }]) => {
    const drawn = name.startsWith('score') || name.endsWith('.bias');
    const values = Float32Array.from(data, (value) => (drawn ? rng.normal() / 4 : value));
    return [name, { shape, data: values }] as const;
  });
  return new Map(arrays);
}

/** The bytes of a model file. */
export function smallModel(
  description: ModelDescription = SMALL,
  weights: NamedArrays = smallWeights(description),
): Uint8Array {
  return writeSafetensors(weights, describeModel(description), { dtype: 'F32' });
}
