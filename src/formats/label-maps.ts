/** Label maps of data sets that store them in MAT-files. */
import { ParseError } from '../core/errors.js';
import type { ByteSource } from '../io/byte-source.js';
import { toFloat32 } from '../io/elements.js';
import { readMat5 } from '../io/mat5.js';
import type { MatValue } from '../io/mat5-values.js';
import { toRowMajor } from '../io/strided.js';

/** A class per pixel. */
export interface MatLabels {
  /** Rows. */
  readonly height: number;
  /** Pixels per row. */
  readonly width: number;
  /** Row-major; 255 is ignored. */
  readonly data: Uint8Array;
}

/** Labels of SBD, `GTcls.Segmentation`: classes as they are stored. */
export function readSbdLabels(source: ByteSource): MatLabels {
  const struct = readMat5(source).get('GTcls');
  const value = struct?.kind === 'struct' ? struct.items.at(0)?.get('Segmentation') : undefined;
  return toLabels(source, value, (label) => label);
}

/** Labels of NYUDv2 in 40 classes, `segmentation`: one less in eight bits, so that void, 0, is 255. */
export function readNyudLabels(source: ByteSource): MatLabels {
  return toLabels(source, readMat5(source).get('segmentation'), (label) => label - 1);
}

/**
 * Labels of SIFT Flow, `S`, semantic or geometric: one less in eight bits, so that void is 255. The
 * geometric ones store void as −1, which is taken as 0 first.
 */
export function readSiftFlowLabels(source: ByteSource): MatLabels {
  return toLabels(source, readMat5(source).get('S'), (label) => Math.max(label, 0) - 1);
}

function toLabels(
  source: ByteSource,
  value: MatValue | undefined,
  classOf: (label: number) => number,
): MatLabels {
  if (value?.kind !== 'numbers' || value.shape.length !== 2) {
    throw new ParseError(source.name, 0, 'no label map of the data set that is asked for');
  }
  const [height, width] = value.shape;
  const layout = { shape: [height, width], strides: [1, height], offset: 0 };
  const labels = toFloat32(toRowMajor(value.data, layout));
  return { height, width, data: Uint8Array.from(labels, classOf) };
}
