import type { Preprocessing } from '../data/preprocessing.js';

/** What the zoo says about a published file of weights. */

/** A digest that its publishers, or people who hold it, have made known. */
export interface Checksum {
  /** Which digest. */
  readonly algorithm: 'md5' | 'sha1' | 'sha256';
  /** In hexadecimal digits, lower case. */
  readonly hex: string;
}

/** What the classes of scores are. */
export interface LabelSet {
  /** Their names, in the order of the scores. */
  readonly classes: readonly string[];
  /** Added to stored labels, in uint8, to get classes: −1 makes void, 0, the ignored 255. */
  readonly labelShift: 0 | -1;
}

/** A score that somebody has published. */
export interface PublishedScore {
  /** What was measured. */
  readonly figure: 'mean IU' | 'pixel accuracy' | 'mean accuracy' | 'frequency weighted IU';
  /** In percent. */
  readonly percent: number;
  /** On which images. */
  readonly data: string;
  /** Who says so. */
  readonly source: string;
}

/** How the numbers are stored. */
export type ZooFormat = 'caffemodel' | 'pth' | 'npz' | 'mat' | 'onnx';

/** A published file of weights. */
export interface ZooEntry {
  /** What commands call it. */
  readonly name: string;
  /** One line on what it is. */
  readonly title: string;
  /** Name of the file. */
  readonly file: string;
  /** How its numbers are stored. */
  readonly format: ZooFormat;
  /** Where it is published; null if no address is known that serves the file itself. */
  readonly url: string | null;
  /** Size of the file, where it is known exactly. */
  readonly bytes: number | null;
  /** Its digest, where one is known. */
  readonly checksum: Checksum | null;
  /** Under which conditions, as its publishers say. */
  readonly licence: string;
  /** What of this entry nobody here has seen at its publisher's; left out where there is nothing. */
  readonly unverified?: readonly ('url' | 'licence')[];
  /** The network it belongs to. */
  readonly network: string;
  /** Numbers in the file that belong to layers, where the published definition tells. */
  readonly parameters: number | null;
  /** What the network takes. */
  readonly preprocessing: Preprocessing;
  /** What its scores mean, by the name of the output. */
  readonly outputs: Readonly<Record<string, LabelSet>>;
  /** What was measured with it. */
  readonly scores: readonly PublishedScore[];
}
