import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInProcess } from '../cli/in-process.js';
import { pngPicture } from '../segment/pictures.js';
import { smallModel } from '../segment/small-model.js';
import { narrowCaffeModel } from '../support/narrow-caffemodel.js';
import { withEnvironment } from '../support/with-environment.js';

const folder = mkdtempSync(join(tmpdir(), 'fcn-doors-'));
const at = (name: string): string => join(folder, name);
const fixtureAt = (file: string): string =>
  fileURLToPath(new URL(`../../fixtures/${file}`, import.meta.url));

const SIZE = ['--size', '40x40'] as const;

/** Every command that takes a network or weights, with the source in its place. */
const COMMANDS = {
  segment: (source) => ['segment', at('photo.png'), '--model', source, '-o', at('out')],
  run: (source) => ['run', '--net', source, '-i', at('photo.png')],
  inspect: (source) => ['inspect', source, ...SIZE],
  'convert a network': (source) => ['convert', source, at('o.onnx'), ...SIZE],
  'convert weights': (source) => ['convert', source, at('o.npz')],
  'diff as files': (source) => ['diff', source, source, ...SIZE],
  'diff as networks': (source) => ['diff', source, source, '--network', ...SIZE],
  pack: (source) => ['pack', source, '-o', at('packed'), ...SIZE],
  eval: (source) => ['eval', '--model', source, '--data', at('data')],
  heatmap: (source) => ['heatmap', at('photo.png'), '--model', source, '-o', at('heat.png')],
  verify: (source) => ['verify', '--weights', source],
} as const satisfies Record<string, (source: string) => readonly string[]>;

type Command = keyof typeof COMMANDS;
const EVERY_COMMAND = Object.keys(COMMANDS) as Command[];

/** Exit code, and a pattern of the line on stderr after the name of the source. */
type Verdict = readonly [code: number, words: RegExp];

const DONE: Verdict = [0, /^$/];
const UNKNOWN_CLASSIFIER: Verdict = [
  3,
  /^model refused: SOURCE: not the weights of SqueezeNet 1\.0 \((missing|unexpected) [^ ]+\)$/,
];
const NOT_PACKED: Verdict = [
  3,
  /^model refused: .*: only model files of this library can be packed$/,
];
const NO_PREPROCESSING: Verdict = [
  2,
  /^SOURCE: the file does not state how a photo becomes its input; say it by --preprocess, or name/,
];
const NO_WEIGHTS: Verdict = [2, /^SOURCE: missing weights \([^()]+\); give a file by --weights/];
const NOT_WEIGHTS: Verdict = [2, /^SOURCE: missing weights \(got a Caffe prototxt\)$/];
const NO_PHOTOS: Verdict = [1, /^dataset: empty list .*val\.txt/];

const refusedBy = (words: RegExp, but: Partial<Record<Command, Verdict>> = {}): Expectation => ({
  usual: [3, words],
  but,
});

interface Expectation {
  /** Verdict of every command that is not listed in `but`. */
  readonly usual: Verdict;
  readonly but?: Partial<Record<Command, Verdict>>;
}

/** The words about a file that is no network. */
const notANetwork = (got: string): RegExp =>
  new RegExp(
    `^model refused: SOURCE: not a network \\(got ${got}, expected a model file, an ONNX file, a prototxt or weights\\)$`,
  );

const NOT_A_LABEL_MAP: Verdict = [3, /^model refused: SOURCE: not a label map: .*$/];

