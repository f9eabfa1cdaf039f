import { openFolderDataset } from '../../../data/folder-dataset.js';
import { createSegmenter } from '../../../segment/segmenter.js';
import { readPhotos } from '../../../train/photos.js';
import { showScoreSheet, toScoreSheet } from '../../../train/scores.js';
import { scorePhotos } from '../../../verify/score-photos.js';
import { interruptible } from '../../shell/interrupt.js';
import { photoCounter } from '../../shell/photo-counter.js';

/** Options of `fcn eval`. */
export interface EvalOptions {
  /** The network: a file or a name. */
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
 * @throws {@link OpenError} if the model is refused.
 */
export async function runEval({ model, data, list, json = false }: EvalOptions): Promise<void> {
  using segmenter = await createSegmenter({ model, mode: 'exact' });
  const { classes } = segmenter;
  const dataset = openFolderDataset(data, list, { classes: classes.length });
  const photos = dataset.names.length;
  const counter = photoCounter(photos);
  const matrix = await interruptible((signal) =>
    scorePhotos(segmenter, readPhotos(dataset, signal), counter.count),
  );
  counter.end();
  const scores = toScoreSheet(matrix.scores(), classes);
  const described = { model, list, photos, ...scores };
  process.stdout.write(json ? `${JSON.stringify(described)}\n` : showScoreSheet(scores));
}
