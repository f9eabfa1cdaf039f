import { didYouMean } from '../core/closest-name.js';
import { OptionError } from '../core/option-error.js';
import { CAFFE_ENTRIES } from './caffe.js';
import type { ZooEntry } from './entry.js';
import { PORT_ENTRIES } from './ports.js';

/** Every published file of weights of a fully convolutional network. */
export const ZOO: readonly ZooEntry[] = [...CAFFE_ENTRIES, ...PORT_ENTRIES];

/**
 * Finds the entry of a name.
 *
 * @throws {@link OptionError} if there is none; the message suggests names that contain it, or the closest one.
 */
export function zooEntry(name: string): ZooEntry {
  const found = ZOO.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const advice = suggestion(name) || '; fcn models lists all';
  throw new OptionError(`${name}: no published weights have this name${advice}`);
}

function suggestion(name: string): string {
  const alike = ZOO.filter((entry) => entry.name.includes(name) || entry.file.includes(name));
  if (alike.length > 0) return `; did you mean ${alike.map((entry) => entry.name).join(', ')}?`;
  return didYouMean(
    name,
    ZOO.map((entry) => entry.name),
  );
}
