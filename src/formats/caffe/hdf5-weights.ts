import type { NamedArray } from '../../core/named-arrays.js';
import type { ByteSource } from '../../io/byte-source.js';
import { readHdf5Blobs } from '../../io/caffe/hdf5-snapshot.js';
import type { WeightsContent } from '../weights-file.js';
import { namesByCount } from './blob-names.js';

/**
 * Reads the weights of a snapshot that Caffe wrote as HDF5. A layer with three blobs (parameters) counts as a batch
 * normalisation; the blobs of a layer with more are named by their numbers.
 *
 * @throws {@link ParseError} if the file is damaged or not such a snapshot.
 */
export function readHdf5Weights(source: ByteSource): WeightsContent {
  const arrays = new Map<string, NamedArray>();
  for (const [layer, blobs] of readHdf5Blobs(source)) {
    blobs.forEach(({ shape, numbers }, i) => {
      const name = namesByCount(blobs.length).at(i) ?? String(i);
      arrays.set(`${layer}.${name}`, { shape, data: numbers.toFloats() });
    });
  }
  return { kind: 'caffe', arrays, notes: [] };
}
