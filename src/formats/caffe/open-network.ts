import { readFileSync } from 'node:fs';
import { openFileSource } from '../../io/file-source.js';
import { readHashed } from '../../io/hashed-source.js';
import { readCaffeModel, readNetText } from '../../io/caffe/read-files.js';
import { buildCaffeNetwork, type BuildCaffeOptions, type CaffeNetwork } from './build-network.js';
import { loadCaffeWeights, type WeightsReport } from './load-weights.js';

/** Files of a network, and how it is built. */
export interface OpenCaffeOptions extends BuildCaffeOptions {
  /** The description: a prototxt file. */
  readonly prototxt: string;
  /** The weights: a caffemodel. Without it parameters are as the description fills them. */
  readonly weights?: string;
  /** SHA-256 that the caffemodel must have, in hexadecimal digits; default: not checked. */
  readonly sha256?: string;
}

/** A network from files. */
export interface OpenedCaffeNetwork extends CaffeNetwork {
  /** What became of the layers of both files; null without weights. */
  readonly report: WeightsReport | null;
}

/**
 * Opens a network of Caffe's. Weights are read from the file straight into the parameters' memory, so
 * that a file of any size takes no memory besides.
 *
 * @throws {@link ParseError} for damaged files, {@link FcnError} for what is not read, does not fit or has
 *   another SHA-256.
 */
export function openCaffeNetwork({
  prototxt,
  weights,
  sha256,
  ...options
}: OpenCaffeOptions): OpenedCaffeNetwork {
  const built = buildCaffeNetwork(readNetText(readFileSync(prototxt), prototxt), options);
  if (weights === undefined) return { ...built, report: null };
  const source = openFileSource(weights);
  try {
    const report = readHashed(source, sha256, (file) =>
      loadCaffeWeights(built.network, readCaffeModel(file).blobs),
    );
    return { ...built, report };
  } finally {
    source.close();
  }
}
