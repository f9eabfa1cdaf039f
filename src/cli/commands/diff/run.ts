/** What `fcn diff` does: finds out what is compared, compares it, and says so. */
import { existsSync } from 'node:fs';
import { FcnError } from '../../../core/errors.js';
import { PNG_SIGNATURE } from '../../../data/png-file.js';
import { openFileSource } from '../../../io/file-source.js';
import { CommandError, EXIT, usageError } from '../../shell/exit-codes.js';
import { KNOWN_NETWORKS, unknownNetwork } from '../../known-networks.js';
import { isNetworkText } from '../../network-kind.js';
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

/** What a source may be. */
type SourceKind = 'network' | 'label map' | 'weights';

const COMPARERS: Readonly<Record<SourceKind, Comparer>> = {
  network: diffNetworks,
  'label map': diffLabelMaps,
  weights: diffWeightFiles,
};

/**
 * Does the work of `fcn diff`.
 *
 * @throws {@link CommandError} with the exit code, unless both are equal.
 */
export async function runDiff(a: string, b: string, options: DiffOptions): Promise<void> {
  const kind = kindOf(a, b, options.network ?? false);
  if (options.out !== undefined && kind !== 'label map') {
    throw usageError('--out is a picture of where label maps differ');
  }
  const { json, lines, first } = await refusing(() => COMPARERS[kind](a, b, options));
  const text = options.json === true ? JSON.stringify({ a, b, kind, ...json }) : lines.join('\n');
  process.stdout.write(`${text}\n`);
  if (first !== null) throw new CommandError(EXIT.failed, `first difference: ${first}`);
}

/** Networks are compared as networks if one of them has no numbers. */
function kindOf(a: string, b: string, asNetworks: boolean): SourceKind {
  const kinds = [a, b].map(ownKind);
  const [first, second] = kinds;
  if (kinds.includes('label map')) {
    if (first === second) return 'label map';
    throw usageError(`${a}: ${first}, ${b}: ${second}; they cannot be compared`);
  }
  return asNetworks || kinds.includes('network') ? 'network' : 'weights';
}

/** What a name stands for, or a file holds at its beginning. */
function ownKind(path: string): SourceKind {
  if (KNOWN_NETWORKS.has(path)) return 'network';
  if (!existsSync(path)) throw usageError(unknownNetwork(path));
  if (isNetworkText(path)) return 'network';
  return isPng(path) ? 'label map' : 'weights';
}

function isPng(path: string): boolean {
  const source = openFileSource(path);
  try {
    const head = source.view(0, Math.min(PNG_SIGNATURE.length, source.length));
    return Buffer.from(head).toString('latin1') === PNG_SIGNATURE;
  } finally {
    source.close();
  }
}

async function refusing(
  compare: () => DiffFindings | Promise<DiffFindings>,
): Promise<DiffFindings> {
  try {
    return await compare();
  } catch (cause) {
    if (!(cause instanceof FcnError)) throw cause;
    throw new CommandError(EXIT.modelRefused, `refused: ${cause.message}`, { cause });
  }
}
