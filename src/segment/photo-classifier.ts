/**
 * A published classifier on a whole photo: rewritten to be fully convolutional, without further training, it scores
 * its classes at every place.
 *
 * @see Long, Shelhamer, Darrell, CVPR 2015, §3.1 and figure 2.
 */
import { noGrad } from '../autograd/no-grad.js';
import type { Backend } from '../backend/backend.js';
import { createWasmBackend } from '../backend/wasm/index.js';
import { numel } from '../core/shape.js';
import type { RgbImage } from '../data/image.js';
import { toPlanes } from '../data/make-input.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { alignment, type Alignment } from '../graph/coordinates.js';
import { createSqueezenetClassifier, type Classifier } from '../models/classifier.js';
import { loadParameters } from '../models/load-parameters.js';
import { OpenError, openingNow } from '../open/open-error.js';
import type { NetworkSource } from '../open/read-source.js';
import { weightsOfSource } from '../open/weights-of-source.js';
import { softmax } from '../ops/softmax.js';
import { Tensor } from '../tensor/tensor.js';

/** Position of a line of cells on a line of pixels: the centre of cell i is at pixel scale·i + shift. */
export interface CellAxis {
  /** Pixels between the centres of neighbouring cells. */
  readonly scale: number;
  /** Pixel at the centre of cell 0. */
  readonly shift: number;
}

/** Scores of a classifier at every place of a photo. */
export interface ScoreMaps {
  /** Rows and columns of cells, a frame of one cell outside the photo included. */
  readonly cells: readonly [number, number];
  /** Positions of the rows and the columns of cells in the photo. */
  readonly axes: readonly [CellAxis, CellAxis];
  /** Scores before softmax, `[classes, rows, columns]`. */
  readonly scores: Float32Array;
}

/** Class and its probability. */
export interface RankedClass {
  /** Number of the class. */
  readonly id: number;
  /** Softmax of its score, 0 … 1. */
  readonly probability: number;
}

/** Classifier with its weights. */
export interface PhotoClassifier extends Disposable {
  /** Number of classes. */
  readonly classes: number;
  /** Side of the square input of the original network, in pixels. */
  readonly nativeSize: number;
  /**
   * Returns the most likely classes of the square in the middle, as the original network ranks them. A photo smaller
   * than the square is surrounded by the mean colour.
   */
  rank(photo: RgbImage, count: number): RankedClass[];
  /** Scores the whole photo. A photo smaller than the square is surrounded by the mean colour. */
  maps(photo: RgbImage): ScoreMaps;
  /** Frees the memory. */
  dispose(): void;
}

/** Preprocessing of the published SqueezeNet 1.0. */
const SQUEEZENET_INPUT: Preprocessing = { order: 'bgr', mean: [104, 117, 123] };

/**
 * Opens the published weights of SqueezeNet 1.0 for ImageNet, in any format of weights.
 *
 * @throws {@link OpenError} if the source cannot be read, or holds other weights.
 */
export async function openPhotoClassifier(
  source: NetworkSource,
  backend?: Backend,
): Promise<PhotoClassifier> {
  const { arrays } = await weightsOfSource(source);
  const name = typeof source === 'string' || source instanceof URL ? String(source) : 'weights';
  const classes = arrays.get('conv10.weight')?.shape[0];
  if (classes === undefined) throw otherWeights(name, 'missing conv10');
  const home = backend ?? (await createWasmBackend());
  const network = createSqueezenetClassifier(home, { classes });
  const { dropped } = openingNow('weights-do-not-fit', () =>
    loadParameters(network.scoreMap, arrays),
  );
  if (dropped.length > 0) throw otherWeights(name, `unexpected ${dropped[0]}`);
  network.scoreMap.setTraining?.(false);
  return looking(home, network, classes);
}

function otherWeights(name: string, reason: string): OpenError {
  return new OpenError(
    'weights-do-not-fit',
    `${name}: not the weights of SqueezeNet 1.0 (${reason})`,
  );
}

