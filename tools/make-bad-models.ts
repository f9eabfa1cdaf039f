/**
 * Writes the model files of fixtures/bad/ that are valid weights files but not usable models.
 *
 *     npx tsx tools/make-bad-models.ts
 */
import { writeFileSync } from 'node:fs';
import { smallModel, smallWeights, SMALL } from '../test/segment/small-model.js';

for (const [name, value] of [
  ['nan', NaN],
  ['infinity', Infinity],
] as const) {
  const weights = new Map(smallWeights());
  weights.set('fc7.bias', { shape: [8], data: new Float32Array(8).fill(value, 5, 6) });
  const file = new URL(`../fixtures/bad/model-weights-${name}.safetensors`, import.meta.url);
  writeFileSync(file, smallModel(SMALL, weights));
}
