/** Readers of label maps that data sets store in MAT-files. */
import { ParseError } from '../core/errors.js';
import type { ByteSource } from '../io/byte-source.js';
import { toFloat32 } from '../io/elements.js';
import { readMat5 } from '../io/mat5.js';
import type { MatValue } from '../io/mat5-values.js';
import { toRowMajor } from '../io/strided.js';

/** A label map: one class per pixel. */
export interface MatLabelMap {
  /** Number of rows. */
  readonly height: number;
  /** Pixels per row. */
  readonly width: number;
  /** Class of each pixel, row-major; 255 = ignored pixel. */
  readonly data: Uint8Array;
}

/**
 * Reads labels of SBD, the variable `GTcls.Segmentation`: classes as stored.
 *
 * @throws {@link ParseError} if the file is damaged or has no such label map.
 */
export function readSbdLabels(source: ByteSource): MatLabelMap {
  const struct = readMat5(source).get('GTcls');
  const value = struct?.kind === 'struct' ? struct.items.at(0)?.get('Segmentation') : undefined;
  return toLabels(source, value, (label) => label);
}

/**
 * Reads labels of NYUDv2 in 40 classes, the variable `segmentation`: the stored number minus one in eight bits,
 * so that void, stored as 0, becomes 255.
 *
 * @throws {@link ParseError} if the file is damaged or has no such label map.
 */
export function readNyudLabels(source: ByteSource): MatLabelMap {
  return toLabels(source, readMat5(source).get('segmentation'), (label) => label - 1);
}

/**
 * Reads labels of SIFT Flow, the variable `S`, semantic or geometric: the stored number minus one in eight bits,
 * so that void, stored as 0, becomes 255. Geometric labels store void as −1, which counts as 0.
 *
 * @throws {@link ParseError} if the file is damaged or has no such label map.
 */
export function readSiftFlowLabels(source: ByteSource): MatLabelMap {
  return toLabels(source, readMat5(source).get('S'), (label) => Math.max(label, 0) - 1);
}

/**
 * Numbers of the classes 1 … 59 of PASCAL-Context in its list of 459 names, by class. The list uses other
 * names for three of them: diningtable is `table`, bedcloth `bedclothes`, clothes `cloth`.
 */
// prettier-ignore
const CONTEXT_NUMBERS: readonly number[] = [
  2, 23, 25, 31, 34, 45, 59, 65, 72, 98, 397, 113, 207, 258, 284, 308, 347, 368, 416, 427,
  9, 18, 22, 33, 44, 46, 68, 80, 85, 104, 115, 144, 158, 159, 162, 187, 189, 220, 232, 259,
  260, 105, 296, 355, 295, 324, 326, 349, 354, 360, 366, 19, 415, 420, 424, 440, 445, 454, 458,
];

/**
 * Reads labels of PASCAL-Context, the variable `LabelMap`. The 59 scored names of the 459 become 1 … 59; all
 * others become class 0, which is learned and scored. No pixel is ignored.
 *
 * @throws {@link ParseError} if the file is damaged or has no such label map.
 */
export function readContextLabels(source: ByteSource): MatLabelMap {
  const classes = new Map(CONTEXT_NUMBERS.map((number, i) => [number, i + 1]));
  return toLabels(source, readMat5(source).get('LabelMap'), (label) => classes.get(label) ?? 0);
}

function toLabels(
  source: ByteSource,
  value: MatValue | undefined,
  classOf: (label: number) => number,
): MatLabelMap {
  if (value?.kind !== 'numbers' || value.shape.length !== 2) {
    throw new ParseError(source.name, 0, 'no label map of this data set (wrong MAT-file?)');
  }
  const [height, width] = value.shape;
  const layout = { shape: [height, width], strides: [1, height], offset: 0 };
  const labels = toFloat32(toRowMajor(value.data, layout));
  return { height, width, data: Uint8Array.from(labels, classOf) };
}
