/** Snapshots that Caffe writes with `snapshot_format: HDF5`: blobs as data sets, by layer and number. */
import { ParseError } from '../../core/errors.js';
import { numel } from '../../core/shape.js';
import type { ByteSource } from '../byte-source.js';
import { toFloat32 } from '../elements.js';
import type { Hdf5Dataset } from '../hdf5/dataset.js';
import { openHdf5 } from '../hdf5/open.js';
import type { Blob, BlobsByLayer } from './blobs.js';
import { BlobNumbers, numbersInMemory } from './blob-numbers.js';
import type { SolverState } from './solver-state.js';

/** Data sets by group path, then by name in the group. */
type Groups = ReadonlyMap<string, ReadonlyMap<string, Hdf5Dataset>>;

const BLOBS = 'data/';
const HISTORY = 'history';

/**
 * Reads the blobs of a `.caffemodel.h5`, by layer in the order of names. Contiguous blobs stay in the file until
 * they are used. Gradients, which are stored under `diff`, are ignored.
 *
 * @throws {@link ParseError} on damage, and if there are no blobs.
 */
export function readHdf5Blobs(source: ByteSource): BlobsByLayer {
  const blobs = new Map<string, readonly Blob[]>();
  for (const [path, members] of readGroups(source)) {
    if (path.startsWith(BLOBS))
      blobs.set(path.slice(BLOBS.length), numbered(source, path, members));
  }
  if (blobs.size > 0) return blobs;
  throw new ParseError(source.name, 0, `not a Caffe snapshot: no blobs under ${BLOBS}`);
}

/**
 * Reads a `.solverstate.h5`.
 *
 * @throws {@link ParseError} on damage, and if a part is missing.
 */
export function readHdf5State(source: ByteSource): SolverState {
  const groups = readGroups(source);
  const root = groups.get('');
  const at = (name: string): Hdf5Dataset => {
    const dataset = root?.get(name);
    if (dataset !== undefined) return dataset;
    throw new ParseError(source.name, 0, `not a solver state: ${name} is missing`);
  };
  const whole = (name: string): number => {
    const numbers = at(name).numbers();
    if (numbers.length !== 1) {
      throw new ParseError(
        source.name,
        0,
        `${name}: wrong number count (got ${String(numbers.length)}, expected 1)`,
      );
    }
    return Number(numbers[0]);
  };
  return {
    iteration: whole('iter'),
    learnedNet: root?.has('learned_net') === true ? at('learned_net').text() : '',
    currentStep: whole('current_step'),
    history: numbered(source, HISTORY, groups.get(HISTORY) ?? new Map<string, Hdf5Dataset>()),
  };
}

function readGroups(source: ByteSource): Groups {
  const groups = new Map<string, Map<string, Hdf5Dataset>>();
  for (const [path, dataset] of openHdf5(source)) {
    const end = Math.max(0, path.lastIndexOf('/'));
    const group = groups.get(path.slice(0, end)) ?? new Map<string, Hdf5Dataset>();
    groups.set(path.slice(0, end), group.set(path.slice(end === 0 ? 0 : end + 1), dataset));
  }
  return groups;
}

/** Reads the members 0, 1, 2 … of a group as blobs. */
function numbered(
  source: ByteSource,
  group: string,
  members: ReadonlyMap<string, Hdf5Dataset>,
): readonly Blob[] {
  return Array.from({ length: members.size }, (_, i) => {
    const dataset = members.get(String(i));
    if (dataset === undefined) {
      const reason = `${group}: missing blob ${String(i)} of ${String(members.size)}`;
      throw new ParseError(source.name, 0, reason);
    }
    return { shape: dataset.shape, legacy: false, numbers: runsIn(source, dataset) };
  });
}

/** Numbers of a data set; they stay in the file if they are contiguous floats. */
function runsIn(source: ByteSource, dataset: Hdf5Dataset): BlobNumbers {
  const { element, plainAt, shape } = dataset;
  if (plainAt === null || (element !== 'f4' && element !== 'f8')) {
    return numbersInMemory(toFloat32(dataset.numbers()));
  }
  const runs = new BlobNumbers(source, element === 'f4' ? 4 : 8);
  runs.addRun(plainAt, numel(shape));
  return runs;
}
