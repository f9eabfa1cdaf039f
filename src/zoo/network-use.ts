/** What published networks take and tell, whether or not weights of theirs were published. */
import type { Preprocessing } from '../data/preprocessing.js';
import type { LabelSet, ZooEntry } from './entry.js';
import { NYUD, VOC } from './label-sets.js';
import { NYUD_BGR, NYUD_DEPTH, VOC_BGR } from './preprocessing.js';
import { entryOfNetwork } from './source.js';

/** What a network takes and tells. */
export interface NetworkUse {
  /** How each of its inputs is made, in its order. */
  readonly streams: readonly Preprocessing[];
  /** What its scores mean, by the name of the output. */
  readonly outputs: Readonly<Record<string, LabelSet>>;
}

/** Networks of which no weights were published: the authors' for photo and depth, and our FCN-GoogLeNet. */
const WITHOUT_WEIGHTS: Readonly<Partial<Record<string, NetworkUse>>> = {
  'nyud-fcn32s-color-d': { streams: [NYUD_BGR, NYUD_DEPTH], outputs: { score: NYUD } },
  'ours-fcn-googlenet': { streams: [VOC_BGR], outputs: { score: VOC } },
};

/**
 * What a published network takes and tells; null if there is no network of the name.
 *
 * @param entry - The weights, if they are known; else the first that were published say it.
 */
export function useOfNetwork(network: string, entry: ZooEntry | null): NetworkUse | null {
  const about = entry ?? entryOfNetwork(network);
  if (about === null) return WITHOUT_WEIGHTS[network] ?? null;
  return { streams: streamsOf(about.preprocessing), outputs: about.outputs };
}

/** Channels of a photo, before those of HHA. */
const COLOURS = 3;

function streamsOf(preprocessing: Preprocessing): Preprocessing[] {
  if (preprocessing.input !== 'photo and hha') return [preprocessing];
  const mean = preprocessing.mean ?? [];
  return [
    { ...preprocessing, input: 'photo', mean: mean.slice(0, COLOURS) },
    { ...preprocessing, input: 'hha', order: 'stored', mean: mean.slice(COLOURS) },
  ];
}
