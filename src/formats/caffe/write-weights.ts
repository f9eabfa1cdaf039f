import { FcnError } from '../../core/errors.js';
import type { NamedArray, NamedArrays } from '../../core/named-arrays.js';
import { writeBinary } from '../../io/caffe/binary-format.js';
import type { CaffeMessage } from '../../io/caffe/message.js';
import { numbersInMemory } from '../../io/caffe/blob-numbers.js';
import { splitBatchNorms } from './batch-norm-layers.js';
import { blobOrder } from './blob-names.js';
import { messageOf } from './message-of.js';

/**
 * Writes weights as a caffemodel: the name and blobs (parameters) of each layer. The settings of the layers belong in a
 * prototxt.
 *
 * @param arrays - Arrays with names such as `conv1_1.weight`.
 * @returns Pieces of the file, in order.
 * @throws {@link FcnError} if a caffemodel cannot store an array; the message names it.
 */
export function writeCaffeWeights(arrays: NamedArrays): readonly Uint8Array[] {
  const layers = new Map<string, Map<string, NamedArray>>();
  for (const [name, array] of splitBatchNorms(arrays)) {
    const dot = name.lastIndexOf('.');
    const layer = name.slice(0, Math.max(0, dot));
    layers.set(
      layer,
      (layers.get(layer) ?? new Map<string, NamedArray>()).set(name.slice(dot + 1), array),
    );
  }
  const messages = Array.from(layers, ([name, parameters]) => layerOf(name, parameters));
  return writeBinary(messageOf('NetParameter', { layer: messages })).pieces();
}

function layerOf(name: string, parameters: ReadonlyMap<string, NamedArray>): CaffeMessage {
  const order = blobOrder([...parameters.keys()]);
  if (name === '' || order === null) {
    const names = [...parameters.keys()].join(', ');
    const got = name === '' ? names : `${names} of layer ${name}`;
    throw new FcnError(
      `weights: a caffemodel cannot store ${got} ` +
        '(expected LAYER.weight, LAYER.bias or running statistics)',
    );
  }
  const blobs = order.names.flatMap((parameter) => {
    const array = parameters.get(parameter);
    return array ? [blobOf(array)] : [];
  });
  return messageOf('LayerParameter', { name, ...(order.type && { type: order.type }), blobs });
}

/** Makes a blob message with its shape in the current format. */
export function blobOf({ shape, data }: NamedArray): CaffeMessage {
  const dims = messageOf('BlobShape', { dim: shape });
  return messageOf('BlobProto', { shape: dims }).setRuns('data', numbersInMemory(data));
}
