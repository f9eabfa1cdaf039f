import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { OpenErrorKind } from '../../src/open/open-error.js';
import type { OpenedNetwork, OpenNetworkOptions } from '../../src/open/opened-network.js';
import type { NetworkSource } from '../../src/open/read-source.js';
import { scratchFolder } from '../cli/run-cli.js';
import { pngPicture } from '../segment/pictures.js';
import { SMALL, smallModel, smallWeights } from '../segment/small-model.js';
import { reference32 } from '../support/backends.js';
import { fixture } from '../support/fixtures.js';
import { narrowCaffeModel } from '../support/narrow-caffemodel.js';
import { withEnvironment } from '../support/with-environment.js';

const fixtureAt = (file: string): string =>
  fileURLToPath(new URL(`../../fixtures/${file}`, import.meta.url));
const TINY = fixtureAt('caffe/tiny.prototxt');
const TINY_WEIGHTS = fixtureAt('caffe/tiny.caffemodel');

async function open(source: NetworkSource, options?: OpenNetworkOptions): Promise<OpenedNetwork> {
  // Imported here, as the library imports its parts: the test runner's static imports may be another copy.
  const { openNetwork } = await import('../../src/open/open-network.js');
  return await openNetwork(source, options);
}

describe('openNetwork', function () {
  this.timeout(30_000);
  const folder = scratchFolder();
  const write = (name: string, bytes: string | Uint8Array): string => {
    const path = join(folder.path, name);
    writeFileSync(path, bytes);
    return path;
  };

  it('takes a path, a URL, an address, a Blob, an ArrayBuffer and bytes', async () => {
    const bytes = smallModel();
    const path = write('small.safetensors', bytes);
    const server = createServer((_, response) => response.end(bytes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/m`;
    const buffer = Uint8Array.from(bytes).buffer;
    const sources = [
      ...[path, pathToFileURL(path), pathToFileURL(path).href, address, new URL(address)],
      ...[new Blob([buffer]), buffer, bytes],
    ];
    try {
      for (const source of sources) {
        using opened = await open(source);
        assert.equal(opened.kind, 'model');
        assert.deepEqual(opened.model?.classes, SMALL.classes);
      }
    } finally {
      server.close();
    }
  });

  it('keeps the bytes that it was given, whatever becomes of them', async () => {
    const bytes = smallModel();
    using opened = await open(bytes);
    const before = opened.weights?.get('fc7.bias')?.data;
    bytes.fill(0);
    assert.deepEqual(opened.weights?.get('fc7.bias')?.data, before);
  });

  it('tells what it knows of a model file', async () => {
    using opened = await open(smallModel());
    assert.deepEqual(opened.preprocessing, [SMALL.input]);
    assert.deepEqual([...opened.scores], [['score', SMALL.classes]]);
    assert.deepEqual([...(opened.weights?.keys() ?? [])], [...smallWeights().keys()]);
    assert.deepEqual([...opened.atSize([5, 7]).shapes], [['data', [1, 3, 5, 7]]]);
  });

  it('opens the embedded model by its name, and a file before a name', async () => {
    using embedded = await open('fcn8s-squeezenet-pets');
    assert.equal(embedded.kind, 'model');
    const before = process.cwd();
    mkdirSync(join(folder.path, 'here'));
    write('here/fcn8s-squeezenet-pets', fixture('onnx/fcn-narrow-12.onnx'));
    process.chdir(join(folder.path, 'here'));
    try {
      using file = await open('fcn8s-squeezenet-pets');
      assert.equal(file.kind, 'onnx');
    } finally {
      process.chdir(before);
    }
  });

  it('recognises the published network of weights, or is told', async () => {
    const path = write('w', narrowCaffeModel('voc-fcn8s'));
    using opened = await open(path);
    assert.deepEqual([opened.name, opened.kind], ['voc-fcn8s', 'published']);
    using named = await open('voc-fcn8s', { weights: path });
    assert.equal(named.name, 'voc-fcn8s');
    assert.deepEqual([...named.scores.keys()], [...opened.scores.keys()]);
  });

  it('gives a prototxt the numbers of its weights', async () => {
    using opened = await open(TINY, { weights: TINY_WEIGHTS });
    const { network } = opened.build(reference32);
    const [[name, parameter]] = network.parameters();
    assert.deepEqual(opened.weights?.get(name)?.data, Float32Array.from(parameter.data));
    assert.ok(parameter.data.some((value) => value !== 0));
  });

  it('opens structures without weights, which cannot be built with numbers', async () => {
    for (const source of ['voc-fcn8s', 'fcn8s-squeezenet', TINY]) {
      using opened = await open(source, { structureOnly: true });
      assert.equal(opened.weights, null, source);
      assert.ok(opened.network.outputs.length > 0);
    }
  });

  it('takes the short form of a preprocessing, or the name of a published one', async () => {
    for (const preprocessing of ['order=rgb,divide=255', 'torchvision-fcn-resnet50']) {
      using opened = await open(smallModel(), { preprocessing });
      assert.deepEqual(
        [opened.preprocessing?.[0].order, opened.preprocessing?.[0].divisor],
        ['rgb', 255],
      );
    }
  });

  it('checks the SHA-256 while it reads', async () => {
    const bytes = smallModel();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    using opened = await open(bytes, { sha256 });
    assert.equal(opened.kind, 'model');
  });

  describe('refuses', () => {
    type Case = readonly [NetworkSource, RegExp, OpenNetworkOptions?];
    const refusals: Readonly<Record<OpenErrorKind, () => readonly Case[]>> = {
      'unknown-name': () => [
        ['voc-fcn9s', /^voc-fcn9s: no file and no network has this name; did you mean voc-fcn/],
        ['unet', /^unet: no file .*; fcn models lists the published networks$/],
        [
          fixture('onnx/fcn-narrow-12.onnx'),
          /^voc-fcnx8s: .*did you mean/,
          { network: 'voc-fcnx8s' },
        ],
      ],
      'not-found': () => [
        ['no/such/file.onnx', /^no\/such\/file\.onnx: no such file$/],
        [pathToFileURL('/no/such/file'), /no such file$/],
        [smallModel(), /^gone\.pth: no such file$/, { weights: 'gone.pth' }],
      ],
      unreadable: () => [
        ['http://127.0.0.1:1/net', /^http:\/\/127\.0\.0\.1:1\/net: no answer \(.+\)$/],
        [new URL('ftp://host/net'), /unsupported protocol \(expected http, https or file\)/],
      ],
      'not-downloaded': () => [
        ['voc-fcn16s', /^voc-fcn16s: weights not downloaded; run "fcn download voc-fcn16s"/],
      ],
      'not-a-network': () => [
        [folder.path, /not a network \(got a folder, expected a file\)$/],
        [pngPicture(4, 4), /^model: not a network \(got a PNG picture, expected a model file, /],
        [Buffer.from('# Notes'), /not a network \(got text, expected/],
        [TINY, /notes: not a network \(got text/, { weights: write('notes', '# Notes') }],
        [Uint8Array.of(0x80, 4, 0x95), /not a network \(got a bare pickle, save tensors with/],
      ],
      damaged: () => [
        [smallModel().subarray(0, 5000), /^model: ends early \(got \d+ bytes, expected \d+\)/],
        [fixture('onnx/fcn-narrow-12.onnx').subarray(0, 4000), /^model: .*at byte/],
        [Buffer.from('name: "net" layer {'), /^model: /],
        [Buffer.from('name: "net"'), /^model: network without layers$/],
      ],
      'wrong-digest': () => [[smallModel(), /SHA-256/, { sha256: '00'.repeat(32) }]],
      'no-weights': () => [
        [TINY, /missing weights \(4 parameters\); give a file by the option weights$/],
        ['fcn8s-squeezenet', /missing weights \(none were published\)/],
        [smallModel(), /tiny\.prototxt: missing weights \(got a Caffe/, { weights: TINY }],
        ['ours-fcn-googlenet', /missing weights \(none were published\)/],
      ],
      'weights-do-not-fit': () => [
        [
          smallModel(),
          /zip\.pth: missing weights of conv1_2\.weight, /,
          { weights: fixtureAt('weights/zip.pth') },
        ],
        [narrowCaffeModel('voc-fcn8s'), /voc-fcn32s/, { network: 'voc-fcn32s' }],
      ],
      'option-needed': () => [
        [
          narrowCaffeModel('nyud-fcn32s-color'),
          /color or nyud-fcn32s-hha; say which by the option/,
        ],
      ],
      'option-refused': () => [
        [smallModel(), /a model file states its network/, { network: 'voc-fcn8s' }],
        [narrowCaffeModel('voc-fcn8s'), /it holds weights itself/, { weights: smallModel() }],
        ['voc-fcn8s', /its network is voc-fcn8s/, { network: 'voc-fcn32s' }],
      ],
    };

    for (const [kind, cases] of Object.entries(refusals)) {
      it(`${kind}, and says why`, async () => {
        await withEnvironment({ FCN_HOME: join(folder.path, 'cache') }, async () => {
          for (const [source, message, options] of cases()) {
            await assert.rejects(open(source, options), (error: Error & { kind?: string }) => {
              assert.match(error.message, message);
              assert.deepEqual([error.name, error.kind], ['OpenError', kind], error.message);
              return true;
            });
          }
        });
      });
    }
  });

  it('keeps the error of a reader as the cause', async () => {
    await assert.rejects(open(smallModel().subarray(0, 5000)), (error: Error) => {
      assert.equal((error.cause as Error).name, 'ParseError');
      return true;
    });
  });

  it('closes the files of sources that it refuses', async () => {
    const path = write('cut.safetensors', smallModel().subarray(0, 5000));
    const openFiles = (): number => readdirSync('/proc/self/fd').length;
    const before = openFiles();
    const weights = write('w.safetensors', smallModel());
    for (let i = 0; i < 10; i++) {
      await assert.rejects(open(path));
      await assert.rejects(open(weights, { network: 'voc-fcn8s', weights }));
      await assert.rejects(open('voc-fcn8s', { network: 'voc-fcn32s', weights }));
      await assert.rejects(open(write('net', 'name: "net"'), { weights }));
      await assert.rejects(open(write('w', narrowCaffeModel('voc-fcn8s')), { weights }));
    }
    assert.ok(openFiles() <= before + 1);
  });
});
