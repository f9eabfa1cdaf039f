import { FcnError } from '../../core/errors.js';
import type { Pair, Shape } from '../../core/shape.js';
import type { CaffeMessage } from '../../io/caffe/message.js';

/** Height and width for which the published FCNs that take any size are described. */
const USUAL_SIZE: Pair = [500, 500];

/** Types of layers that read data sets: their tops (outputs) become inputs of the network. */
const DATA_LAYERS: ReadonlySet<string> = new Set([
  'Data',
  'DummyData',
  'HDF5Data',
  'ImageData',
  'MemoryData',
  'Python',
  'WindowData',
]);

/** Number of channels of a data layer's top, by name, if the top is not a colour image. */
const CHANNELS: ReadonlyMap<string, number> = new Map([
  ['depth', 1],
  ['label', 1],
  ['labels', 1],
  ['sem', 1],
  ['geo', 1],
]);
const COLOUR_CHANNELS = 3;

/** Shapes of a network's inputs that replace those of its file. */
export interface CaffeInputOptions {
  /** Shapes by name of the input; default: those of the file. */
  readonly inputShapes?: ReadonlyMap<string, Shape>;
  /** Height and width of every input of four axes; default: those of the file. */
  readonly size?: Pair;
}

/** True if a layer's tops become inputs of the network. */
export function isInputLayer(layer: CaffeMessage): boolean {
  const type = layer.text('type');
  return type === 'Input' || (DATA_LAYERS.has(type) && layer.texts('bottom').length === 0);
}

/**
 * Shapes of an input layer's tops, by name. A layer that reads a data set stores no shapes: they default to one image
 * with three channels, and one channel for labels and depth.
 *
 * @throws {@link FcnError} if an Input layer has no shapes and the options give none.
 */
export function inputShapesOf(layer: CaffeMessage, options: CaffeInputOptions): Map<string, Shape> {
  const shapes = layer.message('input_param').messages('shape');
  const tops = layer.texts('top');
  const given = options.inputShapes ?? new Map<string, Shape>();
  const isOpen = shapes.length === 0 && tops.every((top) => given.has(top));
  if (layer.text('type') === 'Input' && !isOpen && ![1, tops.length].includes(shapes.length)) {
    throw new FcnError(
      `layer ${layer.text('name')} (Input): wrong number of shapes ` +
        `(got ${String(shapes.length)} for ${String(tops.length)} tops); give inputShapes`,
    );
  }
  const shapeOf = (top: string, i: number): Shape => {
    const own = shapes.at(shapes.length === 1 ? 0 : i);
    if (own) return own.numbers('dim');
    return [1, CHANNELS.get(top) ?? COLOUR_CHANNELS, ...USUAL_SIZE];
  };
  const resized = (shape: Shape): Shape =>
    options.size && shape.length === 4 ? [...shape.slice(0, 2), ...options.size] : shape;
  return new Map(tops.map((top, i) => [top, given.get(top) ?? resized(shapeOf(top, i))]));
}
