import ndarray from 'ndarray';
import assert from 'node:assert/strict';
import { forwardOf } from '../../src/nn/network.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { FcnError, ParseError, ShapeError } from '../../src/core/errors.js';
import { decodeImage } from '../../src/data/decode-image.js';
import { decodeLabels } from '../../src/data/indexed-png.js';
import { encodePng } from '../../src/data/encode-png.js';
import { pictureInput } from '../../src/data/make-input.js';
import { overlay } from '../../src/data/overlay.js';
import { VOC_PALETTE } from '../../src/data/palette.js';
import { resizeBilinear } from '../../src/ops/resize-bilinear.js';
import { openNetwork } from '../../src/open/open-network.js';
import type { ImageSource } from '../../src/segment/pixels.js';
import {
  createSegmenter,
  type Segmenter,
  type SegmenterOptions,
  type SegmentRequest,
} from '../../src/segment/segmenter.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { fixture } from '../support/fixtures.js';
import { jpegPicture, picture, pngPicture } from './pictures.js';
import { SMALL, smallModel, smallWeights } from './small-model.js';

describe('segmenter', () => {
  const image = picture(61, 37);
  let segmenter: Segmenter;

  before(async () => {
    segmenter = await createSegmenter({ model: smallModel(), backend: await wasmBackend() });
  });

  after(() => segmenter.dispose());

  it('gives every pixel the class of the largest score', async () => {
    const { width, height, classMap, scores } = await segmenter.segment(image, { scores: true });
    assert.deepEqual([width, height], [61, 37]);
    assert.ok(scores);
    assert.equal(scores.length, 3 * 61 * 37);
    const largest = Array.from(classMap, (_, i) => {
      const each = [0, 1, 2].map((c) => scores[c * 61 * 37 + i]);
      return each.indexOf(Math.max(...each));
    });
    assert.deepEqual(Array.from(classMap), largest);
    assert.ok(new Set(classMap).size > 1, 'the small model is to tell pixels apart');
  });

  it('counts the classes that occur', async () => {
    const { classMap, stats, legend, scores } = await segmenter.segment(image);
    assert.equal(scores, undefined);
    for (const { id, name, pixels, share } of stats) {
      assert.equal(pixels, classMap.filter((label) => label === id).length);
      assert.equal(share, pixels / classMap.length);
      assert.equal(name, SMALL.classes[id]);
    }
    assert.deepEqual(
      stats.map(({ id }) => id),
      [...new Set(classMap)].sort(),
    );
    assert.deepEqual(
      legend,
      stats.map(({ id, name }) => ({
        id,
        name,
        colour: [...VOC_PALETTE.slice(3 * id, 3 * id + 3)],
      })),
    );
  });

  it('takes bytes of both formats, RGB, RGBA and ndarrays for the same image', async () => {
    const { width, height, data } = image;
    const { classMap } = await segmenter.segment(image);
    const rgba = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
      i % 4 === 3 ? 255 : data[3 * Math.floor(i / 4) + (i % 4)],
    );
    const planes = Float32Array.from(
      data,
      (_, i) => data[(i % (width * height)) * 3 + Math.floor(i / (width * height))],
    );
    const sources = [
      pngPicture(width, height),
      { width, height, data: rgba },
      ndarray(data, [height, width, 3]),
      ndarray(planes, [3, height, width]).transpose(1, 2, 0),
    ];
    for (const source of sources) {
      assert.deepEqual((await segmenter.segment(source)).classMap, classMap);
    }
    const jpeg = jpegPicture(width, height);
    const decoded = await segmenter.segment(decodeImage(jpeg, 'jpeg'));
    assert.deepEqual((await segmenter.segment(jpeg)).classMap, decoded.classMap);
  });

  it('writes PNG files that hold the class map and the overlay', async () => {
    const result = await segmenter.segment(image);
    const labels = decodeLabels(result.toIndexedPng(), 'class map');
    assert.deepEqual(labels.data, result.classMap);
    const drawn = decodeImage(result.toOverlay(0.25), 'overlay');
    assert.deepEqual(drawn, overlay(image, labels, VOC_PALETTE, 0.25));
    assert.deepEqual(decodeImage(result.toOverlay(0), 'overlay'), image);
    assert.throws(() => result.toOverlay(1.5), FcnError);
  });

  it('has the bits of the reference', async () => {
    const slow = await createSegmenter({ model: smallModel(), backend: reference32 });
    const backend = await wasmBackend();
    using exact = await createSegmenter({ model: smallModel(), backend, mode: 'exact' });
    assert.deepEqual([slow.mode, exact.mode, segmenter.mode], ['exact', 'exact', 'fast']);
    const small = picture(19, 23);
    const expected = await slow.segment(small, { scores: true });
    const got = await exact.segment(small, { scores: true });
    assert.deepEqual(got.scores, expected.scores);
    assert.deepEqual(got.classMap, expected.classMap);
  });

  it('shrinks larger photos where the model wants that, and scores at the size of the photo', async () => {
    const model = smallModel({ ...SMALL, input: { ...SMALL.input, longSide: 32 } });
    const backend = await wasmBackend();
    using small = await createSegmenter({ model, backend, mode: 'exact' });
    const { scores } = await small.segment(image, { scores: true });
    using opened = await openNetwork(model);
    assert.ok(opened.model);
    const network = forwardOf(opened.build(backend).network);
    const input = pictureInput(image, opened.model.input);
    assert.deepEqual([input.width, input.height], [32, 19]);
    const x = Tensor.from(backend, input.data, [1, 3, 19, 32]);
    const expected = resizeBilinear(network.forward(x), [37, 61]);
    assert.deepEqual(scores, Float32Array.from(expected.data));
  });

  it('takes an image of one pixel', async () => {
    assert.equal((await segmenter.segment(picture(1, 1))).classMap.length, 1);
  });

  it('takes no more memory with every image, also after one that fails', async () => {
    const backend = await createWasmBackend({ capacityBytes: 2 ** 22 });
    using narrow = await createSegmenter({ model: smallModel(), backend });
    await narrow.segment(image);
    const { highWaterBytes } = backend.arena;
    const live = backend.arena.liveBytes();
    for (let i = 0; i < 5; i++) await narrow.segment(image);
    assert.equal(backend.arena.highWaterBytes, highWaterBytes);
    await assert.rejects(narrow.segment(picture(900, 500)), /out of memory/);
    // To make room, what was kept for other sizes is given up.
    assert(backend.arena.liveBytes() < live);
    await narrow.segment(image);
    assert.equal(backend.arena.liveBytes(), live);
  });

  it('names what is wrong with an image', async () => {
    const pixels = { width: 4, height: 4, data: new Uint8Array(40) };
    await assert.rejects(segmenter.segment(pixels), /40 bytes are not 4×4 pixels of 3 or 4/);
    await assert.rejects(segmenter.segment({ ...pixels, width: 0 }), ShapeError);
    await assert.rejects(segmenter.segment(ndarray(new Uint8Array(16), [4, 4])), ShapeError);
    await assert.rejects(segmenter.segment(ndarray([0, 0, 300], [1, 1, 3])), /300/);
    await assert.rejects(segmenter.segment(ndarray([0, NaN, 0], [1, 1, 3])), /NaN/);
    await assert.rejects(segmenter.segment(new Uint8Array(0)), ParseError);
    await assert.rejects(segmenter.segment(pngPicture(8, 8).subarray(0, 60)), ParseError);
  });

  it('takes an option that is undefined for one that is left out, as JavaScript gives it', async () => {
    const options: object = { model: undefined, mode: undefined };
    const embedded = await createSegmenter(options);
    const { classMap } = await embedded.segment(image);
    assert.equal(classMap.length, 61 * 37);
    embedded.dispose();
  });

  it('is of no use after dispose', async () => {
    const { arena } = await wasmBackend();
    const before = arena.liveBytes();
    const brief = await createSegmenter({ model: smallModel(), backend: await wasmBackend() });
    const result = await brief.segment(image);
    brief[Symbol.dispose]();
    brief.dispose();
    assert.equal(arena.liveBytes(), before);
    await assert.rejects(brief.segment(image), /disposed/);
    assert.ok(result.toIndexedPng().length > 0);
  });

  it("shows classes in the model's own colours", async () => {
    const palette = [[1, 2, 3], [4, 5, 6], [7, 8, 9]] as const; // prettier-ignore
    const model = smallModel({ ...SMALL, palette });
    using own = await createSegmenter({ model, backend: await wasmBackend() });
    const { legend } = await own.segment(image);
    for (const { id, colour } of legend) assert.deepEqual(colour, palette[id]);
  });
});

