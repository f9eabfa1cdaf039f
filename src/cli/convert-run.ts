import { FcnError } from '../core/errors.js';
import { numel, type Pair } from '../core/shape.js';
import { openWeights } from '../formats/open-weights.js';
import { saveWeights } from '../formats/save-weights.js';
import type { WeightsFile } from '../formats/weights-file.js';
import { convertNetwork } from './convert-network.js';
import { networkFormat, type NetworkFormat } from './network-format.js';
import { CommandError, EXIT, oneLine, usageError } from './exit-codes.js';

/** What `fcn convert` was told. */
export interface ConvertOptions {
  /** Format of the output, if its ending does not say. */
  readonly to?: string;
  /** The network whose weights the input holds: a file or a name. */
  readonly net?: string;
  /** Height and width of the image that a network is written for. */
  readonly size: Pair;
  /** True for half precision. */
  readonly half?: boolean;
  /** True for JSON on stdout. */
  readonly json?: boolean;
}

/**
 * Runs `fcn convert`.
 *
 * @throws {@link CommandError} if the input is refused; {@link FcnError} if the output is.
 */
export async function runConvert(
  input: string,
  output: string,
  options: ConvertOptions,
): Promise<void> {
  const { to, net, half = false, json = false } = options;
  const network = networkFormat(output, to);
  if (network) {
    await runNetworkConversion(input, output, network, options);
    return;
  }
  if (net !== undefined) throw usageError('--net is for .onnx and .prototxt');
  const weights = open(input);
  const format = await saveWeights(
    output,
    weights,
    to === undefined ? { half } : { half, format: to },
  );
  const notes = [...weights.notes];
  if (weights.metadata.size > 0 && format !== 'safetensors') {
    notes.push(`a ${format} file has no place for ${[...weights.metadata.keys()].join(', ')}`);
  }
  const shapes = Array.from(weights.arrays.values(), ({ shape }) => numel(shape));
  const numbers = shapes.reduce((sum, count) => sum + count, 0);
  const done = { input, kind: weights.kind, output, format, arrays: shapes.length, numbers, notes };
  process.stdout.write(json ? `${JSON.stringify(done)}\n` : showDone(done));
}

async function runNetworkConversion(
  input: string,
  output: string,
  format: NetworkFormat,
  { net, size, json = false }: ConvertOptions,
): Promise<void> {
  const source = net === undefined ? { net: input, weights: undefined } : { net, weights: input };
  const notes = await convertNetwork({ ...source, size, output }, format).catch(
    (cause: unknown) => {
      if (!(cause instanceof FcnError)) throw cause;
      throw new CommandError(EXIT.modelRefused, oneLine(cause), { cause });
    },
  );
  const done = { input, ...source, output, format, size, notes };
  const text = [`${output}: ${source.net} → ${format}`, ...notes.map((note) => `  ${note}`), ''];
  process.stdout.write(json ? `${JSON.stringify(done)}\n` : text.join('\n'));
}

function open(path: string): WeightsFile {
  try {
    return openWeights(path);
  } catch (cause) {
    throw new CommandError(EXIT.modelRefused, oneLine(cause), { cause });
  }
}

interface Done {
  readonly kind: string;
  readonly output: string;
  readonly format: string;
  readonly arrays: number;
  readonly numbers: number;
  readonly notes: readonly string[];
}

function showDone({ kind, output, format, arrays, numbers, notes }: Done): string {
  const summary = `${output}: ${String(arrays)} arrays, ${String(numbers)} numbers, ${kind} → ${format}`;
  return [summary, ...notes.map((note) => `  ${note}`), ''].join('\n');
}
