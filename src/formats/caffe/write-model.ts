import type { Shape } from '../../core/shape.js';
import { writeBinary } from '../../io/caffe/binary-format.js';
import { Message } from '../../io/caffe/message.js';
import { runsOf } from '../../io/caffe/number-runs.js';
import { caffeType } from '../../io/caffe/schema.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { CaffeNetwork } from './build-network.js';

/**
 * Writes a network and its weights as a caffemodel of today's form.
 *
 * @returns The file in pieces, in order.
 */
export function writeCaffeModel({ definition, network }: CaffeNetwork): readonly Uint8Array[] {
  const parameters = new Map<string, readonly Tensor[]>();
  for (const { name, layer } of network.wires) {
    parameters.set(name, [...(layer.parameters?.() ?? new Map<string, Tensor>()).values()]);
  }
  const layers = definition.messages('layer').map((layer) => {
    const blobs = (parameters.get(layer.text('name')) ?? []).map(({ shape, data }) =>
      blobOf(shape, Float32Array.from(data)),
    );
    return layer.copy().set('blobs', ...blobs);
  });
  return writeBinary(definition.copy().set('layer', ...layers)).pieces();
}

function blobOf(shape: Shape, data: Float32Array): Message {
  const dims = new Message(caffeType('BlobShape')).add('dim', ...shape);
  return new Message(caffeType('BlobProto')).set('shape', dims).setRuns('data', runsOf(data));
}
