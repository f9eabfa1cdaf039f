import { createWasmBackend } from '../../../backend/wasm/index.js';
import type { Backend } from '../../../backend/backend.js';
import { evaluate } from '../../../train/evaluate.js';
import { openFolderDataset } from '../../../data/folder-dataset.js';
import { readPhotos } from '../../../train/photos.js';
import { showScoreSheet, toScoreSheet } from '../../../train/scores.js';
import { loadModel, type TrainedModel } from '../../../train/trained-model.js';
import { CommandError, EXIT, oneLine } from '../../shell/exit-codes.js';
import { interruptible } from '../../shell/interrupt.js';

/** What `fcn eval` was told. */
export interface EvalOptions {
  /** Model file. */
  readonly model: string;
  /** Folder with `images/` and `labels/`. */
  readonly data: string;
  /** List of names, in the folder. */
  readonly list: string;
  /** True for JSON on stdout. */
  readonly json?: boolean;
}

/**
 * Runs `fcn eval`.
 *
 * @throws {@link CommandError} if the model is refused.
 */
export async function runEval(options: EvalOptions): Promise<void> {
  const backend = await createWasmBackend();
  const { model, network } = await openModel(backend, options.model);
  const { input, classes } = model;
  const dataset = openFolderDataset(options.data, options.list, { classes: classes.length });
  const photos = dataset.names.length;
  const matrix = await interruptible(async (signal) => {
    const onPhoto = (done: number): void => {
      if (process.stderr.isTTY) process.stderr.write(`\r${String(done)}/${String(photos)}`);
    };
    const scored = { backend, network, input, classes: classes.length };
    return await evaluate(scored, readPhotos(dataset, signal), onPhoto);
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  const scores = toScoreSheet(matrix.scores(), classes);
  const described = { model: options.model, list: options.list, photos, ...scores };
  process.stdout.write(
    options.json === true ? `${JSON.stringify(described)}\n` : showScoreSheet(scores),
  );
}

async function openModel(backend: Backend, path: string): Promise<TrainedModel> {
  try {
    return await loadModel(backend, path);
  } catch (cause) {
    throw new CommandError(EXIT.modelRefused, oneLine(cause), { cause });
  }
}
