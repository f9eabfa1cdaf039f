import { join } from 'node:path';
import type { Backend } from '../backend/backend.js';
import { parseNetworkSpec, type CompleteSpec } from '../models/network-spec.js';
import type { LabelledImage } from '../data/augment.js';
import type { ProgressStream } from './progress.js';
import type { Recipe, RecipeStage } from './recipe.js';

/** Inputs and outputs of one run of a recipe. */
export interface RecipeRun {
  /** The recipe. */
  readonly recipe: Recipe;
  /** Backend of the networks. */
  readonly backend: Backend;
  /** Decodes all training photos. */
  trainPhotos(): Promise<readonly LabelledImage[]>;
  /** Decodes the validation photos, one after another. */
  valPhotos(): AsyncIterable<LabelledImage>;
  /** Path of the trunk's weights file, if the recipe names one. */
  readonly weights: string | undefined;
  /** Folder for checkpoints, models and scores. */
  readonly out: string;
  /** Output of progress and warnings. */
  readonly stream: ProgressStream;
  /** Clock, in milliseconds. */
  readonly now: () => number;
  /** Stops the run. */
  readonly signal?: AbortSignal;
}

/** Path of a stage's model file. */
export function modelPath(out: string, stage: string): string {
  return join(out, `${stage}.safetensors`);
}

/** Network of a stage. */
export function networkSpec(recipe: Recipe, stage: RecipeStage): CompleteSpec {
  const classes = recipe.data.classes.length;
  return parseNetworkSpec({ ...recipe.network, classes, variant: stage.variant });
}
