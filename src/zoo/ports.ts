/** Entries of the files of other implementations: PyTorch, Chainer, MatConvNet, torchvision, the ONNX zoo. */
import type { PublishedScore, ZooEntry } from './entry.js';
import { VOC } from './label-sets.js';
import { MATCONVNET_RGB, TORCHVISION_RGB, VOC_BGR } from './preprocessing.js';

const SEG11VALID = 'VOC 2011 val without SBD train (736 images)';
const COCO = 'COCO val2017 in the classes of VOC';
const outputs = { score: VOC };

function scoresOf(
  source: string,
  data: string,
  meanIu: number,
  others: Partial<Record<PublishedScore['figure'], number>> = {},
): PublishedScore[] {
  const figures = Object.entries({ 'mean IU': meanIu, ...others });
  return figures.map(([figure, percent]) => ({
    figure: figure as PublishedScore['figure'],
    percent,
    data,
    source,
  }));
}

/** Variant, MD5, mean IU and parameter count of each file; the files omit the fixed scale layers of at-once. */
const PYTORCH_FCN = [
  ['fcn32s', 'd3eb467a80e7da0468a20dfcbc13e6c8', 63.63, 136_152_917],
  ['fcn16s', 'a2d4035f669f09483b39c9a14a0d6670', 65.01, 134_815_994],
  ['fcn8s', 'de93e540ec79512f8770033849c8ae89', 65.51, 134_489_759],
  ['fcn8s-atonce', 'bfed4437e941fef58932891217fe6464', 65.4, 134_489_759],
] as const;

const pytorchFcn = PYTORCH_FCN.map(([variant, hex, meanIu, parameters]): ZooEntry => {
  const file = `${variant}_from_caffe.pth`;
  return {
    name: `pytorch-${variant}`,
    title: `${variant} of the authors, converted for wkentaro/pytorch-fcn`,
    file,
    format: 'pth',
    url: null,
    bytes: null,
    checksum: { algorithm: 'md5', hex },
    licence: 'the code is MIT; the weights are those of the authors, for unrestricted use',
    network: `voc-${variant}`,
    parameters,
    preprocessing: VOC_BGR,
    outputs,
    scores: scoresOf('wkentaro/pytorch-fcn', SEG11VALID, meanIu),
  };
});

const CHAINER_FCN = [
  ['fcn32s', 'b7f0a2e66229ccdb099c0a60b432e8cf', [63.818, 90.5668, 76.874, 83.5067]],
  ['fcn16s', '7c9b50a1a8c6c20d3855d4823bbea61e', [65.3628, 91.1009, 77.2522, 84.3675]],
  ['fcn8s', '256c2a8235c1c65e62e48d3284fbd384', [65.8444, 91.2608, 78.1484, 84.6447]],
  ['fcn8s-atonce', '5f3ffdc7fae1066606e1ef45cfda548f', [65.3433, 91.0883, 77.3528, 84.4276]],
] as const;

const chainerFcn = CHAINER_FCN.map(([variant, hex, [meanIu, pixel, mean, weighted]]): ZooEntry => {
  const others = {
    'pixel accuracy': pixel,
    'mean accuracy': mean,
    'frequency weighted IU': weighted,
  };
  return {
    name: `chainer-${variant}`,
    title: `${variant} trained by wkentaro/fcn`,
    file: `${variant}.npz`,
    format: 'npz',
    url: null,
    bytes: null,
    checksum: { algorithm: 'md5', hex },
    licence: 'the code is MIT; of the weights nothing is said',
    network: `voc-${variant}`,
    parameters: null,
    preprocessing: VOC_BGR,
    outputs,
    scores: scoresOf('wkentaro/fcn', SEG11VALID, meanIu, others),
  };
});

const MATCONVNET_FCN = [
  ['fcn32s', 'a1331885ec72a0721e51ac9d16262a48', 59.43, 89.12, 73.28],
  ['fcn16s', '2e49dd427829cdbc08a0154f994687d7', 62.35, 90.02, 75.74],
  ['fcn8s', '0eeb6a4bc819616ea66f88a3db878983', 62.69, 90.33, 75.86],
  ['fcn8s-tvg', 'b0f7bd5833b555c6241dd0c05897ca41', 69.85, 92.94, 78.8],
] as const;

