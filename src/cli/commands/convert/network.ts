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

/** A network to write, and the file. */
export interface NetworkConversion {
  /** The network: a file or a name. */
  readonly net: string;
  /** Weights file; undefined for the network's own weights. */
  readonly weights: string | undefined;
  /** Height and width of the image. */
  readonly size: Pair;
  /** File to write. */
  readonly output: string;
}

/**
 * Writes a network for one image: a prototxt without weights, or an ONNX file with weights.
 *
 * @returns Notes for the user, one line each.
 * @throws {@link FcnError} if the network cannot be read, or the format does not support an op.
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
