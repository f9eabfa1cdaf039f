import type { Preprocessing } from '../data/preprocessing.js';
import type { RatePolicy } from '../optim/rate-policy.js';
import type { SgdOptions } from '../optim/sgd.js';

/** Where the photos and labels of a recipe are. */
export interface RecipeData {
  /** Folder with `images/` and `labels/`. */
  readonly folder: string;
  /** List of the photos to learn from, in the folder. */
  readonly train: string;
  /** List of the photos to score on, in the folder. */
  readonly val: string;
  /** Names of the classes, in the order of their labels. */
  readonly classes: readonly string[];
}

/** How photos are varied: mirrored every other time, scaled, and cut. */
export interface Augmentation {
  /** Side of the square that is cut out, in pixels. */
  readonly crop: number;
  /** Bounds of the random factor on the photo's size. */
  readonly scale: readonly [number, number];
}

/** An optimiser of a recipe. */
export interface RecipeOptimizer {
  /** Which. */
  readonly kind: 'adam' | 'sgd';
  /** Learning rate before policy and rules. */
  readonly rate: number;
  /** Its other settings; momentum is for SGD alone. */
  readonly options: SgdOptions;
}

/** One stage of a recipe: a network that is trained, from the one of the stage before. */
export interface RecipeStage {
  /** Name, unique in the recipe; names the model file. */
  readonly name: string;
  /** Which head of the paper. */
  readonly variant: string;
  /** Name of the stage whose parameters are taken over. */
  readonly from?: string;
  /** Length, in runs through the photos. One of the two lengths is given. */
  readonly epochs?: number;
  /** Length, in steps. */
  readonly iterations?: number;
  /** Photos per batch. */
  readonly batch: number;
  /** Batches whose gradients are added up for a step. */
  readonly batchesPerStep: number;
  /** The optimiser. */
  readonly optimizer: RecipeOptimizer;
  /** How the rate changes; `poly` ends with the stage unless it says otherwise. */
  readonly policy: RatePolicy | { readonly policy: 'poly'; readonly power: number };
  /** How photos are varied. */
  readonly augmentation: Augmentation;
  /** Seed of initialisation, order, variation and dropout. */
  readonly seed: number;
  /** Patterns of the parameters that stay as they are. */
  readonly frozen: readonly string[];
}

/** A training run, from the data to the last stage. */
export interface Recipe {
  /** Name, for reports. */
  readonly name: string;
  /** The data set. */
  readonly data: RecipeData;
  /** How a photo becomes the network's input. */
  readonly input: Preprocessing;
  /** The network, without the variant: validated where networks are made. */
  readonly network: Readonly<Record<string, unknown>>;
  /** Weights of the trunk, a safetensors file. */
  readonly weights?: string;
  /** Folder for checkpoints, models and scores. */
  readonly output: string;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** The stages, in order. */
  readonly stages: readonly RecipeStage[];
}