const SOURCES: readonly (readonly [what: string, source: string, expected: Expectation])[] = [
  [
    'the name of the embedded model',
    'fcn8s-squeezenet-pets',
    { usual: DONE, but: { eval: NO_PHOTOS, heatmap: UNKNOWN_CLASSIFIER } },
  ],
  [
    'a model file',
    at('small.safetensors'),
    { usual: DONE, but: { eval: NO_PHOTOS, heatmap: UNKNOWN_CLASSIFIER } },
  ],
  [
    'an ONNX file',
    fixtureAt('onnx/fcn-narrow-12.onnx'),
    {
      usual: DONE,
      but: {
        ...{ segment: NO_PREPROCESSING, eval: NO_PREPROCESSING, verify: NO_PREPROCESSING },
        run: [2, /^--input .*photo\.png: .*--preprocess/],
        ...{ pack: NOT_PACKED, heatmap: UNKNOWN_CLASSIFIER },
      },
    },
  ],
  [
    'a prototxt alone',
    fixtureAt('caffe/tiny.prototxt'),
    {
      usual: NO_WEIGHTS,
      but: {
        ...{ inspect: DONE, 'diff as files': DONE, 'diff as networks': DONE, pack: NOT_PACKED },
        ...{ 'convert weights': NOT_WEIGHTS, heatmap: NOT_WEIGHTS },
      },
    },
  ],
  [
    'weights of a published network',
    at('w.caffemodel'),
    {
      usual: DONE,
      but: { pack: NOT_PACKED, eval: NO_PHOTOS, heatmap: UNKNOWN_CLASSIFIER },
    },
  ],
  [
    'the name of a network without published weights',
    'fcn8s-squeezenet',
    {
      usual: NO_WEIGHTS,
      but: {
        ...{ inspect: DONE, 'diff as files': DONE, 'diff as networks': DONE, pack: NOT_PACKED },
      },
    },
  ],
  [
    'the name of weights that are not in the cache',
    'voc-fcn16s',
    {
      usual: [
        3,
        /^model refused: SOURCE: weights not downloaded; run "fcn download SOURCE"(, or give .*)?$/,
      ],
      but: {
        ...{ inspect: DONE, 'diff as files': DONE, 'diff as networks': DONE, pack: NOT_PACKED },
      },
    },
  ],
  [
    'a misspelt name',
    'voc-fnc8s',
    { usual: [2, /^SOURCE: no file and no network has this name; did you mean voc-fcn8s\?$/] },
  ],
  [
    'an unknown name',
    'unet',
    {
      usual: [
        2,
        /^SOURCE: no file and no network has this name; fcn models lists the published networks$/,
      ],
    },
  ],
  ['a path to nothing', at('nowhere/net.onnx'), { usual: [2, /^SOURCE: no such file$/] }],
  [
    'an address that answers 404',
    'URL',
    { usual: [2, /^SOURCE: the server answers 404 Not Found$/] },
  ],
  ['a Markdown file', at('notes.md'), refusedBy(notANetwork('text'))],
  ['an empty file', at('empty'), refusedBy(notANetwork('an empty file'))],
  ['an HTML page', at('page.caffemodel'), refusedBy(notANetwork('an HTML page'))],
  [
    'a picture',
    at('photo.png'),
    refusedBy(notANetwork('a PNG picture'), {
      ...{ 'diff as files': NOT_A_LABEL_MAP, 'diff as networks': NOT_A_LABEL_MAP },
    }),
  ],
  [
    'a folder',
    at('data'),
    refusedBy(/^model refused: SOURCE: not a network \(got a folder, expected a file\)$/),
  ],
  [
    'a truncated model file',
    at('cut.safetensors'),
    refusedBy(
      /^model refused: SOURCE: ends early \(got \d+ bytes, expected \d+\) \(at byte \d+\)$/,
    ),
  ],
];

function writeSources(): void {
  mkdirSync(at('data/images'), { recursive: true });
  mkdirSync(at('data/labels'));
  writeFileSync(at('data/val.txt'), '');
  writeFileSync(at('photo.png'), pngPicture(40, 30));
  writeFileSync(at('notes.md'), '# A network\n\nIt segments photos.\n');
  writeFileSync(at('empty'), '');
  writeFileSync(at('page.caffemodel'), '<!DOCTYPE html><html><body>Not found</body></html>');
  writeFileSync(at('small.safetensors'), smallModel());
  writeFileSync(at('cut.safetensors'), smallModel().subarray(0, 5000));
  writeFileSync(at('w.caffemodel'), narrowCaffeModel('voc-fcn8s'));
}

describe('every command, given', function () {
  this.timeout(60_000);
  let server: Server;
  let address: string;

  before(async () => {
    writeSources();
    server = createServer((_, response) => response.writeHead(404).end('Not found'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/net.onnx`;
  });

  after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [what, named, { usual, but = {} }] of SOURCES) {
    it(`${what}: the same verdict and the same words`, async () => {
      const source = named === 'URL' ? address : named;
      await withEnvironment({ FCN_HOME: at('cache') }, async () => {
        for (const command of EVERY_COMMAND) {
          const [code, words] = but[command] ?? usual;
          const run = await runInProcess(...COMMANDS[command](source));
          assert.match(run.stderr.replaceAll(source, 'SOURCE'), words, `${command}: ${run.stderr}`);
          assert.equal(run.code, code, `${command}: ${run.stderr}`);
        }
      });
    });
  }
});
