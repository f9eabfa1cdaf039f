import type { Preprocessing } from '../data/preprocessing.js';
import type { RatePolicy } from '../optim/rate-policy.js';
import type { SgdOptions } from '../optim/sgd.js';

/** Data set of a recipe. */
export interface RecipeData {
  /** Folder with `images/` and `labels/`. */
  readonly folder: string;
  /** List of the training photos, in the folder. */
  readonly train: string;
  /** List of the validation photos, in the folder. */
  readonly val: string;
  /** Names of the classes, in the order of their labels. */
  readonly classes: readonly string[];
}

/** Augmentation of photos: random mirroring with probability ½, scaling and cropping. */
export interface Augmentation {
  /** Side of the square crop, in pixels. */
  readonly crop: number;
  /** Bounds of the random scale factor. */
  readonly scale: readonly [number, number];
}

/** Optimiser of a stage. */
export interface RecipeOptimizer {
  /** Kind of optimiser. */
  readonly kind: 'adam' | 'sgd';
  /** Base learning rate, before policy and rules. */
  readonly rate: number;
  /** Other options; momentum only for SGD. */
  readonly options: SgdOptions;
}

/** Policy `poly` whose number of steps is the length of the stage. */
export interface StageLengthPoly {
  /** Kind of policy. */
  readonly policy: 'poly';
  /** Exponent. */
  readonly power: number;
}

/** One stage of a recipe: a network that is trained, usually from the parameters of an earlier stage. */
export interface RecipeStage {
  /** Name, unique in the recipe; also the name of the model file. */
  readonly name: string;
  /** Head of the paper's network: 32s, 16s or 8s. */
  readonly variant: string;
  /** Name of the stage whose parameters are the initial ones. */
  readonly from?: string;
  /** Length in epochs. Either `epochs` or `iterations` is given. */
  readonly epochs?: number;
  /** Length in steps. */
  readonly iterations?: number;
  /** Photos per batch. */
  readonly batch: number;
  /** Number of batches whose gradients are added for one step. */
  readonly batchesPerStep: number;
  /** The optimiser. */
  readonly optimizer: RecipeOptimizer;
  /** Policy of the learning rate; for `poly`, `maxIterations` defaults to the length of the stage. */
  readonly policy: RatePolicy | StageLengthPoly;
  /** Augmentation of the photos. */
  readonly augmentation: Augmentation;
  /** Seed of initialisation, order, augmentation and dropout. */
  readonly seed: number;
  /** Patterns of the names of frozen parameters. */
  readonly frozen: readonly string[];
}

/** A training recipe, from the data to the last stage. */
export interface Recipe {
  /** Name, for reports. */
  readonly name: string;
  /** The data set. */
  readonly data: RecipeData;
  /** Preprocessing of the photos. */
  readonly input: Preprocessing;
  /** Description of the network without the variant; validated when the network is created. */
  readonly network: Readonly<Record<string, unknown>>;
  /** Weights file of the trunk, safetensors. */
  readonly weights?: string;
  /** Folder for checkpoints, models and scores. */
  readonly output: string;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** The stages, in order. */
  readonly stages: readonly RecipeStage[];
}
