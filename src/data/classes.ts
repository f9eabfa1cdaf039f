/** The 21 classes of PASCAL VOC, by label. */
export const VOC_CLASSES: readonly string[] = [
  'background',
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'diningtable',
  'dog',
  'horse',
  'motorbike',
  'person',
  'pottedplant',
  'sheep',
  'sofa',
  'train',
  'tvmonitor',
];

/** The three classes of the cats-and-dogs data, by label. */
export const PETS_CLASSES: readonly string[] = ['background', 'cat', 'dog'];
