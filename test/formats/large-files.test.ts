import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCaffeNetwork } from '../../src/formats/caffe/build-network.js';
import { writeCaffeModel } from '../../src/formats/caffe/write-model.js';
import { saveWeights } from '../../src/formats/save-weights.js';
import { readNetText } from '../../src/io/caffe/read-files.js';
import { scratchFolder } from '../cli/run-cli.js';
import { reference32 } from '../support/backends.js';
import { skip } from '../support/skip.js';

/** Two layers of 32 MB each. */
const PROTOTXT = `
  layer { name: "data" type: "Input" top: "data" input_param { shape { dim: [1, 2048] } } }
  layer { name: "fc6" type: "InnerProduct" bottom: "data" top: "fc6"
          inner_product_param { num_output: 4096 bias_term: false } }
  layer { name: "fc7" type: "InnerProduct" bottom: "fc6" top: "fc7"
          inner_product_param { num_output: 2048 bias_term: false } }
`;
const SHAPES = { 'fc6.weight': [4096, 2048], 'fc7.weight': [2048, 4096] } as const;
const COUNT = 2 ** 23;
/** What a process takes besides the numbers: blocks that are read, and what the garbage collector has not seen. */
const SPARE_BYTES = 12e6;

function taken(kind: 'caffe' | 'weights', path: string): number {
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  const program = fileURLToPath(new URL('load-alone.ts', import.meta.url));
  const command = ['--import', 'tsx', program, kind, path, sha256];
  const output = execFileSync(process.execPath, command, { encoding: 'utf8' });
  const { taken: bytes, last } = JSON.parse(output) as { taken: number; last: number };
  assert.equal(last, COUNT - 1);
  return bytes;
}

describe('a file of 67 MB', function () {
  this.timeout(120_000);
  const folder = scratchFolder();
  const numbers = Float32Array.from({ length: COUNT }, (_, i) => i);

  before(function () {
    if (!existsSync('/proc/self/status')) skip(this, 'only Linux tells the peak of one process');
  });

  it('of Caffe takes little more memory than its numbers, its SHA-256 checked', () => {
    const path = join(folder.path, 'large.caffemodel');
    const net = buildCaffeNetwork(readNetText(Buffer.from(PROTOTXT), 'large'), {
      maker: { backend: reference32, rng: null },
    });
    for (const { data } of net.network.parameters().values()) data.set(numbers);
    writeFileSync(`${path}.prototxt`, PROTOTXT);
    writeFileSync(path, Buffer.concat(writeCaffeModel(net)));
    const bytes = taken('caffe', path);
    assert.ok(bytes < 8 * COUNT + SPARE_BYTES, `${String(bytes)} bytes`);
  });

  for (const format of ['safetensors', 'pth', 'npz']) {
    it(`of ${format} takes little more memory than its numbers, its SHA-256 checked`, async () => {
      const path = join(folder.path, `large.${format}`);
      const arrays = new Map(
        Object.entries(SHAPES).map(([name, shape]) => [name, { shape, data: numbers }]),
      );
      await saveWeights(path, { arrays }, { format });
      const bytes = taken('weights', path);
      assert.ok(bytes < 8 * COUNT + SPARE_BYTES, `${String(bytes)} bytes`);
    });
  }
});
