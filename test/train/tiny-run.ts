import { createRng } from '../../src/core/rng.js';
import type { LabelledImage } from '../../src/data/augment.js';
import { parseRecipe } from '../../src/train/parse-recipe.js';
import type { RecipeRun } from '../../src/train/recipe-run.js';
import type { Recipe } from '../../src/train/recipe.js';
import type { Backend } from '../../src/backend/backend.js';

/** Extent of the photos. */
export const SIDE = 16;

/** Makes a dark photo with a bright half: class 1 if it is red, 2 if it is blue. */
function makePhoto(seed: number): LabelledImage {
  const rng = createRng(seed);
  for (let i = 0; i < 20; i++) rng.uniform();
  const label = 1 + rng.integer(2);
  const fromTop = rng.integer(2) === 0;
  const image = new Uint8Array(3 * SIDE * SIDE);
  const labels = new Uint8Array(SIDE * SIDE);
  for (let i = 0; i < labels.length; i++) {
    const inside = i < labels.length / 2 === fromTop;
    labels[i] = inside ? label : 0;
    for (let c = 0; c < 3; c++) image[3 * i + c] = rng.integer(40);
    if (inside) image[3 * i + (label === 1 ? 0 : 2)] += 200;
  }
  labels[0] = 255;
  return {
    image: { width: SIDE, height: SIDE, data: image },
    labels: { width: SIDE, height: SIDE, data: labels },
  };
}

/** Photos of the tiny data set. */
export const PHOTOS: readonly LabelledImage[] = [1, 2, 3, 4, 5, 6].map(makePhoto);

/** A narrow VGG16 in the same-padding geometry. */
export const NARROW = {
  trunk: 'vgg16',
  geometry: 'same',
  widths: [4, 4, 6, 6, 6],
  fc6Width: 8,
  fc7Width: 8,
} as const;

/** A stage of {@link tinyRecipe}. */
export function tinyStage(variant: string, from: string | undefined, iterations: number): object {
  return {
    ...{ name: variant, variant, iterations, batch: 2, batchesPerStep: 2, seed: 7 },
    ...(from === undefined ? {} : { from }),
    optimizer: {
      kind: 'adam',
      rate: 0.01,
      weightDecay: 1e-4,
      rules: [{ match: '*.bias', rate: 2 }],
    },
    policy: { policy: 'poly', power: 0.9 },
    augmentation: { crop: SIDE, scale: [0.8, 1.2] },
    frozen: ['upscore*'],
  };
}

/** Stages 32s, 16s and 8s of a few steps each, with a checkpoint after every third. */
export function tinyRecipe(change: object = {}): Recipe {
  const recipe = {
    name: 'tiny',
    data: { folder: 'none', train: 'train.txt', val: 'val.txt', classes: ['dark', 'red', 'blue'] },
    input: { order: 'rgb', mean: [40, 20, 40] },
    network: { ...NARROW, dropout: 0.3, scoreInit: 'gaussian' },
    output: 'out',
    checkpointEvery: 3,
    stages: [tinyStage('32s', undefined, 8), tinyStage('16s', '32s', 5), tinyStage('8s', '16s', 4)],
    ...change,
  };
  return parseRecipe(JSON.stringify(recipe));
}

/** A run of a recipe over {@link PHOTOS}; `lines` collects what it writes. */
export function tinyRun(
  backend: Backend,
  out: string,
  change: Partial<RecipeRun> = {},
): RecipeRun & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    recipe: tinyRecipe(),
    backend,
    trainPhotos: () => Promise.resolve(PHOTOS),
    valPhotos: async function* () {
      yield* await Promise.resolve(PHOTOS);
    },
    weights: undefined,
    out,
    stream: { write: (text) => lines.push(text) },
    now: () => 0,
    lines,
    ...change,
  };
}
