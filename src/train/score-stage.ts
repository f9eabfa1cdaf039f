import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FcnError } from '../core/errors.js';
import { writeFileAtomic } from '../io/atomic-file.js';
import { forwardOf } from '../nn/network.js';
import { openNetwork } from '../open/open-network.js';
import { evaluate } from './evaluate.js';
import { stageHash } from './recipe-hash.js';
import { modelPath, type RecipeRun } from './recipe-run.js';
import type { RecipeStage } from './recipe.js';
import { showPercent, toScoreSheet, type ScoreSheet } from './scores.js';

/** Name of the file with the scores of all stages. */
const SCORES_FILE = 'scores.json';

/** Entry of the file for one stage. */
interface StageScores extends ScoreSheet {
  readonly stage: string;
  readonly recipeHash: string;
}

/**
 * Scores the model of a stage on the validation list and writes the result to the folder's
 * `scores.json`; does nothing if the result is already there.
 *
 * @returns False if the run was stopped.
 * @throws {@link FcnError} if the model was made by another recipe.
 */
export async function scoreStage(run: RecipeRun, stage: RecipeStage): Promise<boolean> {
  const recipeHash = stageHash(run.recipe, stage.name);
  const log = await readScores(run.out);
  if (log.some((entry) => entry.stage === stage.name && entry.recipeHash === recipeHash)) {
    return true;
  }
  const mark = run.backend.mark();
  try {
    const path = modelPath(run.out, stage.name);
    using opened = await openNetwork(path);
    const { model } = opened;
    if (model?.training?.['recipeHash'] !== recipeHash) {
      throw new FcnError(`${path}: written by another recipe; choose another folder`);
    }
    const { input, classes } = model;
    const network = forwardOf(opened.build(run.backend).network);
    const scored = { backend: run.backend, network, input, classes: classes.length };
    const matrix = await evaluate(scored, run.valPhotos());
    if (run.signal?.aborted === true) return false;
    const scores = toScoreSheet(matrix.scores(), classes);
    await writeScores(run.out, [
      ...log.filter((entry) => entry.stage !== stage.name),
      { stage: stage.name, recipeHash, ...scores },
    ]);
    run.stream.write(`${stage.name}  mean IU ${showPercent(scores.meanIU)} %\n`);
    return true;
  } finally {
    run.backend.release(mark);
  }
}

async function readScores(out: string): Promise<StageScores[]> {
  const path = join(out, SCORES_FILE);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as StageScores[]; // written by writeScores
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new FcnError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function writeScores(out: string, scores: readonly StageScores[]): Promise<void> {
  const text = `${JSON.stringify(scores, null, 2)}\n`;
  await writeFileAtomic(join(out, SCORES_FILE), new TextEncoder().encode(text));
}
