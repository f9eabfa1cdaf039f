import { formatOfSource } from '../../../open/format-of-source.js';
import { opening } from '../../../open/open-error.js';
import { CommandError, EXIT, usageError } from '../../shell/exit-codes.js';
import type { DiffFindings, DiffOptions } from './findings.js';
import { diffLabelMaps } from './label-maps.js';
import { diffNetworks } from './networks.js';
import { diffWeightFiles } from './weights.js';

/** Compares two sources of one kind. */
type Comparer = (
  a: string,
  b: string,
  options: DiffOptions,
) => DiffFindings | Promise<DiffFindings>;

/** Kind of a source. */
type SourceKind = 'network' | 'label map' | 'weights';

const COMPARERS: Readonly<Record<SourceKind, Comparer>> = {
  network: diffNetworks,
  'label map': diffLabelMaps,
  weights: diffWeightFiles,
};

/**
 * Runs `fcn diff`.
 *
 * @throws {@link CommandError} unless both are equal within the tolerance.
 */
export async function runDiff(a: string, b: string, options: DiffOptions): Promise<void> {
  const kind = await kindOf(a, b, options.network ?? false);
  if (options.out !== undefined && kind !== 'label map') {
    throw usageError('--out is a picture of where label maps differ');
  }
  const { json, lines, first } = await opening('damaged', () => COMPARERS[kind](a, b, options));
  const text = options.json === true ? JSON.stringify({ a, b, kind, ...json }) : lines.join('\n');
  process.stdout.write(`${text}\n`);
  if (first !== null) throw new CommandError(EXIT.failed, `first difference: ${first}`);
}

/** Kind of comparison: networks if one source has no numbers. */
async function kindOf(a: string, b: string, asNetworks: boolean): Promise<SourceKind> {
  const kinds = [await ownKind(a), await ownKind(b)];
  const [first, second] = kinds;
  if (kinds.includes('label map')) {
    if (first === second) return 'label map';
    throw usageError(`${a}: ${first}, ${b}: ${second}; they cannot be compared`);
  }
  return asNetworks || kinds.includes('network') ? 'network' : 'weights';
}

/** Kind of a source: names and prototxt files are networks without numbers. */
async function ownKind(source: string): Promise<SourceKind> {
  const format = await formatOfSource(source);
  if (format === null || format === 'prototxt') return 'network';
  return format === 'png' ? 'label map' : 'weights';
}
