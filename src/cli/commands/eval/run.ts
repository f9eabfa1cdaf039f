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
  /** A file of weights. */
  readonly weights?: string;
  /** Published network of the weights. */
  readonly net?: string;
  /** Preprocessing of the photos; default: that of the network. */
  readonly preprocess?: string;
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
export async function runEval(options: EvalOptions): Promise<void> {
  const { model, weights, net: network, preprocess: preprocessing } = options;
  using segmenter = await createSegmenter({
    ...{ model, mode: 'exact' },
    ...(weights === undefined ? {} : { weights }),
    ...(network === undefined ? {} : { network }),
    ...(preprocessing === undefined ? {} : { preprocessing }),
  });
  const { data, list, json = false } = options;
  const { classes } = segmenter;
  const dataset = openFolderDataset(data, list, { classes: classes.length });
  const photos = dataset.names.length;
  const counter = photoCounter();
  const matrix = await interruptible((signal) =>
    scorePhotos(segmenter, readPhotos(dataset, signal), (done) => counter.count(done, photos)),
  );
  counter.end();
  const scores = toScoreSheet(matrix.scores(), classes);
  const described = { model, list, photos, ...scores };
  process.stdout.write(json ? `${JSON.stringify(described)}\n` : showScoreSheet(scores));
}
