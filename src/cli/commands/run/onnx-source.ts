import { readFile } from 'node:fs/promises';
import { OnnxNetwork } from '../../../formats/onnx/onnx-network.js';
import { readOnnx } from '../../../io/onnx/read-model.js';
import type { ZooEntry } from '../../../zoo/entry.js';
import { cachedFileOf, entryOfFile } from '../../../zoo/source.js';
import { loadFile } from './load-file.js';
import type { NetworkSource } from './runnable.js';

/**
 * The network of an ONNX file, which takes photos if the file is one of the zoo's.
 *
 * @param entry - What the zoo says about it; null to find out.
 * @throws {@link FcnError} if the file is damaged.
 */
export async function onnxSource(
  path: string,
  weights: string | undefined,
  entry: ZooEntry | null = null,
): Promise<NetworkSource> {
  const model = readOnnx(await readFile(path), path);
  const known = entry ?? (await entryOfFile(path));
  return {
    inputs: new OnnxNetwork(model, null).inputs,
    photo: known?.preprocessing ?? null,
    open(backend) {
      const network = new OnnxNetwork(model, backend);
      return { network, notes: weights === undefined ? [] : loadFile(network, weights) };
    },
  };
}

/**
 * The network of an ONNX file of the zoo, from the cache.
 *
 * @throws {@link NotDownloadedError} if it is not there.
 */
export async function onnxEntrySource(
  entry: ZooEntry,
  weights: string | undefined,
): Promise<NetworkSource> {
  return await onnxSource((await cachedFileOf(entry, process.env)).path, weights, entry);
}
