import { access, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createWasmBackend } from '../../../backend/wasm/index.js';
import { JsonError } from '../../../core/json-object.js';
import { parseRecipe } from '../../../train/parse-recipe.js';
import { openFolderDataset } from '../../../data/folder-dataset.js';
import { readPhotos } from '../../../train/photos.js';
import type { Recipe } from '../../../train/recipe.js';
import { runRecipe } from '../../../train/run-recipe.js';
import { usageError } from '../../shell/exit-codes.js';
import { interruptible } from '../../shell/interrupt.js';

/** What `fcn train` was told, after the name of the recipe. */
export interface TrainOptions {
  /** Folder for checkpoints, models and scores; the recipe's if none. */
  readonly out?: string;
  /** True to go on with what a run before has left. */
  readonly resume?: boolean;
  /** The only stage to run. */
  readonly stage?: string;
}

/**
 * Runs `fcn train`.
 *
 * @throws {@link CommandError} (usage) if the recipe cannot be read or names what is not there.
 */
export async function runTrain(path: string, options: TrainOptions): Promise<void> {
  const recipe = await readRecipe(path);
  const find = (key: string, name: string) => findShared(key, name, dirname(path));
  const folder = await find('data.folder', recipe.data.folder);
  const weights = recipe.weights === undefined ? undefined : await find('weights', recipe.weights);
  const classes = recipe.data.classes.length;
  const train = openFolderDataset(folder, recipe.data.train, { classes });
  const val = openFolderDataset(folder, recipe.data.val, { classes });
  const backend = await createWasmBackend();
  await interruptible((signal) =>
    runRecipe(
      {
        ...{ recipe, backend, weights, signal, stream: process.stderr },
        out: options.out ?? resolve(dirname(path), recipe.output),
        trainPhotos: once(() => collect(readPhotos(train, signal))),
        valPhotos: () => readPhotos(val, signal),
        now: () => performance.now(),
      },
      {
        resume: options.resume === true,
        ...(options.stage === undefined ? {} : { stage: options.stage }),
      },
    ),
  );
}

async function readRecipe(path: string): Promise<Recipe> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw usageError(`cannot read ${path}`);
  });
  try {
    return parseRecipe(text);
  } catch (error) {
    if (error instanceof JsonError) throw usageError(`${path}: ${error.message}`);
    throw error;
  }
}

/** What a recipe names: from its own folder, or from the shared one. */
async function findShared(key: string, name: string, recipeFolder: string): Promise<string> {
  const tried = [
    resolve(recipeFolder, name),
    resolve(process.env['FCN_SHARED'] ?? '../shared', name),
  ];
  for (const candidate of tried) {
    const exists = await access(candidate).then(
      () => true,
      () => false,
    );
    if (exists) return candidate;
  }
  throw usageError(`${key}: neither ${tried.join(' nor ')} is there; FCN_SHARED names the folder`);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
