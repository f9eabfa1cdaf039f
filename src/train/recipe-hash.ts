import { createHash } from 'node:crypto';
import type { Recipe } from './recipe.js';

/**
 * Hash of everything that decides about a stage: data, network, and the stages up to it. What comes
 * later may be changed without making what is trained already worthless.
 */
export function stageHash(recipe: Recipe, stage: string): string {
  const last = recipe.stages.findIndex(({ name }) => name === stage);
  const { data, input, network, weights } = recipe;
  const decisive = { data, input, network, weights, stages: recipe.stages.slice(0, last + 1) };
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex');
}
