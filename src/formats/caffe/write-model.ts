import { writeBinary } from '../../io/caffe/binary-format.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { CaffeNetwork } from './build-network.js';
import { blobOf } from './write-weights.js';

/**
 * Writes a network and its weights as a caffemodel in Caffe's current format.
 *
 * @returns Pieces of the file, in order.
 */
export function writeCaffeModel({ definition, network }: CaffeNetwork): readonly Uint8Array[] {
  const parameters = new Map<string, readonly Tensor[]>();
  for (const { name, layer } of network.wires) {
    parameters.set(name, [...(layer.parameters?.() ?? new Map<string, Tensor>()).values()]);
  }
  const layers = definition.messages('layer').map((layer) => {
    const blobs = (parameters.get(layer.text('name')) ?? []).map(({ shape, data }) =>
      blobOf({ shape, data: Float32Array.from(data) }),
    );
    return layer.copy().set('blobs', ...blobs);
  });
  return writeBinary(definition.copy().set('layer', ...layers)).pieces();
}
