import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../io/atomic-file.js';
import { readSafetensors, writeSafetensors } from '../io/safetensors.js';
import {
  CheckpointError,
  decodeCheckpoint,
  encodeCheckpoint,
  type Checkpoint,
} from './checkpoint.js';

/** Number of checkpoints to keep: if the newest is damaged, the one before it is used. */
const KEPT = 2;

/** Digits of the step in a file name: names sort in the order of steps. */
const DIGITS = 8;

/** Writes a checkpoint atomically and removes all but the last two of its stage. */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { arrays, metadata } = encodeCheckpoint(checkpoint);
  const step = String(checkpoint.iteration).padStart(DIGITS, '0');
  const path = join(folder, `${checkpoint.stage}-${step}.checkpoint.safetensors`);
  await writeFileAtomic(path, writeSafetensors(arrays, metadata, { dtype: 'F32' }));
  const old = (await listCheckpoints(folder, checkpoint.stage)).slice(KEPT);
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
}

/** Removes the checkpoints of a finished stage. */
export async function removeCheckpoints(folder: string, stage: string): Promise<void> {
  const names = await listCheckpoints(folder, stage);
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
}

/** Removes the temporary files of a run that was killed while it wrote. */
export async function removeUnfinished(folder: string, stage: string): Promise<void> {
  const unfinished = (await listFolder(folder)).filter(
    (name) =>
      /^[\w-]+(?:\.checkpoint)?\.safetensors\.[\da-f-]+\.tmp$/.test(name) && isOf(stage, name),
  );
  await Promise.all(unfinished.map((name) => rm(join(folder, name), { force: true })));
}

/** True for files of this stage, not of a stage whose name only starts with the same letters. */
function isOf(stage: string, name: string): boolean {
  const rest = name.slice(stage.length);
  return name.startsWith(stage) && (rest.startsWith('.') || /^-\d{8}\./.test(rest));
}

/** Lists the names of a stage's checkpoints, the newest first. */
export async function listCheckpoints(folder: string, stage: string): Promise<string[]> {
  const pattern = new RegExp(`^${stage}-\\d{${String(DIGITS)}}\\.checkpoint\\.safetensors$`);
  const names = await listFolder(folder);
  return names
    .filter((name) => pattern.test(name))
    .sort()
    .reverse();
}

async function listFolder(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
}

/**
 * Loads the newest valid checkpoint of a stage; null if there are no checkpoints.
 *
 * @param recipeHash - Expected hash of the recipe.
 * @param warn - Receives a message for every checkpoint that is skipped.
 * @throws {@link CheckpointError} if there are checkpoints but none is valid.
 */
export async function loadLatestCheckpoint(
  folder: string,
  stage: string,
  recipeHash: string,
  warn: (message: string) => void,
): Promise<Checkpoint | null> {
  const names = await listCheckpoints(folder, stage);
  if (names.length === 0) return null;
  for (const name of names) {
    try {
      return await readCheckpoint(join(folder, name), recipeHash);
    } catch (error) {
      warn(`${name}: skipped: ${(error as Error).message}`);
    }
  }
  throw new CheckpointError(
    `${folder}: no valid checkpoint (got ${names.join(', ')}); use another folder`,
  );
}

async function readCheckpoint(path: string, recipeHash: string): Promise<Checkpoint> {
  const checkpoint = decodeCheckpoint(readSafetensors(await readFile(path), path));
  if (checkpoint.recipeHash !== recipeHash) {
    throw new CheckpointError('written by another recipe; use another folder');
  }
  return checkpoint;
}