describe('segmenter refuses a model', () => {
  const weights = new Map(smallWeights());
  const refused = async (model: string | Uint8Array, reason: RegExp): Promise<void> => {
    await assert.rejects(createSegmenter({ model, backend: reference32 }), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, 'OpenError');
      assert.match(error.message, reason);
      return true;
    });
  };

  it('that is no file, or a damaged one', async () => {
    await refused('no/such/file.safetensors', /^no\/such\/file\.safetensors: no such file$/);
    await refused(new Uint8Array(3), /model: not a network \(got a file of an unknown format/);
    await refused(smallModel().subarray(0, 5000), /model: .*byte/);
  });

  it('that describes no network of this library', async () => {
    const unknown = { ...SMALL, spec: { ...SMALL.spec, trunk: 'resnet' } } as never;
    await refused(smallModel(unknown, weights), /trunk/);
    await refused(smallModel({ ...SMALL, classes: ['only one'] }, weights), /classes/);
  });

  it('whose weights do not fit', async () => {
    const without = new Map(weights);
    without.delete('fc7.bias');
    await refused(smallModel(SMALL, without), /lacks fc7\.bias/);
    const extra = new Map(weights).set('fc9.bias', { shape: [1], data: new Float32Array(1) });
    await refused(smallModel(SMALL, extra), /no place for fc9\.bias/);
    const wrong = new Map(weights).set('fc7.bias', { shape: [2, 4], data: new Float32Array(8) });
    await refused(smallModel(SMALL, wrong), /another shape of fc7\.bias/);
    const short = new Map(weights).set('fc7.bias', { shape: [7], data: new Float32Array(7) });
    await refused(smallModel(SMALL, short), /fc7\.bias/);
    const broken = new Map(weights).set('fc7.bias', {
      shape: [8],
      data: new Float32Array(8).fill(NaN),
    });
    await refused(smallModel(SMALL, broken), /fc7\.bias has no finite numbers/);
  });

  for (const [file, what] of [
    ['model-weights-nan', 'NaN'],
    ['model-weights-infinity', 'Infinity'],
  ]) {
    it(`with a weight that is ${what}`, async () => {
      await refused(fixture(`bad/${file}.safetensors`), /fc7\.bias has no finite numbers/);
    });
  }

  it('that would need more memory than its file is worth', async () => {
    const wide = { ...SMALL, spec: { ...SMALL.spec, fc6Width: 65536, fc7Width: 65536 } };
    await refused(smallModel(wide, weights), /fc6/);
  });
});

