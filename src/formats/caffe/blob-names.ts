/** Names of the blobs (parameters) of Caffe's layers: a caffemodel numbers them, this library names them. */
import type { NamedArray } from '../../core/named-arrays.js';
import type { Shape } from '../../core/shape.js';
import type { Blob } from '../../io/caffe/blobs.js';
import type { CaffeModel } from '../../io/caffe/read-files.js';

/** Parameter names by layer type, for types whose blobs are not weight and bias. */
const BLOB_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['BatchNorm', ['running_mean', 'running_var', 'running_count']],
  ['Bias', ['bias']],
]);
const USUAL_NAMES: readonly string[] = ['weight', 'bias'];

/** Number of axes of a weight that an old file stores with four; types not listed have four. */
const WEIGHT_RANKS: ReadonlyMap<string, number> = new Map([
  ['InnerProduct', 2],
  ['PReLU', 1],
]);

/** Name of a blob of a layer; its number, if the type has fewer parameters. */
function blobName(type: string, index: number): string {
  return (BLOB_NAMES.get(type) ?? USUAL_NAMES).at(index) ?? String(index);
}

/**
 * Names of the blobs of a layer of unknown type, by their number: three blobs are those of a batch normalisation;
 * empty for more than three.
 */
export function namesByCount(count: number): readonly string[] {
  const orders = [USUAL_NAMES, ...BLOB_NAMES.values()];
  return orders.find(({ length }) => length >= count) ?? [];
}

/** Order of a layer's parameters as blobs. */
interface BlobOrder {
  /** Type of the layer, if only one type has these parameters; else empty. */
  readonly type: string;
  /** Parameter names in the order of the blobs. */
  readonly names: readonly string[];
}

/** Finds the order of blobs for parameters of these names; null if no layer has exactly these. */
export function blobOrder(parameters: readonly string[]): BlobOrder | null {
  const orders = [['', USUAL_NAMES] as const, ...BLOB_NAMES];
  for (const [type, all] of orders) {
    // A weight without bias is valid; the parameters of one type of layer must be complete.
    const names = type === '' ? all.slice(0, parameters.length) : all;
    const fits = names.length === parameters.length;
    if (fits && names.every((name) => parameters.includes(name))) return { type, names };
  }
  return null;
}

/**
 * Weights of a caffemodel by their names in this library: `conv1_1.weight`. Shapes of old files, which always
 * have four axes, lose the leading axes of extent 1 that fill them up.
 */
export function arraysOfCaffeModel(model: CaffeModel): Map<string, NamedArray> {
  return new Map(Array.from(storedArraysOfCaffeModel(model), ([name, read]) => [name, read()]));
}

/** Weights as of {@link arraysOfCaffeModel}, each read from its file when requested. */
export function storedArraysOfCaffeModel({
  net,
  blobs,
}: CaffeModel): Map<string, () => NamedArray> {
  const arrays = new Map<string, () => NamedArray>();
  for (const layer of net.messages('layer')) {
    const [name, type] = [layer.text('name'), layer.text('type')];
    (blobs.get(name) ?? []).forEach((blob, i) => {
      const parameter = blobName(type, i);
      const shape = shapeOf(blob, type, parameter);
      arrays.set(`${name}.${parameter}`, () => ({ shape, data: blob.numbers.toFloats() }));
    });
  }
  return arrays;
}

function shapeOf({ shape, legacy }: Blob, type: string, parameter: string): Shape {
  if (!legacy) return shape;
  const rank = parameter === 'weight' ? (WEIGHT_RANKS.get(type) ?? shape.length) : 1;
  const filling = shape.slice(0, shape.length - rank);
  return filling.every((extent) => extent === 1) ? shape.slice(filling.length) : shape;
}
