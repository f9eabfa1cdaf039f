import { createReferenceBackend } from '../backend/reference/index.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import { numel, type Pair } from '../core/shape.js';
import { bilinearFiller } from '../nn/init.js';
import type { Network } from '../nn/network.js';
import { telltaleParameters } from '../plan/inspection.js';
import { Tensor } from '../tensor/tensor.js';
import type { OpenedNetwork, SizedNetwork } from './opened-network.js';

/**
 * Gives a network the few numbers by which a plan recognises its layers, such as bilinear upsampling. Where weights
 * are missing, upsampling is taken for bilinear if its shape allows that, as the published networks start.
 *
 * @param size - Height and width of the image.
 * @throws {@link FcnError} if the network does not take images of this size.
 */
export function recognisable(opened: OpenedNetwork, size: Pair): SizedNetwork {
  const { weights } = opened;
  const { network, shapes } = opened.atSize(size);
  const known = new Map<string, NamedArray>();
  for (const name of telltaleParameters(network, shapes)) {
    const array = weights === null ? bilinearArray(network, name) : weights.get(name);
    if (array) known.set(name, { shape: array.shape, data: array.data });
  }
  return { network: withNumbers(network, known), shapes };
}

/** Bilinear kernels in the shape of a parameter; undefined if its shape does not allow them. */
function bilinearArray(network: Network, name: string): NamedArray | undefined {
  const shape = network.parameters().get(name)?.shape ?? [];
  const [channels, outputs, kH, kW] = shape;
  if (channels !== outputs || kH !== kW) return undefined;
  const data = new Float32Array(numel(shape));
  bilinearFiller(data, shape, null);
  return { shape, data };
}

function withNumbers(network: Network, known: NamedArrays): Network {
  const backend = createReferenceBackend();
  const parameters = new Map(network.parameters());
  for (const [name, { data: numbers }] of known) {
    const tensor = parameters.get(name);
    if (tensor === undefined) continue;
    const data = backend.alloc(numbers.length);
    data.set(numbers);
    parameters.set(name, new Tensor({ backend, data, origin: tensor.origin }));
  }
  return {
    ...{ inputs: network.inputs, outputs: network.outputs },
    run: (inputs, observe) => network.run(inputs, observe),
    parameters: () => parameters,
  };
}
