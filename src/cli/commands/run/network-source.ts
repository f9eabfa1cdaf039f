/** Networks that `fcn run` computes: where they come from, and how they get their weights. */
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FcnError } from '../../../core/errors.js';
import { readNetText } from '../../../io/caffe/read-files.js';
import type { FcnNetwork } from '../../../models/fcn.js';
import type { Network } from '../../../nn/network.js';
import { openModel } from '../../../segment/open-model.js';
import { openStoredModel } from '../../../segment/stored-model.js';
import { VOC_BGR } from '../../../zoo/preprocessing.js';
import { findEntry } from '../../../zoo/source.js';
import { networkKind, type NetworkKind } from '../../network-kind.js';
import { usageError } from '../../shell/exit-codes.js';
import { KNOWN_NETWORKS, unknownNetwork } from '../../known-networks.js';
import { caffeSource } from './caffe-source.js';
import { loadFile } from './load-file.js';
import { onnxEntrySource, onnxSource } from './onnx-source.js';
import { publishedSource } from './published-source.js';
import type { NetworkSource } from './runnable.js';

/**
 * The network of a file, or of a name.
 *
 * @param weights - A file of weights; those of the network itself if undefined.
 * @throws {@link CommandError} if there is neither; {@link FcnError} if the file holds no network.
 */
export async function networkSource(
  net: string,
  weights: string | undefined,
): Promise<NetworkSource> {
  const entry = findEntry(net);
  if (entry?.format === 'onnx') return await onnxEntrySource(entry, weights);
  const known = KNOWN_NETWORKS.get(net);
  if (known && 'published' in known) return publishedSource(known.published, known.entry, weights);
  if (known && 'spec' in known) throw usageError(`${net} has no weights; train it, see fcn train`);
  const path = known === undefined ? net : fileURLToPath(known.file);
  if (!(await stat(path).catch(() => null))?.isFile()) throw usageError(unknownNetwork(net));
  return await SOURCES[networkKind(path)](path, weights);
}

const SOURCES: Readonly<
  Record<NetworkKind, (net: string, weights: string | undefined) => Promise<NetworkSource>>
> = {
  prototxt: async (net, weights) =>
    // What a file is for it does not say; most are for PASCAL VOC.
    caffeSource(readNetText(await readFile(net), net), net, { weights, photo: VOC_BGR }),
  'ONNX file': onnxSource,
  'safetensors model': modelSource,
};

async function modelSource(net: string, weights: string | undefined): Promise<NetworkSource> {
  const stored = await openStoredModel(net);
  stored.close();
  return {
    inputs: MODEL_INPUTS,
    photo: stored.model.input,
    async open(backend) {
      const { network } = await openModel(backend, net);
      const notes = weights === undefined ? [] : loadFile(network, weights);
      return { network: withNames(network), notes };
    },
  };
}

/** What the inputs and outputs of this library's own networks are called in the paper. */
const MODEL_INPUTS: readonly string[] = ['data'];
const MODEL_OUTPUTS: readonly string[] = ['score'];

function withNames(network: FcnNetwork): Network {
  const [input] = MODEL_INPUTS;
  const [output] = MODEL_OUTPUTS;
  return {
    inputs: MODEL_INPUTS,
    outputs: MODEL_OUTPUTS,
    parameters: () => network.parameters(),
    run(inputs, observe) {
      const x = inputs.get(input);
      if (x === undefined) throw new FcnError(`the input ${input} is missing`);
      if (observe === undefined) return new Map([[output, network.forward(x)]]);
      observe(input, x);
      const named = network.forwardNamed(x);
      for (const [name, tensor] of named) observe(name, tensor);
      return named;
    },
  };
}
