import { join } from 'node:path';
import type { Backend } from '../backend/backend.js';
import { parseNetworkSpec, type CompleteSpec } from '../models/network-spec.js';
import type { LabelledImage } from '../data/augment.js';
import type { ProgressStream } from './progress.js';
import type { Recipe, RecipeStage } from './recipe.js';

/** A recipe at work. */
export interface RecipeRun {
  /** The recipe. */
  readonly recipe: Recipe;
  /** What computes. */
  readonly backend: Backend;
  /** All photos to learn from; decoded when first asked for. */
  trainPhotos(): Promise<readonly LabelledImage[]>;
  /** The photos to score on, one after another. */
  valPhotos(): AsyncIterable<LabelledImage>;
  /** Weights file of the trunk, if the recipe names one. */
  readonly weights: string | undefined;
  /** Folder for checkpoints, models and scores. */
  readonly out: string;
  /** Where progress and warnings go. */
  readonly stream: ProgressStream;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  /** Asks to stop. */
  readonly signal?: AbortSignal;
}

/** Where a stage's model file lies. */
export function modelPath(out: string, stage: string): string {
  return join(out, `${stage}.safetensors`);
}

/** The network of a stage. */
export function networkSpec(recipe: Recipe, stage: RecipeStage): CompleteSpec {
  const classes = recipe.data.classes.length;
  return parseNetworkSpec({ ...recipe.network, classes, variant: stage.variant });
}
