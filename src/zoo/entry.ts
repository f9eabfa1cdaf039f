/** Entry of the zoo: the known facts about a published file of weights. */
import type { Preprocessing } from '../data/preprocessing.js';

/** Digest of a file, published by its authors or by people who hold the file. */
export interface Checksum {
  /** Algorithm of the digest. */
  readonly algorithm: 'md5' | 'sha1' | 'sha256';
  /** Digest in lower-case hexadecimal digits. */
  readonly hex: string;
}

/** Classes that an output scores. */
export interface LabelSet {
  /** Names of the classes, in the order of the scores. */
  readonly classes: readonly string[];
  /** Number added to stored labels, in uint8, to get classes; −1 turns void (0) into the ignored 255. */
  readonly labelShift: 0 | -1;
}

/** Published score of a network. */
export interface PublishedScore {
  /** Measured figure. */
  readonly figure: 'mean IU' | 'pixel accuracy' | 'mean accuracy' | 'frequency weighted IU';
  /** Value in percent. */
  readonly percent: number;
  /** Images on which it was measured. */
  readonly data: string;
  /** Publisher of the score. */
  readonly source: string;
}

/** Format of a published file. */
export type ZooFormat = 'caffemodel' | 'pth' | 'npz' | 'mat' | 'onnx';

/** Published file of weights. */
export interface ZooEntry {
  /** Name of the entry in commands. */
  readonly name: string;
  /** Description in one line. */
  readonly title: string;
  /** Name of the file. */
  readonly file: string;
  /** Format of the file. */
  readonly format: ZooFormat;
  /** Address of the file; null if no address is known that serves the file itself. */
  readonly url: string | null;
  /** Size of the file; null if it is not known exactly. */
  readonly bytes: number | null;
  /** Digest of the file; null if none is known. */
  readonly checksum: Checksum | null;
  /** Licence, as its publishers state it. */
  readonly licence: string;
  /** Fields that were not checked at the publisher's site; absent if all were. */
  readonly unverified?: readonly ('url' | 'licence')[];
  /** Name of the network that the weights belong to. */
  readonly network: string;
  /** Parameter count of the file; null if the published definition does not tell. */
  readonly parameters: number | null;
  /** Preprocessing of the network's inputs. */
  readonly preprocessing: Preprocessing;
  /** Classes of each output, by the name of the output. */
  readonly outputs: Readonly<Record<string, LabelSet>>;
  /** Published scores of the weights. */
  readonly scores: readonly PublishedScore[];
}