describe('segmenter checks what it is given', () => {
  it('refuses unknown options, modes and requests', async () => {
    const options = { mode: 'Exact' } as unknown as SegmenterOptions;
    await assert.rejects(createSegmenter(options), {
      name: 'OptionError',
      message:
        'createSegmenter: invalid value of the option mode (got "Exact", expected one of fast, exact)',
    });
    await assert.rejects(createSegmenter({ treads: 2 } as SegmenterOptions), {
      message: 'createSegmenter: unknown option "treads"; did you mean threads?',
    });
    using segmenter = await createSegmenter({ model: smallModel(), backend: reference32 });
    await assert.rejects(segmenter.segment(picture(3, 3), { score: true } as SegmentRequest), {
      message: 'segment: unknown option "score"; did you mean scores?',
    });
  });

  it('refuses what is not an image, by its type', async () => {
    using segmenter = await createSegmenter({ model: smallModel(), backend: reference32 });
    for (const [given, got] of [
      ['photo.png', 'string'],
      [null, 'null'],
      [undefined, 'undefined'],
      [{}, 'object'],
      [{ width: 1, height: 1, data: new Float32Array(3) }, 'object'],
    ] as const) {
      await assert.rejects(
        segmenter.segment(given as unknown as ImageSource),
        (error: Error) =>
          error.name === 'OptionError' &&
          error.message.includes(`image: unexpected value (got ${got}`),
      );
    }
  });

  it('takes bytes in an ArrayBuffer, and has scores in the type where they are asked for', async () => {
    using segmenter = await createSegmenter({ model: smallModel(), backend: reference32 });
    const png = encodePng(picture(4, 3));
    const { scores } = await segmenter.segment(png.buffer, { scores: true });
    assert.equal(scores.length, segmenter.classes.length * 12);
    assert.equal(new Blob([(await segmenter.segment(png)).toIndexedPng()]).size > 0, true);
  });
});
