/** Which parameter each blob of a layer is: a caffemodel numbers them, here they have names. */
import type { NamedArray } from '../../core/named-arrays.js';
import type { Shape } from '../../core/shape.js';
import type { Blob } from '../../io/caffe/blobs.js';
import type { CaffeModel } from '../../io/caffe/read-files.js';

/** Parameters of layers whose blobs are not weight and bias. */
const BLOB_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['BatchNorm', ['running_mean', 'running_var', 'running_count']],
  ['Bias', ['bias']],
]);
const USUAL_NAMES: readonly string[] = ['weight', 'bias'];

/** Axes of a weight that an old shape of four extents stands for, other than all of them. */
const WEIGHT_RANKS: ReadonlyMap<string, number> = new Map([
  ['InnerProduct', 2],
  ['PReLU', 1],
]);

/** What a blob of a layer is called: its number, where there are more than a layer of the type has. */
function blobName(type: string, index: number): string {
  return (BLOB_NAMES.get(type) ?? USUAL_NAMES).at(index) ?? String(index);
}

/**
 * What the blobs of a layer are called, if its type is not known: three are those of a batch normalisation, more
 * have no names.
 */
export function namesByCount(count: number): readonly string[] {
  const orders = [USUAL_NAMES, ...BLOB_NAMES.values()];
  return orders.find(({ length }) => length >= count) ?? [];
}

/** Which blobs a layer has that holds certain parameters. */
interface BlobOrder {
  /** Type of the layer, if only one has these parameters; else empty. */
  readonly type: string;
  /** Names of the parameters in the order of the blobs. */
  readonly names: readonly string[];
}

/** The order of the blobs that stand for parameters of these names; null if none do. */
export function blobOrder(parameters: readonly string[]): BlobOrder | null {
  const orders = [['', USUAL_NAMES] as const, ...BLOB_NAMES];
  for (const [type, all] of orders) {
    // A weight may be alone; what belongs to one type of layer may not.
    const names = type === '' ? all.slice(0, parameters.length) : all;
    const fits = names.length === parameters.length;
    if (fits && names.every((name) => parameters.includes(name))) return { type, names };
  }
  return null;
}

/**
 * The weights of a caffemodel by the names of this library: `conv1_1.weight`. Shapes of the old kind lose
 * the axes that only fill them up.
 */
export function arraysOfCaffeModel(model: CaffeModel): Map<string, NamedArray> {
  return new Map(Array.from(storedArraysOfCaffeModel(model), ([name, read]) => [name, read()]));
}

/** The same, read when they are asked for. */
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
