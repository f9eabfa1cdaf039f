import { createWasmBackend } from '../../../backend/wasm/index.js';
import type { Pair } from '../../../core/shape.js';
import { exportPrototxt } from '../../../formats/caffe/export-network.js';
import { toOnnx } from '../../../formats/onnx/export-network.js';
import { trace } from '../../../graph/trace.js';
import { writeOutput } from '../../shell/write-output.js';
import { writeOnnx } from '../../../io/onnx/write-model.js';
import { openNetwork } from '../../../open/open-network.js';
import { recognisable } from '../../../open/recognisable.js';
import type { NetworkFormat } from './network-format.js';

/** Which network is written, and where. */
export interface NetworkConversion {
  /** The network: a file or a name. */
  readonly net: string;
  /** A file of weights; those of the network itself if undefined. */
  readonly weights: string | undefined;
  /** Height and width of the image that it is written for. */
  readonly size: Pair;
  /** File to write. */
  readonly output: string;
}

/**
 * Writes a network, as it computes for one image: as a prototxt without its weights, as an ONNX file with
 * them.
 *
 * @returns What should be known, a line each.
 * @throws {@link FcnError} if the network cannot be read, or has an op that the format has not.
 */
export async function convertNetwork(
  { net, weights, size, output }: NetworkConversion,
  format: NetworkFormat,
): Promise<readonly string[]> {
  using opened = await openNetwork(net, {
    structureOnly: format === 'prototxt',
    ...(weights === undefined || format === 'prototxt' ? {} : { weights }),
  });
  const { network: dry, shapes } = recognisable(opened, size);
  if (format === 'prototxt') {
    const text = exportPrototxt(dry, shapes);
    await writeOutput(output, text);
    return ['a prototxt has no weights; convert them to a caffemodel'];
  }
  using backend = await createWasmBackend();
  const { network, notes } = opened.build(backend, shapes);
  const model = toOnnx(trace(network, shapes), network.parameters());
  await writeOutput(output, writeOnnx(model));
  return notes;
}
