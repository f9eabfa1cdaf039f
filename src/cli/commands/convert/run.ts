import { numel, type Pair } from '../../../core/shape.js';
import { saveWeights } from '../../../formats/save-weights.js';
import { formatOfSource } from '../../../open/format-of-source.js';
import { opening } from '../../../open/open-error.js';
import { weightsOfSource } from '../../../open/weights-of-source.js';
import { usageError } from '../../shell/exit-codes.js';
import { upgradeCaffeModel, upgradePrototxt } from './caffe.js';
import { askedFormat, networkFormat, type NetworkFormat } from './network-format.js';
import { convertNetwork, type NetworkConversion } from './network.js';

/** Height and width in Caffe's published files. */
const USUAL_SIZE: Pair = [500, 500];

/** Options of `fcn convert`. */
export interface ConvertOptions {
  /** Format of the output; default: the ending of its name. */
  readonly to?: string;
  /** Weights of the network that the input describes. */
  readonly weights?: string;
  /** Network of the weights in the input: a file or a name. */
  readonly net?: string;
  /** Height and width of the image that a network is written for. */
  readonly size?: Pair;
  /** True for half precision. */
  readonly half?: boolean;
  /** True for JSON on stdout. */
  readonly json?: boolean;
}

/**
 * Runs `fcn convert`. Caffe files are upgraded to the current form of Caffe with all their fields; other files are
 * read and written in the new format.
 *
 * @throws {@link OpenError} if the input cannot be opened; {@link FcnError} if the output cannot be written.
 */
export async function runConvert(
  input: string,
  output: string,
  options: ConvertOptions,
): Promise<void> {
  const format = networkFormat(output, options.to);
  if (format) {
    await runNetworkConversion(input, output, format, options);
    return;
  }
  if (options.net !== undefined) throw usageError('--net is for .onnx and .prototxt');
  if (options.weights !== undefined) throw usageError('--weights is for .onnx');
  const done =
    (await upgradedModel(input, output, options)) ?? (await savedWeights(input, output, options));
  process.stdout.write(options.json ? `${JSON.stringify(done)}\n` : showDone(done));
}

/** Null unless both files are caffemodels. */
async function upgradedModel(
  input: string,
  output: string,
  { to, half = false }: ConvertOptions,
): Promise<Done | null> {
  const format = askedFormat(output, to);
  if (format !== 'caffemodel' || half) return null;
  const upgraded = await opening('damaged', () => upgradeCaffeModel(input, output));
  return upgraded && { input, kind: 'caffe', output, format, ...upgraded };
}

async function savedWeights(
  input: string,
  output: string,
  { to, half = false }: ConvertOptions,
): Promise<Done> {
  const weights = await weightsOfSource(input);
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
  return { input, kind: weights.kind, output, format, arrays: shapes.length, numbers, notes };
}

async function runNetworkConversion(
  input: string,
  output: string,
  format: NetworkFormat,
  { net, weights, size, json = false }: ConvertOptions,
): Promise<void> {
  if (net !== undefined && weights !== undefined) {
    throw usageError('--weights and --net: give one of them (with --net, IN holds the weights)');
  }
  const source = net === undefined ? { net: input, weights } : { net, weights: input };
  const written = await opening('damaged', () => writeNetwork({ ...source, output }, format, size));
  const done = { input, ...source, output, format, ...written };
  const notes = written.notes.map((note) => `  ${note}`);
  const text = [`${output}: ${source.net} → ${format}`, ...notes, ''];
  process.stdout.write(json ? `${JSON.stringify(done)}\n` : text.join('\n'));
}

interface WrittenNetwork {
  readonly notes: readonly string[];
  /** Height and width of the image; absent if the file states its own shapes. */
  readonly size?: Pair;
}

async function writeNetwork(
  conversion: Omit<NetworkConversion, 'size'>,
  format: NetworkFormat,
  size: Pair | undefined,
): Promise<WrittenNetwork> {
  const { net, output } = conversion;
  const isUpgrade = format === 'prototxt' && (await formatOfSource(net)) === 'prototxt';
  if (!isUpgrade) {
    const written = { ...conversion, size: size ?? USUAL_SIZE };
    return { notes: await convertNetwork(written, format), size: written.size };
  }
  if (size) throw usageError('--size: a prototxt keeps the shapes that it names');
  return { notes: await upgradePrototxt(net, output) };
}

interface Done {
  readonly input: string;
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
