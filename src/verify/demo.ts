/** The demo image that the authors published with the output of their FCN-8s. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FcnError } from '../core/errors.js';
import { decodeImage } from '../data/decode-image.js';
import type { LabelMap, RgbImage } from '../data/image.js';
import { decodeLabels } from '../data/indexed-png.js';
import { VOC_PALETTE } from '../data/palette.js';
import { ConfusionMatrix } from '../metrics/confusion-matrix.js';
import type { Segmenter } from '../segment/segmenter.js';
import { checkDemo, notChecked, type Check } from './checks.js';

/** MD5 of the published files, image and output: PASCAL VOC's 2007_000129. */
const IMAGE_MD5 = '4f671bd944ae9df868fc758c2ef9ca52';
const OUTPUT_MD5 = '6f4ed95844feebf1e6cda1c60f7bb0b2';

/** The network whose output is published. */
const DEMO_NETWORK = 'voc-fcn8s';

/** Agreement of our output with the published one in one class. */
export interface ClassAgreement {
  /** Name of the class. */
  readonly name: string;
  /** Pixels of the class in the published output. */
  readonly published: number;
  /** Pixels of the class in our output. */
  readonly ours: number;
  /** Pixels of the class in both outputs. */
  readonly both: number;
}

/** Results on the demo image. */
export interface DemoResult {
  /** Pixels per row of the image. */
  readonly width: number;
  /** Rows of the image. */
  readonly height: number;
  /** Hash of the plan. */
  readonly planHash: string | null;
  /** SHA-256 of the scores `[classes, height, width]`, little-endian float32. */
  readonly scoresSha256: string;
  /** Agreement with `output.png`; empty without that file. */
  readonly agreement: readonly ClassAgreement[];
  /** Pixel accuracy and mean IU against `label.png`, of our output and the published one; null without both files. */
  readonly againstLabels: Readonly<Record<'ours' | 'published', DemoFigures>> | null;
}

/** Results on the demo image, and their check. */
export interface JudgedDemo {
  readonly result: DemoResult;
  readonly check: Check;
}

/** Figures of one output. */
export interface DemoFigures {
  /** Share of the labelled pixels whose class is right, 0 … 1. */
  readonly pixelAccuracy: number;
  /** Mean intersection over union, 0 … 1. */
  readonly meanIU: number;
}

/**
 * Runs the demo image through a network and compares.
 *
 * @param folder - Has `image.jpg` (or `image.png`), and perhaps `output.png` and `label.png`.
 * @throws {@link FcnError} if there is no image, or files differ in size; {@link ParseError} if one is damaged.
 */
export async function runDemo(
  segmenter: Segmenter,
  network: string,
  folder: string,
): Promise<JudgedDemo> {
  const image = readDemoFile(folder, ['image.jpg', 'image.png']);
  if (image === null) throw new FcnError(`${folder}: there is no image.jpg or image.png`);
  const result = await segmenter.segment(decodeImage(image, 'image'), { scores: true });
  const { width, height, classMap, planHash } = result;
  const output = readDemoFile(folder, ['output.png']);
  const published = output && classesOf(decodeImage(output, 'output.png'));
  const labels = readDemoFile(folder, ['label.png']);
  const truth = labels && decodeLabels(labels, 'label.png');
  assertSize('output.png', published, result);
  assertSize('label.png', truth, result);
  const scoresSha256 = createHash('sha256').update(result.scores).digest('hex');
  return {
    result: {
      ...{ width, height, planHash, scoresSha256 },
      ...compare(segmenter.classes, classMap, { published, truth }),
    },
    check: judge(network, { image, output, classMap, published: published?.data ?? null }),
  };
}

/** Agreement with the published output, and with the labels, where these are there and of as many classes. */
function compare(
  names: readonly string[],
  ours: Uint8Array,
  { published, truth }: Readonly<Record<'published' | 'truth', LabelMap | null>>,
): Pick<DemoResult, 'agreement' | 'againstLabels'> {
  if (published === null || names.length !== VOC_COUNT) {
    return { agreement: [], againstLabels: null };
  }
  return {
    agreement: agree(names, ours, published.data),
    againstLabels: truth && {
      ours: figures(truth.data, ours),
      published: figures(truth.data, published.data),
    },
  };
}

const VOC_COUNT = 21;

interface Judged {
  readonly image: Uint8Array;
  readonly output: Uint8Array | null;
  readonly classMap: Uint8Array;
  readonly published: Uint8Array | null;
}

function judge(network: string, { image, output, classMap, published }: Judged): Check {
  const name = 'output of the demo image';
  if (network !== DEMO_NETWORK) return notChecked(name, `published for ${DEMO_NETWORK} alone`);
  if (output === null || published === null) return notChecked(name, 'there is no output.png');
  if (md5(image) !== IMAGE_MD5 || md5(output) !== OUTPUT_MD5) {
    return notChecked(name, 'image or output are not the published files, by their MD5');
  }
  const differing = classMap.reduce((count, id, i) => count + (id === published[i] ? 0 : 1), 0);
  return checkDemo(differing, classMap.length);
}

function readDemoFile(folder: string, names: readonly string[]): Uint8Array | null {
  const found = names.map((name) => join(folder, name)).find((path) => existsSync(path));
  return found === undefined ? null : readFileSync(found);
}

function assertSize(name: string, map: LabelMap | null, of: LabelMapSize): void {
  if (map === null || (map.width === of.width && map.height === of.height)) return;
  throw new FcnError(
    `${name} is ${String(map.width)}×${String(map.height)}, the image ${String(of.width)}×${String(of.height)}`,
  );
}

type LabelMapSize = Pick<LabelMap, 'width' | 'height'>;

/** Classes of a picture in the colours of PASCAL VOC; 255 where a colour is none of theirs. */
function classesOf({ width, height, data }: RgbImage): LabelMap {
  const ids = new Map<number, number>();
  for (let id = 255; id >= 0; id--) ids.set(colourKey(VOC_PALETTE, id), id);
  const classes = Uint8Array.from(
    { length: width * height },
    (_, i) => ids.get(colourKey(data, i)) ?? 255,
  );
  return { width, height, data: classes };
}

function colourKey(colours: Uint8Array, i: number): number {
  return (colours[3 * i] << 16) | (colours[3 * i + 1] << 8) | colours[3 * i + 2];
}

function agree(
  names: readonly string[],
  ours: Uint8Array,
  published: Uint8Array,
): ClassAgreement[] {
  const counts = names.map((name) => ({ name, published: 0, ours: 0, both: 0 }));
  ours.forEach((id, i) => {
    counts[id].ours++;
    const other = counts.at(published[i]);
    if (other === undefined) return;
    other.published++;
    if (published[i] === id) other.both++;
  });
  return counts.filter((count) => count.ours + count.published > 0);
}

function figures(truth: Uint8Array, predicted: Uint8Array): DemoFigures {
  const matrix = new ConfusionMatrix(VOC_COUNT);
  matrix.add(truth, predicted);
  const { pixelAccuracy, meanIU } = matrix.scores();
  return { pixelAccuracy, meanIU };
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
