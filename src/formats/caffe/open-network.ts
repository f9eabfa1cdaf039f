import { readFileSync } from 'node:fs';
import { openFileSource } from '../../io/file-source.js';
import { readHashed } from '../../io/hashed-source.js';
import { readCaffeModel, readNetText } from '../../io/caffe/read-files.js';
import { checkOptions, SHA256, TEXT, type OptionChecks } from '../../core/check-options.js';
import {
  BUILD_OPTIONS,
  buildCaffeNetwork,
  type BuildCaffeOptions,
  type CaffeNetwork,
} from './build-network.js';
import { loadCaffeWeights, type WeightsReport } from './load-weights.js';

/** Options of {@link openCaffeNetwork}: the files, and how the network is built. */
export interface OpenCaffeOptions extends BuildCaffeOptions {
  /** Path of the description, a prototxt file. */
  readonly prototxt: string;
  /** Path of the weights, a caffemodel; default: parameters as their fillers (initialisers) set them. */
  readonly weights?: string;
  /** Expected SHA-256 of the caffemodel, in hexadecimal digits; default: not checked. */
  readonly sha256?: string;
}

const OPTIONS: OptionChecks<OpenCaffeOptions> = {
  ...BUILD_OPTIONS,
  prototxt: TEXT,
  weights: TEXT,
  sha256: SHA256,
};

/** Network opened from files. */
export interface OpenedCaffeNetwork extends CaffeNetwork {
  /** Layers that were copied, ignored or missing; null without weights. */
  readonly report: WeightsReport | null;
}

/**
 * Opens a Caffe network. Weights are copied from the file into the parameters' memory, so that a file of any size
 * needs no memory of its own.
 *
 * @throws {@link ParseError} if a file is damaged; {@link FcnError} if a layer is unsupported, or if the weights do not
 *   fit or have another SHA-256; {@link OptionError} for an unknown option or value.
 */
export function openCaffeNetwork(options: OpenCaffeOptions): OpenedCaffeNetwork {
  checkOptions('openCaffeNetwork', options, OPTIONS);
  const { prototxt, weights, sha256, ...building } = options;
  const built = buildCaffeNetwork(readNetText(readFileSync(prototxt), prototxt), building);
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