function looking(
  backend: Backend,
  { classify, scoreMap, nativeSize }: Classifier,
  classes: number,
): PhotoClassifier {
  const dispose = (): void => {
    for (const tensor of scoreMap.parameters().values()) tensor.free();
  };
  return {
    classes,
    nativeSize,
    rank(photo, count) {
      const middle = windowOf(photo, nativeSize, nativeSize);
      return onInput(backend, middle, (x) => {
        const probabilities = softmax(classify.forward(x)).data;
        return Array.from(probabilities, (probability, id) => ({ id, probability }))
          .sort((a, b) => b.probability - a.probability || a.id - b.id)
          .slice(0, count);
      });
    },
    maps(photo) {
      const [height, width] = [photo.height, photo.width].map((n) => Math.max(n, nativeSize));
      const window = windowOf(photo, height, width);
      return onInput(backend, window, (x) => {
        const y = scoreMap.forward(x);
        const [rows, columns] = alignment(y.origin, x.origin);
        return {
          cells: [y.shape[2], y.shape[3]],
          axes: [axisOf(rows, window.start[0]), axisOf(columns, window.start[1])],
          scores: Float32Array.from(y.data),
        };
      });
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
}

/** Middle of a photo as an input, with the mean colour outside the photo. */
interface Window {
  readonly height: number;
  readonly width: number;
  /** Row and column of the photo at which the window starts; negative if it starts outside. */
  readonly start: readonly [number, number];
  /** `[3, height, width]`. */
  readonly values: Float32Array;
}

function windowOf(photo: RgbImage, height: number, width: number): Window {
  const planes = toPlanes(photo, SQUEEZENET_INPUT);
  const top = Math.floor((photo.height - height) / 2);
  const left = Math.floor((photo.width - width) / 2);
  const values = new Float32Array(3 * height * width);
  const from = Math.max(left, 0);
  const to = Math.min(left + width, photo.width);
  for (let c = 0; c < 3; c++) {
    for (let y = Math.max(top, 0); y < Math.min(top + height, photo.height); y++) {
      const row = (c * photo.height + y) * photo.width;
      const target = (c * height + y - top) * width + from - left;
      values.set(planes.subarray(row + from, row + to), target);
    }
  }
  return { height, width, start: [top, left], values };
}

/** Computes a value from an input, and frees the memory that this took. */
function onInput<T>(backend: Backend, window: Window, compute: (x: Tensor) => T): T {
  const mark = backend.mark();
  try {
    const x = Tensor.from(backend, window.values, [1, 3, window.height, window.width]);
    return noGrad(() => compute(x));
  } finally {
    backend.release(mark);
  }
}

function axisOf({ scale, shift }: Alignment, start: number): CellAxis {
  return { scale: scale.num / scale.den, shift: shift.num / shift.den + start };
}

/** Width of the frame of cells that the padding of conv10 adds around the map; these cells see no pixel. */
const FRAME = 1;

/**
 * Returns the score of a class at every pixel: the scores of the cells, interpolated bilinearly between the centres of the
 * cells that see the photo, and extended to its edges.
 *
 * They are scores without softmax: the network was trained on averages over many cells, so that the softmax of a single
 * cell is 0 or 1 almost everywhere.
 *
 * @returns `[height, width]`.
 */
export function heatOf(maps: ScoreMaps, id: number, height: number, width: number): Float32Array {
  const [rows, columns] = maps.cells;
  const plane = maps.scores.subarray(id * numel(maps.cells), (id + 1) * numel(maps.cells));
  const across = Array.from({ length: width }, (_, x) => placeOf(x, maps.axes[1], columns));
  const heat = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    const { cell, part } = placeOf(y, maps.axes[0], rows);
    for (let x = 0; x < width; x++) {
      const at = cell * columns + across[x].cell;
      const upper = mix(plane[at], plane[at + 1], across[x].part);
      const lower = mix(plane[at + columns], plane[at + columns + 1], across[x].part);
      heat[y * width + x] = mix(upper, lower, part);
    }
  }
  return heat;
}

/** Cell before a pixel, inside the frame, and the pixel's fraction of the way to the next cell. */
function placeOf(pixel: number, axis: CellAxis, cells: number): { cell: number; part: number } {
  const last = cells - 1 - FRAME;
  const place = Math.min(Math.max((pixel - axis.shift) / axis.scale, FRAME), last);
  const cell = Math.min(Math.floor(place), last - 1);
  return { cell, part: place - cell };
}

function mix(a: number, b: number, part: number): number {
  return a + part * (b - a);
}
