import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCaffeNetwork } from '../../src/formats/caffe/build-network.js';
import { writeCaffeModel } from '../../src/formats/caffe/write-model.js';
import { saveWeights } from '../../src/formats/save-weights.js';
import { readNetText } from '../../src/io/caffe/read-files.js';
import { reference32 } from '../support/backends.js';
import { skip } from '../support/skip.js';

/** Two layers of 12.6 MB each. */
const PROTOTXT = `
  layer { name: "data" type: "Input" top: "data" input_param { shape { dim: [1, 1536] } } }
  layer { name: "fc6" type: "InnerProduct" bottom: "data" top: "fc6"
          inner_product_param { num_output: 2048 bias_term: false } }
  layer { name: "fc7" type: "InnerProduct" bottom: "fc6" top: "fc7"
          inner_product_param { num_output: 1536 bias_term: false } }
`;
const SHAPES = { 'fc6.weight': [2048, 1536], 'fc7.weight': [1536, 2048] } as const;
const COUNT = 2048 * 1536;
/**
 * Allowed memory in addition to the numbers: blocks for reading, and garbage that is not collected yet. It is half of
 * a layer, so that a layer that is held twice fails the test.
 */
const SPARE_BYTES = 2 * COUNT;

const FORMATS = ['caffemodel', 'safetensors', 'pth', 'npz'] as const;

async function write(path: string, format: (typeof FORMATS)[number]): Promise<void> {
  const numbers = Float32Array.from({ length: COUNT }, (_, i) => i);
  if (format !== 'caffemodel') {
    const shapes = Object.entries(SHAPES);
    const arrays = new Map(shapes.map(([name, shape]) => [name, { shape, data: numbers }]));
    await saveWeights(path, { arrays }, { format });
    return;
  }
  const net = buildCaffeNetwork(readNetText(Buffer.from(PROTOTXT), 'large'), {
    maker: { backend: reference32, rng: null },
  });
  for (const { data } of net.network.parameters().values()) data.set(numbers);
  writeFileSync(`${path}.prototxt`, PROTOTXT);
  writeFileSync(path, Buffer.concat(writeCaffeModel(net)));
}

/** Loads the files one after another in a process of their own, and returns the memory that each file took. */
function loadAlone(paths: readonly string[]): { readonly taken: number; readonly last: number }[] {
  const program = fileURLToPath(new URL('load-alone.ts', import.meta.url));
  const task = paths.flatMap((path) => [
    path,
    createHash('sha256').update(readFileSync(path)).digest('hex'),
  ]);
  const command = ['--expose-gc', '--import', 'tsx', program, ...task];
  const output = execFileSync(process.execPath, command, { encoding: 'utf8' });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { taken: number; last: number });
}

describe('a file of 25 MB, its SHA-256 checked,', function () {
  this.timeout(120_000);
  let loads: ReturnType<typeof loadAlone> = [];

  before(async function () {
    if (!existsSync('/proc/self/clear_refs'))
      skip(this, 'only Linux reports the peak memory of a process');
    const folder = mkdtempSync(join(tmpdir(), 'fcn-large-'));
    try {
      const paths = FORMATS.map((format) => join(folder, `large.${format}`));
      for (const [i, format] of FORMATS.entries()) await write(paths[i], format);
      loads = loadAlone(paths);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [i, format] of FORMATS.entries()) {
    it(`needs little more memory than its numbers: ${format}`, () => {
      const { taken, last } = loads[i];
      assert.equal(last, COUNT - 1);
      assert.ok(taken < 8 * COUNT + SPARE_BYTES, `${String(taken)} bytes`);
      // A lower value would mean that other memory was freed at the same time.
      assert.ok(taken > 7 * COUNT, `${String(taken)} bytes`);
    });
  }
});
