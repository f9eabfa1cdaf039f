/** Inputs and classes of the published networks, also of those without published weights. */
import type { Preprocessing } from '../data/preprocessing.js';
import type { LabelSet, ZooEntry } from './entry.js';
import { NYUD, VOC } from './label-sets.js';
import { NYUD_BGR, NYUD_DEPTH, VOC_BGR } from './preprocessing.js';
import { entryOfNetwork } from './source.js';

/** Inputs and classes of a network. */
export interface NetworkUse {
  /** Preprocessing of each input, in the network's order. */
  readonly streams: readonly Preprocessing[];
  /** Classes of each output, by the name of the output. */
  readonly outputs: Readonly<Record<string, LabelSet>>;
}

/** Networks without published weights: the authors' network for photo and depth, and our FCN-GoogLeNet. */
const WITHOUT_WEIGHTS: Readonly<Partial<Record<string, NetworkUse>>> = {
  'nyud-fcn32s-color-d': { streams: [NYUD_BGR, NYUD_DEPTH], outputs: { score: NYUD } },
  'ours-fcn-googlenet': { streams: [VOC_BGR], outputs: { score: VOC } },
};

/**
 * Finds inputs and classes of a published network; null if there is no network of this name.
 *
 * @param entry - Entry of the weights; null for the network's first published entry.
 */
export function useOfNetwork(network: string, entry: ZooEntry | null): NetworkUse | null {
  const about = entry ?? entryOfNetwork(network);
  if (about === null) return WITHOUT_WEIGHTS[network] ?? null;
  return { streams: streamsOf(about.preprocessing), outputs: about.outputs };
}

/** Channels of a photo; the channels of HHA follow. */
const COLOURS = 3;

function streamsOf(preprocessing: Preprocessing): Preprocessing[] {
  if (preprocessing.input !== 'photo and hha') return [preprocessing];
  const mean = preprocessing.mean ?? [];
  return [
    { ...preprocessing, input: 'photo', mean: mean.slice(0, COLOURS) },
    { ...preprocessing, input: 'hha', order: 'stored', mean: mean.slice(COLOURS) },
  ];
}
