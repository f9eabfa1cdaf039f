import { access, mkdir } from 'node:fs/promises';
import { FcnError } from '../core/errors.js';
import { networkSpec, modelPath, type RecipeRun } from './recipe-run.js';
import type { Recipe, RecipeStage } from './recipe.js';
import { scoreStage } from './score-stage.js';
import { trainStage } from './train-stage.js';

/** Options of {@link runRecipe}. */
export interface RunRecipeOptions {
  /** True to continue an earlier run in the same folder. */
  readonly resume: boolean;
  /** Name of the only stage to run; default: all stages. */
  readonly stage?: string;
}

/**
 * Runs the stages of a recipe, each from the parameters of an earlier one, as the paper trains 32s, 16s
 * and 8s. Each stage writes a model file and its scores on the validation list.
 *
 * @returns False if the run was stopped.
 * @throws {@link FcnError} if the folder holds an earlier run and `resume` is not set.
 */
export async function runRecipe(
  run: RecipeRun,
  { resume, stage }: RunRecipeOptions,
): Promise<boolean> {
  const stages = stagesToRun(run.recipe, stage);
  for (const wanted of run.recipe.stages) networkSpec(run.recipe, wanted); // throws before any work is done
  await mkdir(run.out, { recursive: true });
  for (const wanted of stages) {
    const path = modelPath(run.out, wanted.name);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists && !resume) {
      throw new FcnError(`${path}: already exists; resume that run or choose another folder`);
    }
    if (!exists && !(await trainStage(run, wanted, { resume }))) return false;
    if (!(await scoreStage(run, wanted))) return false;
  }
  return true;
}

function stagesToRun(recipe: Recipe, name: string | undefined): readonly RecipeStage[] {
  if (name === undefined) return recipe.stages;
  const found = recipe.stages.filter((stage) => stage.name === name);
  if (found.length === 0) {
    const known = recipe.stages.map((stage) => stage.name).join(', ');
    throw new FcnError(`recipe: unknown stage (got ${name}, expected one of ${known})`);
  }
  return found;
}
