/** Layers that only move, compare or add what is in maps. */
import { concatJobs, cropJob } from '../jobs/copy.js';
import { maxPoolJob } from '../jobs/pool.js';
import { sumJob } from '../jobs/sum.js';
import type { ConcatLayer, CropLayer, OpLayer, PoolLayer, SumLayer } from '../layers.js';
import { plainRecipe } from './recipe.js';
import type { Recipe } from './step.js';

/** Max pooling. */
export function poolLayer(layer: PoolLayer): Recipe {
  const { inputs, output, attrs } = layer;
  return plainRecipe(layer, 'windows', (at) => [
    maxPoolJob(at.map(inputs[0]), at.map(output), attrs),
  ]);
}

/** A rectangle. */
export function cropLayer(layer: CropLayer): Recipe {
  const { inputs, output, offset } = layer;
  return plainRecipe(layer, 'copy', (at) => [cropJob(at.map(inputs[0]), at.map(output), offset)]);
}

/** Channels one behind the other. */
export function concatLayer(layer: ConcatLayer): Recipe {
  const { inputs, output } = layer;
  return plainRecipe(layer, 'copy', (at) =>
    concatJobs(
      inputs.map((value) => at.map(value)),
      at.map(output),
    ),
  );
}

/** A weighted sum. */
export function sumLayer(layer: SumLayer): Recipe {
  const { inputs, output, terms, fromZero, relu } = layer;
  return plainRecipe(layer, 'in order', (at) => {
    const operands = terms.map(({ input, coefficient, offset }) => {
      return { x: at.map(inputs[input]), coefficient, offset };
    });
    return [sumJob(operands, at.map(output), { fromZero, relu })];
  });
}

/** ReLU on its own: a sum of one term. */
export function reluLayer(layer: OpLayer): Recipe {
  const { inputs, output } = layer;
  return plainRecipe(layer, 'in order', (at) => {
    const operand = { x: at.map(inputs[0]), coefficient: 1, offset: [0, 0] as const };
    return [sumJob([operand], at.map(output), { fromZero: false, relu: true })];
  });
}
