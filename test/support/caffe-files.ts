import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { memorySource, type ByteSource } from '../../src/io/byte-source.js';
import type { BlobsByLayer } from '../../src/io/caffe/blobs.js';
import type { CaffeMessage } from '../../src/io/caffe/message.js';
import { readCaffeModel, readNetText } from '../../src/io/caffe/read-files.js';

/** The network that a prototxt describes. */
export function readPrototxt(path: string): CaffeMessage {
  return readNetText(readFileSync(path), path);
}

/** The blobs of a caffemodel, which may be compressed. */
export function readWeights(path: string): BlobsByLayer {
  return readCaffeModel(sourceOf(path)).blobs;
}

/** A file in memory, which may be compressed. */
export function sourceOf(path: string): ByteSource {
  const file = readFileSync(path);
  return memorySource(path.endsWith('.gz') ? gunzipSync(file) : file, path);
}
