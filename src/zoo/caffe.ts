/** Entries of the authors' files, as published in their repository. */
import type { Preprocessing } from '../data/preprocessing.js';
import type { Checksum, LabelSet, PublishedScore, ZooEntry } from './entry.js';
import { CONTEXT, NYUD, SIFT_GEOMETRIC, SIFT_SEMANTIC, VOC } from './label-sets.js';
import {
  CONTEXT_BGR,
  NYUD_BGR,
  NYUD_BGR_AND_HHA,
  NYUD_HHA,
  SIFT_BGR,
  VOC_BGR,
} from './preprocessing.js';

const SERVER = 'http://dl.caffe.berkeleyvision.org/';
const LICENCE = 'unrestricted use (BVLC model licence)';
const SEG11VALID = 'VOC 2011 val without SBD train (736 images)';
const README = "the authors' README";
const REEVALUATION = 'wkentaro/fcn, re-evaluation of the converted weights';

interface Row {
  readonly name: string;
  readonly title: string;
  readonly file: string;
  readonly parameters: number;
  readonly preprocessing: Preprocessing;
  readonly outputs: Readonly<Record<string, LabelSet>>;
  readonly checksum?: Checksum;
  readonly scores?: readonly PublishedScore[];
}

function meanIu(percent: number, data = SEG11VALID, source = README): PublishedScore {
  return { figure: 'mean IU', percent, data, source };
}

/** Pixel accuracy, mean accuracy, mean IU and frequency weighted IU of the re-evaluation. */
function reevaluated(...[pixel, mean, iu, weighted]: readonly number[]): PublishedScore[] {
  const at = { data: SEG11VALID, source: REEVALUATION };
  return [
    { figure: 'pixel accuracy', percent: pixel, ...at },
    { figure: 'mean accuracy', percent: mean, ...at },
    { figure: 'mean IU', percent: iu, ...at },
    { figure: 'frequency weighted IU', percent: weighted, ...at },
  ];
}

const voc = { preprocessing: VOC_BGR, outputs: { score: VOC } };
const context = { preprocessing: CONTEXT_BGR, outputs: { score: CONTEXT } };
const sift = {
  preprocessing: SIFT_BGR,
  outputs: { score_sem: SIFT_SEMANTIC, score_geo: SIFT_GEOMETRIC },
};

const ROWS: readonly Row[] = [
  {
    name: 'voc-fcn32s',
    title: 'FCN-32s on VGG16, PASCAL VOC',
    file: 'fcn32s-heavy-pascal',
    parameters: 136_152_917,
    ...voc,
    checksum: { algorithm: 'sha1', hex: '05eb922d7829c39448f57e5ab9d8cd75d6c0be6d' },
    scores: [meanIu(63.6), ...reevaluated(90.481, 76.4824, 63.6261, 83.458)],
  },
  {
    name: 'voc-fcn16s',
    title: 'FCN-16s on VGG16, PASCAL VOC',
    file: 'fcn16s-heavy-pascal',
    parameters: 134_815_994,
    ...voc,
    scores: [meanIu(65), ...reevaluated(90.9971, 78.071, 65.005, 84.2614)],
  },
  {
    name: 'voc-fcn8s',
    title: 'FCN-8s on VGG16, PASCAL VOC',
    file: 'fcn8s-heavy-pascal',
    parameters: 134_489_759,
    ...voc,
    checksum: { algorithm: 'sha1', hex: 'c449ea74dd7d83751d1357d6a8c323fcf4038962' },
    scores: [
      meanIu(65.5),
      meanIu(67.2, 'VOC 2012 test'),
      ...reevaluated(91.2212, 77.6146, 65.5126, 84.5445),
    ],
  },
  {
    name: 'voc-fcn8s-atonce',
    title: 'FCN-8s on VGG16, trained at once, PASCAL VOC',
    file: 'fcn8s-atonce-pascal',
    parameters: 134_490_527,
    ...voc,
    scores: [meanIu(65.4), ...reevaluated(91.1288, 78.4979, 65.3998, 84.4326)],
  },
  {
    name: 'voc-fcn-alexnet',
    title: 'FCN on CaffeNet, PASCAL VOC',
    file: 'fcn-alexnet-pascal',
    parameters: 58_704_590,
    ...voc,
    scores: [meanIu(48)],
  },
  {
    name: 'pascalcontext-fcn32s',
    title: 'FCN-32s on VGG16, PASCAL-Context',
    file: 'pascalcontext-fcn32s-heavy',
    parameters: 149_251_964,
    ...context,
  },
  {
    name: 'pascalcontext-fcn16s',
    title: 'FCN-16s on VGG16, PASCAL-Context',
    file: 'pascalcontext-fcn16s-heavy',
    parameters: 138_281_144,
    ...context,
  },
  {
    name: 'pascalcontext-fcn8s',
    title: 'FCN-8s on VGG16, PASCAL-Context',
    file: 'pascalcontext-fcn8s-heavy',
    parameters: 135_589_364,
    ...context,
  },
  {
    name: 'siftflow-fcn32s',
    title: 'FCN-32s on VGG16 with two heads, SIFT Flow',
    file: 'siftflow-fcn32s-heavy',
    parameters: 138_905_444,
    ...sift,
  },
  {
    name: 'siftflow-fcn16s',
    title: 'FCN-16s on VGG16 with two heads, SIFT Flow',
    file: 'siftflow-fcn16s-heavy',
    parameters: 135_568_424,
    ...sift,
  },
  {
    name: 'siftflow-fcn8s',
    title: 'FCN-8s on VGG16 with two heads, SIFT Flow',
    file: 'siftflow-fcn8s-heavy',
    parameters: 134_751_980,
    ...sift,
  },
  {
    name: 'nyud-fcn32s-color',
    title: 'FCN-32s on VGG16, photos of NYUDv2',
    file: 'nyud-fcn32s-color-heavy',
    parameters: 140_978_024,
    preprocessing: NYUD_BGR,
    outputs: { score: NYUD },
  },
  {
    name: 'nyud-fcn32s-hha',
    title: 'FCN-32s on VGG16, depth of NYUDv2 as HHA',
    file: 'nyud-fcn32s-hha-heavy',
    parameters: 140_978_024,
    preprocessing: NYUD_HHA,
    outputs: { score: NYUD },
  },
  {
    name: 'nyud-fcn32s-color-hha',
    title: 'two FCN-32s on VGG16, photos and HHA of NYUDv2, fused late',
    file: 'nyud-fcn32s-color-hha-heavy',
    parameters: 275_402_448,
    preprocessing: NYUD_BGR_AND_HHA,
    outputs: { score: NYUD },
  },
];

/** The fourteen files that the authors published. There is none for nyud-fcn32s-color-d. */
export const CAFFE_ENTRIES: readonly ZooEntry[] = ROWS.map(
  ({ file, checksum = null, scores = [], ...row }) => ({
    ...row,
    network: row.name,
    file: `${file}.caffemodel`,
    format: 'caffemodel',
    url: `${SERVER}${file}.caffemodel`,
    bytes: null,
    checksum,
    licence: LICENCE,
    scores,
  }),
);
