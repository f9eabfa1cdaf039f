/** Preprocessing of the published networks, as in their data layers. */
import type { Preprocessing } from '../data/preprocessing.js';

/** Mean colour of PASCAL VOC, in the digits of the authors' infer.py. */
export const VOC_BGR: Preprocessing = {
  input: 'photo',
  order: 'bgr',
  mean: [104.00698793, 116.66876762, 122.67891434],
};

/** Mean colour of PASCAL-Context. */
export const CONTEXT_BGR: Preprocessing = {
  input: 'photo',
  order: 'bgr',
  mean: [104.007, 116.669, 122.679],
  singlePrecision: true,
};

/** Mean colour of SIFT Flow. */
export const SIFT_BGR: Preprocessing = {
  input: 'photo',
  order: 'bgr',
  mean: [114.578, 115.294, 108.353],
};

/** Mean colour of the photos of NYUDv2. */
export const NYUD_BGR: Preprocessing = {
  input: 'photo',
  order: 'bgr',
  mean: [116.19, 97.203, 92.318],
};

/** Mean of NYUDv2's depth as disparity, height and angle (HHA), in the order of the file. */
export const NYUD_HHA: Preprocessing = {
  input: 'hha',
  order: 'stored',
  mean: [132.431, 94.076, 118.477],
};

/** Logarithm of depth in millimetres, one channel: the second input of nyud-fcn32s-color-d. */
export const NYUD_DEPTH: Preprocessing = {
  input: 'depth',
  order: 'stored',
  logarithm: true,
  mean: [7.844],
};

/** Three channels of the photo of NYUDv2, then three of HHA. */
export const NYUD_BGR_AND_HHA: Preprocessing = {
  input: 'photo and hha',
  order: 'bgr',
  mean: [116.19, 97.203, 92.318, 132.431, 94.076, 118.477],
};

/** Preset of torchvision for segmentation. */
export const TORCHVISION_RGB: Preprocessing = {
  input: 'photo',
  order: 'rgb',
  divisor: 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  singlePrecision: true,
  shortSide: 520,
};

/** Preprocessing of MatConvNet's networks; each file holds its own mean colour. */
export const MATCONVNET_RGB: Preprocessing = { input: 'photo', order: 'rgb', mean: null };
