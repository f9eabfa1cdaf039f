// `fcn-wasm/train`: optimisers, recipes, data sets, labels and scores.

import '../core/platform-types.js';

export { createAdam, type AdamOptions } from '../optim/adam.js';
export type { Optimizer, OptimizerOptions, OptimizerState } from '../optim/optimizer.js';
export { DOUBLED_BIAS_RATE, type ParameterRule } from '../optim/parameter-rule.js';
export type * from '../optim/rate-policy.js';
export { rateAt } from '../optim/rate-policy.js';
export { createSgd, type SgdOptions } from '../optim/sgd.js';
export { evaluate, predictClasses, type Scored } from '../train/evaluate.js';
export { fit, type FitOptions } from '../train/fit.js';
export { readPhotos } from '../train/photos.js';
export type { ProgressStream, StepReport } from '../train/progress.js';
export { JsonError } from '../core/json-object.js';
export { parseRecipe } from '../train/parse-recipe.js';
export type * from '../train/recipe.js';
export { RecipeError } from '../train/recipe-error.js';
export type { RecipeRun } from '../train/recipe-run.js';
export { runRecipe, type RunRecipeOptions } from '../train/run-recipe.js';
export { runRecipeFile, type RecipeFileOptions } from '../train/run-recipe-file.js';
export { trainStep, type Batch, type Trainee } from '../train/step.js';
export { augment, type AugmentOptions, type LabelledImage } from '../data/augment.js';
export { VOC_CLASSES } from '../data/classes.js';
export * from '../data/folder-dataset.js';
export {
  labelChanges,
  type ClassMap,
  type LabelChange,
  type LabelChanges,
} from '../metrics/label-changes.js';
export { ConfusionMatrix, type ClassScore, type Scores } from '../metrics/confusion-matrix.js';
export { scorePhotos } from '../verify/score-photos.js';
export type { MatLabelMap } from '../formats/label-maps.js';
export {
  readContextLabels,
  readNyudLabels,
  readSbdLabels,
  readSiftFlowLabels,
} from '../formats/label-maps.js';
