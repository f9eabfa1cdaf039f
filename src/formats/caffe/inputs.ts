import { FcnError } from '../../core/errors.js';
import type { Pair, Shape } from '../../core/shape.js';
import type { Message } from '../../io/caffe/message.js';

/** Extent at which Caffe's own files describe networks that take any. */
const USUAL_SIZE: Pair = [500, 500];

/** Layers that read data sets: here their tops are inputs, which the caller gives. */
const DATA_LAYERS: ReadonlySet<string> = new Set([
  'Data',
  'DummyData',
  'HDF5Data',
  'ImageData',
  'MemoryData',
  'Python',
  'WindowData',
]);

/** Tops of data layers that are not colour images, and their channels. */
const CHANNELS: ReadonlyMap<string, number> = new Map([
  ['depth', 1],
  ['label', 1],
  ['labels', 1],
  ['sem', 1],
  ['geo', 1],
]);
const COLOUR_CHANNELS = 3;

/** What the caller knows about a network's inputs. */
export interface CaffeInputOptions {
  /** Shapes by name, instead of what the file says. */
  readonly inputShapes?: ReadonlyMap<string, Shape>;
  /** Height and width of every input of four axes, instead of what the file says. */
  readonly size?: Pair;
}

/** True if a layer's tops come from outside. */
export function isInputLayer(layer: Message): boolean {
  const type = layer.text('type');
  return type === 'Input' || (DATA_LAYERS.has(type) && layer.texts('bottom').length === 0);
}

/**
 * The shapes of what an input layer gives, by name. A layer that reads a data set says nothing about
 * shapes: it is taken to give one image of three channels, and labels or depth of one.
 *
 * @throws {@link FcnError} if an Input layer has no shapes, and the caller gives none.
 */
export function inputShapesOf(layer: Message, options: CaffeInputOptions): Map<string, Shape> {
  const shapes = layer.message('input_param').messages('shape');
  const tops = layer.texts('top');
  const given = options.inputShapes ?? new Map<string, Shape>();
  const isOpen = shapes.length === 0 && tops.every((top) => given.has(top));
  if (layer.text('type') === 'Input' && !isOpen && ![1, tops.length].includes(shapes.length)) {
    throw new FcnError(
      `layer ${layer.text('name')} (Input): ${String(shapes.length)} shapes for ${String(tops.length)} tops`,
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
