import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { blobsOf, type BlobsByLayer } from '../../src/io/caffe/blobs.js';
import { readBinary } from '../../src/io/caffe/binary-format.js';
import { memorySource } from '../../src/io/byte-source.js';
import type { Message } from '../../src/io/caffe/message.js';
import { caffeType } from '../../src/io/caffe/schema.js';
import { parseTextFormat } from '../../src/io/caffe/text-format.js';
import { upgradeNet } from '../../src/io/caffe/upgrade.js';

/** The network that a prototxt describes, as written. */
export function readPrototxt(path: string): Message {
  return parseTextFormat(readFileSync(path, 'utf8'), caffeType('NetParameter'), path);
}

/** The blobs of a caffemodel, which may be compressed. */
export function readWeights(path: string): BlobsByLayer {
  const file = readFileSync(path);
  const bytes = path.endsWith('.gz') ? gunzipSync(file) : file;
  return blobsOf(upgradeNet(readBinary(memorySource(path, bytes), caffeType('NetParameter'))));
}
