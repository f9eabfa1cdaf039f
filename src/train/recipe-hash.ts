import { createHash } from 'node:crypto';
import type { Recipe } from './recipe.js';

/**
 * Hash of everything that determines a stage: data, network, and the stages up to it. Later stages can
 * change without invalidating stages that are already trained.
 */
export function stageHash(recipe: Recipe, stage: string): string {
  const last = recipe.stages.findIndex(({ name }) => name === stage);
  const { data, input, network, weights } = recipe;
  const hashed = { data, input, network, weights, stages: recipe.stages.slice(0, last + 1) };
  return createHash('sha256').update(JSON.stringify(hashed)).digest('hex');
}
