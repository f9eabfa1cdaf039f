import { FcnError } from '../core/errors.js';
import { CAFFE_ENTRIES } from './caffe.js';
import type { ZooEntry } from './entry.js';
import { PORT_ENTRIES } from './ports.js';

/** Every published file of weights of an FCN. */
export const ZOO: readonly ZooEntry[] = [...CAFFE_ENTRIES, ...PORT_ENTRIES];

/**
 * The entry of a name.
 *
 * @throws {@link FcnError} if there is none, naming those that resemble it.
 */
export function zooEntry(name: string): ZooEntry {
  const found = ZOO.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const alike = ZOO.filter((entry) => entry.name.includes(name) || entry.file.includes(name));
  const hint =
    alike.length > 0 ? `; did you mean ${alike.map((entry) => entry.name).join(', ')}?` : '';
  throw new FcnError(`the zoo has no "${name}"${hint} (fcn models lists all)`);
}
