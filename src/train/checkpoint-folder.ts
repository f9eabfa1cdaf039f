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

/** The newest checkpoint and the one before it: should the newest be damaged, little is lost. */
const KEPT = 2;

/** Digits of the step in a file name: names sort as the steps do. */
const DIGITS = 8;

/** Writes a checkpoint, whole or not at all, and removes all but the last two of its stage. */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { arrays, metadata } = encodeCheckpoint(checkpoint);
  const step = String(checkpoint.iteration).padStart(DIGITS, '0');
  const path = join(folder, `${checkpoint.stage}-${step}.checkpoint.safetensors`);
  await writeFileAtomic(path, writeSafetensors(arrays, metadata, { dtype: 'F32' }));
  const old = (await listCheckpoints(folder, checkpoint.stage)).slice(KEPT);
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
}

/** Removes the checkpoints of a stage that is finished. */
export async function removeCheckpoints(folder: string, stage: string): Promise<void> {
  const names = await listCheckpoints(folder, stage);
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
}

/** Removes what a run that was killed in the middle of writing has left: never read, never renamed. */
export async function removeUnfinished(folder: string, stage: string): Promise<void> {
  const unfinished = (await listFolder(folder)).filter(
    (name) =>
      /^[\w-]+(?:\.checkpoint)?\.safetensors\.[\da-f-]+\.tmp$/.test(name) && isOf(stage, name),
  );
  await Promise.all(unfinished.map((name) => rm(join(folder, name), { force: true })));
}

/** True for the model and the checkpoints of a stage, not for those of a stage whose name goes on. */
function isOf(stage: string, name: string): boolean {
  const rest = name.slice(stage.length);
  return name.startsWith(stage) && (rest.startsWith('.') || /^-\d{8}\./.test(rest));
}

/** Names of a stage's checkpoints, the newest first. */
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
 * The newest checkpoint of a stage that can be used; null if there is none at all.
 *
 * @param recipeHash - Hash that the checkpoint has to carry.
 * @param warn - Told about every checkpoint that is passed over, and why.
 * @throws {@link CheckpointError} if there are checkpoints but none is of use.
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
      warn(`${name} is passed over: ${(error as Error).message}`);
    }
  }
  throw new CheckpointError(
    `none of the checkpoints in ${folder} can be used: ${names.join(', ')}`,
  );
}

async function readCheckpoint(path: string, recipeHash: string): Promise<Checkpoint> {
  const checkpoint = decodeCheckpoint(readSafetensors(await readFile(path), path));
  if (checkpoint.recipeHash !== recipeHash) {
    throw new CheckpointError('it was made by another recipe; use another folder');
  }
  return checkpoint;
}
