import { checkOptions, FLAG, OBJECT, TEXT, type OptionChecks } from '../core/check-options.js';
import { access, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Backend } from '../backend/backend.js';
import { JsonError } from '../core/json-object.js';
import { openFolderDataset } from '../data/folder-dataset.js';
import { parseRecipe } from './parse-recipe.js';
import { readPhotos } from './photos.js';
import type { ProgressStream } from './progress.js';
import { RecipeError } from './recipe-error.js';
import type { Recipe } from './recipe.js';
import { runRecipe } from './run-recipe.js';

/** Options of {@link runRecipeFile}. */
export interface RecipeFileOptions {
  /** Backend that computes. */
  readonly backend: Backend;
  /** Folder for checkpoints, models and scores; default: the one that the recipe names. */
  readonly out?: string;
  /** True to continue an earlier run in that folder; default false. */
  readonly resume?: boolean;
  /** Name of the only stage to run; default: all stages. */
  readonly stage?: string;
  /** Stops the run after the current step, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Receives progress and warnings, such as `process.stderr`; default: none. */
  readonly stream?: ProgressStream;
  /** `FCN_SHARED` names a second folder for data and weights; default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const OPTIONS: OptionChecks<RecipeFileOptions> = {
  backend: OBJECT,
  out: TEXT,
  resume: FLAG,
  stage: TEXT,
  signal: OBJECT,
  stream: OBJECT,
  environment: OBJECT,
};

const SILENT: ProgressStream = { write: () => undefined };

/**
 * Trains the networks of a recipe file, stage by stage, on the folder data set that it names.
 * Paths in the recipe are relative to its folder, then to the folder `FCN_SHARED`.
 *
 * @param path - Recipe, a JSON file.
 * @returns False if `signal` stopped the run.
 * @throws {@link RecipeError} if the recipe is invalid or names missing data or weights.
 */
export async function runRecipeFile(path: string, options: RecipeFileOptions): Promise<boolean> {
  checkOptions('runRecipeFile', options, OPTIONS);
  const { backend, signal, stream = SILENT, environment = process.env } = options;
  const { out, resume = false, stage } = options;
  const recipe = await readRecipe(path);
  const home = dirname(path);
  const folders = [home, environment['FCN_SHARED'] ?? '../shared'];
  const folder = await findIn(folders, 'data.folder', recipe.data.folder);
  const weights =
    recipe.weights === undefined ? undefined : await findIn(folders, 'weights', recipe.weights);
  const classes = recipe.data.classes.length;
  const train = openFolderDataset(folder, recipe.data.train, { classes });
  const val = openFolderDataset(folder, recipe.data.val, { classes });
  const run = {
    ...{ recipe, backend, weights, stream },
    ...(signal === undefined ? {} : { signal }),
    out: out ?? resolve(home, recipe.output),
    trainPhotos: once(() => collect(readPhotos(train, signal))),
    valPhotos: () => readPhotos(val, signal),
    now: () => performance.now(),
  };
  return await runRecipe(run, { resume, ...(stage === undefined ? {} : { stage }) });
}

async function readRecipe(path: string): Promise<Recipe> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'no such file' : message;
    throw new RecipeError(`${path}: ${reason}`, { cause });
  });
  try {
    return parseRecipe(text);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new RecipeError(`${path}: ${cause.message}`, { cause });
  }
}

/** Path of a file or folder that a recipe names: the first one that exists in the given folders. */
async function findIn(folders: readonly string[], key: string, name: string): Promise<string> {
  const candidates = folders.map((folder) => resolve(folder, name));
  for (const candidate of candidates) if (await exists(candidate)) return candidate;
  const tried = candidates.join(' and ');
  throw new RecipeError(`${key}: not found (tried ${tried}); set FCN_SHARED to its folder`);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
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