const matconvnetFcn = MATCONVNET_FCN.map(([variant, hex, meanIu, pixel, mean]): ZooEntry => {
  const file = `pascal-${variant}-dag.mat`;
  return {
    name: `matconvnet-${variant}`,
    title:
      variant === 'fcn8s-tvg'
        ? 'FCN-8s of the Torr Vision Group, as imported by MatConvNet'
        : `${variant} as imported by MatConvNet, weights of the time of CVPR 2015`,
    file,
    format: 'mat',
    url: `https://www.vlfeat.org/matconvnet/models/${file}`,
    bytes: null,
    checksum: { algorithm: 'md5', hex },
    licence: 'as the imported models',
    unverified: ['licence'],
    network: `voc-${variant.replace('-tvg', '')}`,
    parameters: null,
    preprocessing: MATCONVNET_RGB,
    outputs,
    scores: scoresOf('matconvnet-fcn README', SEG11VALID, meanIu, {
      'pixel accuracy': pixel,
      'mean accuracy': mean,
    }),
  };
});

/** Depth, file, bytes, SHA-256, parameters of the heads in it, mean IU, pixel accuracy. */
const TORCHVISION = [
  [
    50,
    'fcn_resnet50_coco-1167a1af.pth',
    141_567_418,
    '1167a1affa42e1e62858f8d3fac12d109e0108327ffc91c5855a324b11683c36',
    35_322_218,
    60.5,
    91.4,
  ],
  [
    101,
    'fcn_resnet101_coco-7ecb50ca.pth',
    217_800_805,
    '7ecb50ca17844860a70d5ed0c748d997cf8adb62932abaa0233430c68594d749',
    54_314_346,
    63.7,
    91.9,
  ],
] as const;

const torchvision = TORCHVISION.map(
  ([depth, file, bytes, hex, parameters, meanIu, pixel]): ZooEntry => ({
    name: `torchvision-fcn-resnet${String(depth)}`,
    title: `FCN on a dilated ResNet-${String(depth)}, with auxiliary head`,
    file,
    format: 'pth',
    url: `https://download.pytorch.org/models/${file}`,
    bytes,
    checksum: { algorithm: 'sha256', hex },
    licence: 'BSD-3-Clause, as the code',
    unverified: ['licence'],
    network: `fcn_resnet${String(depth)}`,
    parameters,
    preprocessing: TORCHVISION_RGB,
    outputs: { out: VOC, aux: VOC },
    scores: scoresOf('torchvision', COCO, meanIu, { 'pixel accuracy': pixel }),
  }),
);

const ONNX_ZOO = [
  [
    'fcn-resnet50-11',
    141_193_553,
    '8abd3ae6c258e6fd210d8fb296261ea5c0603c6cc2f568db6097f6fbaaeff0d5',
    60.5,
  ],
  [
    'fcn-resnet50-12',
    141_193_555,
    'eb5017d1b80372eb0b58552655274698817ba2e774437e2c2d3c0a613d2e99bd',
    65,
  ],
  [
    'fcn-resnet50-12-int8',
    35_545_058,
    '67fcba8ebd435c2fb6b297d2e7c084f3c3b9ae6bc7ae41453b748ae4ed8c0331',
    64.7,
  ],
  [
    'fcn-resnet50-12-qdq',
    35_440_011,
    '0a6aef19ef5401364aacb6883303401b4b7ccd3e3cd5eb60180b467dae88dcf5',
    64.4,
  ],
  [
    'fcn-resnet101-11',
    217_069_155,
    'fd63d026cf4b2e54ef2bffb766914ddbffef9bd7a67eba0e67dbf1514bcf539d',
    63.7,
  ],
] as const;

const ONNX_SERVER =
  'https://github.com/onnx/models/raw/main/validated/vision/object_detection_segmentation/fcn/model/';

const onnxZoo = ONNX_ZOO.map(([name, bytes, hex, meanIu]): ZooEntry => ({
  name: `onnx-${name}`,
  title: `${name} of the ONNX model zoo`,
  file: `${name}.onnx`,
  format: 'onnx',
  url: `${ONNX_SERVER}${name}.onnx`,
  bytes,
  checksum: { algorithm: 'sha256', hex },
  licence: 'as the ONNX model zoo states',
  unverified: ['url', 'licence'],
  network: name.includes('101') ? 'fcn_resnet101' : 'fcn_resnet50',
  parameters: null,
  preprocessing: TORCHVISION_RGB,
  outputs: { out: VOC, aux: VOC },
  scores: scoresOf('ONNX model zoo, by its own protocol', COCO, meanIu),
}));

/** Published ports and trainings, by their publishers. */
export const PORT_ENTRIES: readonly ZooEntry[] = [
  ...pytorchFcn,
  ...chainerFcn,
  ...matconvnetFcn,
  ...torchvision,
  ...onnxZoo,
];
