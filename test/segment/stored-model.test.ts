import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { FcnError } from '../../src/core/errors.js';
import { readSafetensors, writeSafetensors } from '../../src/io/safetensors.js';
import { describeModel } from '../../src/models/model-file.js';
import { MemoryBudgetError } from '../../src/plan/program/fit-memory.js';
import { EMBEDDED_MODEL } from '../../src/open/embedded-model.js';
import { openNetwork } from '../../src/open/open-network.js';
import { packModel } from '../../src/segment/pack-model.js';
import { createSegmenter, type SegmenterOptions } from '../../src/segment/segmenter.js';
import { reference32 } from '../support/backends.js';
import { picture } from './pictures.js';
import { SMALL, smallModel, smallWeights } from './small-model.js';

const image = picture(61, 37);

async function scoresOf(options: SegmenterOptions, pixels = image): Promise<Float32Array> {
  const backend = await createWasmBackend({ capacityBytes: 2 ** 25 });
  using segmenter = await createSegmenter({ backend, ...options });
  const { scores } = await segmenter.segment(pixels, { scores: true });
  assert(scores);
  return scores;
}

describe('stored models', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fcn-stored-model-'));
  after(() => rmSync(folder, { recursive: true }));

  const put = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  it('stay in their file until an image comes, and are packed once', async () => {
    const backend = await createWasmBackend({ capacityBytes: 2 ** 25 });
    const before = backend.arena.liveBytes();
    const model = put('small.safetensors', smallModel());
    using segmenter = await createSegmenter({ model, backend });
    assert.equal(backend.arena.liveBytes(), before);
    await segmenter.segment(image);
    const { byteLength } = smallModel();
    assert(backend.arena.liveBytes() > byteLength / 2);
    segmenter.dispose();
    assert.equal(backend.arena.liveBytes(), before);
  });

  it('give the same scores from a file, from bytes that change later, and from other sizes first', async () => {
    const model = put('small.safetensors', smallModel());
    for (const mode of ['exact', 'fast'] as const) {
      const expected = await scoresOf({ model, mode });
      if (mode === 'exact') {
        using reference = await createSegmenter({ model, backend: reference32 });
        assert.deepEqual((await reference.segment(image, { scores: true })).scores, expected);
      }
      const bytes = smallModel();
      using segmenter = await createSegmenter({ model: bytes, mode });
      bytes.fill(0);
      await segmenter.segment(picture(9, 80));
      assert.deepEqual((await segmenter.segment(image, { scores: true })).scores, expected);
    }
  });

  it('may be in half precision', async () => {
    const file = writeSafetensors(smallWeights(), describeModel(SMALL), { dtype: 'F16' });
    const { arrays } = readSafetensors(file, 'x');
    const widened = writeSafetensors(arrays, describeModel(SMALL), { dtype: 'F32' });
    assert.deepEqual(await scoresOf({ model: file }), await scoresOf({ model: widened }));
  });

  it('are refused with another SHA-256 than was asked for', async () => {
    const model = smallModel();
    const sha256 = createHash('sha256').update(model).digest('hex');
    await scoresOf({ model, sha256 });
    await assert.rejects(scoresOf({ model, sha256: sha256.replace(/^./, 'x') }), /SHA-256/);
  });

  it('keep a budget of memory, or name the one that is needed', async () => {
    const model = smallModel();
    const expected = await scoresOf({ model, mode: 'exact' });
    const needed = await scoresOf({ model, mode: 'exact', memory: 1000 }).then(
      () => 0,
      (error: unknown) => (error instanceof MemoryBudgetError ? error.neededBytes : 0),
    );
    assert(needed > 1000);
    assert.deepEqual(await scoresOf({ model, mode: 'exact', memory: needed }), expected);
    await assert.rejects(createSegmenter({ model, backend: reference32, memory: 1e9 }), FcnError);
  });

  it('may be packed: the same bits, without packing anything', async () => {
    const model = smallModel();
    for (const mode of ['exact', 'fast'] as const) {
      const packed = join(folder, `packed-${mode}.safetensors`);
      const stored = await openNetwork(model);
      await packModel(stored, packed, { mode, sizes: [[37, 61]] });
      assert.deepEqual(await scoresOf({ model: packed, mode }), await scoresOf({ model, mode }));

      const { arrays } = readSafetensors(readFileSync(packed), packed);
      assert(!arrays.has('fc6.weight') && arrays.has('upscore8.weight'));
    }
    const exact = join(folder, 'packed-exact.safetensors');
    const expected = await scoresOf({ model, mode: 'exact' }, picture(80, 20));
    assert.deepEqual(await scoresOf({ model: exact, mode: 'exact' }, picture(80, 20)), expected);
    await assert.rejects(
      createSegmenter({ model: exact, backend: reference32 }),
      /conv1_1\.weight is not packed for this size/,
    );
  });

  it('are packed for the size of the photos, which the preprocessing shrinks', async () => {
    const photo = picture(451, 300);
    const packed = join(folder, 'packed-pets.safetensors');
    using embedded = await openNetwork(EMBEDDED_MODEL);
    await packModel(embedded, packed, { mode: 'fast', sizes: [[300, 451]] });
    using original = await createSegmenter();
    using segmenter = await createSegmenter({ model: packed });
    const { scores } = await segmenter.segment(photo, { scores: true });
    assert.deepEqual(scores, (await original.segment(photo, { scores: true })).scores);
  });

  it('that are packed for something else say so', async () => {
    const wide = { ...SMALL, spec: { ...SMALL.spec, widths: [16, 16, 32, 32, 32], fc6Width: 64 } };
    const stored = await openNetwork(smallModel(wide));
    const packed = join(folder, 'packed-wide.safetensors');
    await packModel(stored, packed, { mode: 'exact', sizes: [[37, 61]] });
    await assert.rejects(
      scoresOf({ model: packed, mode: 'fast' }),
      /packed-wide\.safetensors: conv\S+ is not packed for this size, mode or budget/,
    );
  });
});
