import { readFile } from 'node:fs/promises';
import type { Backend } from '../../backend/backend.js';
import { checkOptions, either, OBJECT, type OptionChecks } from '../../core/check-options.js';
import { FcnError } from '../../core/errors.js';
import { OptionError } from '../../core/option-error.js';
import { readOnnx, type ReadOnnxOptions } from '../../io/onnx/read-model.js';
import { OnnxNetwork } from './onnx-network.js';

/** Options of {@link openOnnxNetwork}. */
export interface OpenOnnxOptions extends ReadOnnxOptions {
  /** Backend of the network's parameters; null for a network of shapes without numbers. */
  readonly backend: Backend | null;
}

const NULL = { expected: 'null', accepts: (value: unknown) => value === null };
const OPTIONS: OptionChecks<OpenOnnxOptions> = { backend: either(OBJECT, NULL), external: OBJECT };

/**
 * Opens an ONNX file as a network.
 *
 * @param source - Path or file URL of the file, or its bytes.
 * @throws {@link ParseError} if the file is damaged, or refers to external data that is not in the options.
 * @throws {@link FcnError} if the file cannot be opened; {@link OptionError} for a missing or unknown option or value.
 */
export async function openOnnxNetwork(
  source: string | URL | Uint8Array,
  options: OpenOnnxOptions,
): Promise<OnnxNetwork> {
  checkOptions('openOnnxNetwork', options, OPTIONS);
  const { backend, ...reading } = options;
  if ((backend as Backend | null | undefined) === undefined) {
    throw new OptionError(
      'openOnnxNetwork: the option backend is missing (expected a backend, or null for shapes only)',
    );
  }
  if (source instanceof Uint8Array) {
    return new OnnxNetwork(readOnnx(source, 'onnx', reading), backend);
  }
  const name = String(source);
  const bytes = await readFile(source).catch((cause: unknown) => {
    throw new FcnError(`${name}: ${(cause as Error).message}`, { cause });
  });
  return new OnnxNetwork(readOnnx(bytes, name, reading), backend);
}
