import { readFile } from 'node:fs/promises';
import type { Backend } from '../../backend/backend.js';
import { FcnError } from '../../core/errors.js';
import { readOnnx, type ReadOnnxOptions } from '../../io/onnx/read-model.js';
import { OnnxNetwork } from './onnx-network.js';

/** What {@link openOnnxNetwork} is told. */
export interface OpenOnnxOptions extends ReadOnnxOptions {
  /** Where the network's parameters live; null for a network of shapes alone. */
  readonly backend: Backend | null;
}

/**
 * Reads an ONNX file and makes a network of it.
 *
 * @param source - A path or file URL, or the bytes of the file.
 * @throws {@link ParseError} if the file is damaged, or refers to data that was not given.
 * @throws {@link FcnError} if the file cannot be read.
 */
export async function openOnnxNetwork(
  source: string | URL | Uint8Array,
  { backend, ...options }: OpenOnnxOptions,
): Promise<OnnxNetwork> {
  if (source instanceof Uint8Array) {
    return new OnnxNetwork(readOnnx(source, 'onnx', options), backend);
  }
  const name = String(source);
  const bytes = await readFile(source).catch((cause: unknown) => {
    throw new FcnError(`${name}: ${(cause as Error).message}`, { cause });
  });
  return new OnnxNetwork(readOnnx(bytes, name, options), backend);
}
