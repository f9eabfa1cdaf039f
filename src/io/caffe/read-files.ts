import { FcnError, ParseError } from '../../core/errors.js';
import type { ByteSource } from '../byte-source.js';
import { isHdf5 } from '../hdf5/blocks.js';
import { readBinary } from './binary-format.js';
import { blobsOf, readBlob, type Blob, type BlobsByLayer } from './blobs.js';
import { readHdf5Blobs, readHdf5State } from './hdf5-snapshot.js';
import { CaffeMessage } from './message.js';
import { caffeType } from './schema.js';
import { parseTextFormat } from './text-format.js';
import type { SolverState } from './solver-state.js';
import { upgradeNet, upgradeSolver } from './upgrade.js';

/**
 * Reads a network's description: a prototxt file, of any version, upgraded to the current form.
 *
 * @throws {@link TextFormatError} with line and column on damage; {@link ParseError} if it is not UTF-8
 *   or cannot be upgraded.
 */
export function readNetText(bytes: Uint8Array, source: string): CaffeMessage {
  const text = decode(bytes, source);
  return within(source, () => upgradeNet(parseTextFormat(text, caffeType('NetParameter'), source)));
}

/**
 * Reads a solver's description. A `solver_type` is upgraded to the current form.
 *
 * @throws As {@link readNetText}.
 */
export function readSolverText(bytes: Uint8Array, source: string): CaffeMessage {
  const text = decode(bytes, source);
  return within(source, () =>
    upgradeSolver(parseTextFormat(text, caffeType('SolverParameter'), source)),
  );
}

/** A caffemodel: a network, as far as the file describes it, and its weights. */
export interface CaffeModel {
  /** In the current form; layers of training snapshots contain all of their settings. */
  readonly net: CaffeMessage;
  /** Weights, which stay in the source until they are used. */
  readonly blobs: BlobsByLayer;
  /** Unknown fields of the file, which are not in `net`, each once: `LayerParameter.200`. */
  readonly skipped: readonly string[];
}

/**
 * Reads a caffemodel of any version, binary or HDF5; HDF5 files do not describe the network.
 *
 * @throws {@link ParseError} on damage.
 */
export function readCaffeModel(source: ByteSource): CaffeModel {
  if (startsAsHdf5(source)) {
    const net = new CaffeMessage(caffeType('NetParameter'));
    return { net, blobs: readHdf5Blobs(source), skipped: [] };
  }
  return within(source.name, () => {
    const skipped = new Set<string>();
    const net = upgradeNet(readBinary(source, caffeType('NetParameter'), skipped));
    return { net, blobs: blobsOf(net), skipped: [...skipped] };
  });
}

/** Reads a mean image, such as `mean.binaryproto`. */
export function readMean(source: ByteSource): Blob {
  const proto = readBinary(source, caffeType('BlobProto'));
  return within(source.name, () => readBlob(proto, 'the mean'));
}

/**
 * Reads a solverstate, binary or HDF5.
 *
 * @throws {@link ParseError} on damage.
 */
export function readSolverState(source: ByteSource): SolverState {
  if (startsAsHdf5(source)) return readHdf5State(source);
  return within(source.name, () => {
    const state = readBinary(source, caffeType('SolverState'));
    return {
      iteration: state.number('iter', 0),
      learnedNet: state.text('learned_net'),
      currentStep: state.number('current_step', 0),
      history: state.messages('history').map((proto, i) => readBlob(proto, `history ${String(i)}`)),
    };
  });
}

function startsAsHdf5(source: ByteSource): boolean {
  return isHdf5(source.view(0, Math.min(8, source.length)));
}

/** Size limit of a prototxt; the deepest networks need a tenth of it. */
const MOST_TEXT_BYTES = 4 * 2 ** 20;

function decode(bytes: Uint8Array, source: string): string {
  if (bytes.length > MOST_TEXT_BYTES)
    throw new ParseError(source, 0, `description too long (got ${String(bytes.length)} bytes)`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ParseError(source, 0, 'not UTF-8');
  }
}

/** Adds the name of the file to errors of `read`. */
function within<T>(source: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FcnError && !(error instanceof ParseError)) {
      throw new ParseError(source, 0, error.message);
    }
    throw error;
  }
}
