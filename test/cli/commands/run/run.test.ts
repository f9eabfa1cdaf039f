import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { NamedArray } from '../../../../src/core/named-arrays.js';
import { encodePng } from '../../../../src/data/encode-png.js';
import { memorySource } from '../../../../src/io/byte-source.js';
import { readNpy, writeNpy } from '../../../../src/io/npy.js';
import { readNpz, writeNpz } from '../../../../src/io/npz.js';
import { readSafetensors } from '../../../../src/io/safetensors.js';
import { SMALL, smallModel } from '../../../segment/small-model.js';
import { fixture } from '../../../support/fixtures.js';
import { readNpz as readGolden } from '../../../support/npz.js';
import { sharedFile } from '../../../support/shared.js';
import { runInProcess } from '../../in-process.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder } from '../../run-cli.js';

/** The parts of the JSON line that tests look at. */
interface JsonLine {
  readonly engine: string;
  readonly notes: readonly string[];
  readonly blobs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly comparison?: readonly {
    readonly name: string;
    readonly relative: number;
    readonly within: boolean;
    readonly reason: string;
  }[];
  readonly firstBeyond?: string | null;
}

const pathOf = (file: string): string =>
  fileURLToPath(new URL(`../../../../fixtures/${file}`, import.meta.url));

const TINY = [
  ...['--net', pathOf('caffe/tiny.prototxt')],
  ...['--weights', pathOf('caffe/tiny.caffemodel')],
];

function ramp(shape: readonly number[], label = false): NamedArray {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return {
    shape,
    data: Float32Array.from({ length: count }, (_, i) =>
      label ? i % 4 : ((i * 37) % 101) / 10 - 5,
    ),
  };
}

describe('fcn run', function () {
  this.timeout(120_000);
  const folder = scratchFolder();
  const at = (name: string): string => join(folder.path, name);

  async function obeyed(code: number, ...args: readonly string[]): Promise<JsonLine> {
    const run = await runInProcess('run', '--json', ...args);
    assert.equal(run.code, code, run.stderr);
    return JSON.parse(run.stdout) as JsonLine;
  }

  function writeTinyInputs(): string[] {
    const inputs = new Map([
      ['data', ramp([2, 2, 9, 8])],
      ['label', ramp([2, 1, 9, 8], true)],
    ]);
    writeFileSync(at('in.npz'), Buffer.concat(writeNpz(inputs)));
    writeFileSync(at('label.npy'), writeNpy(ramp([2, 1, 9, 8], true)));
    return ['-i', `data=${at('in.npz')}:data`, '-i', `label=${at('label.npy')}`];
  }

  it('computes every blob, the same to rounding in float64, and compares in their order', async () => {
    const args = [...TINY, ...writeTinyInputs()];
    const exact = await obeyed(0, ...args, '--out', at('exact.npz'));
    assert.deepEqual(
      exact.blobs.map(({ name, shape }) => [name, shape]),
      [
        ['data', [2, 2, 9, 8]],
        ['label', [2, 1, 9, 8]],
        ['c1', [2, 3, 9, 8]],
        ['c2', [2, 4, 9, 8]],
        ['loss', [1]],
      ],
    );
    const double = await obeyed(0, ...args, '--mode', 'float64', '--compare', at('exact.npz'));
    assert.equal(double.engine, 'eager, float64');
    assert.deepEqual(
      double.comparison?.map(({ name }) => name),
      ['data', 'label', 'c1', 'c2', 'loss'],
    );
    const worst = Math.max(...(double.comparison ?? []).map(({ relative }) => relative));
    assert.ok(worst > 0 && worst < 1e-6, String(worst));
  });

  it('names the first blob that is off, and says so to the shell', async () => {
    const args = [...TINY, ...writeTinyInputs()];
    await obeyed(0, ...args, '--out', at('exact.npz'));
    const blobs = new Map(readNpz(memorySource(readFileSync(at('exact.npz')), 'exact')));
    for (const name of ['loss', 'c1']) {
      const { shape, data } = blobs.get(name) ?? assert.fail(name);
      const moved = Float32Array.from(data as Float32Array);
      moved[0] += 1;
      blobs.set(name, { shape, data: moved });
    }
    blobs.set('c3', ramp([1]));
    writeFileSync(at('off.npz'), Buffer.concat(writeNpz(blobs)));
    const compare = ['--compare', at('off.npz')];
    const { comparison, firstBeyond } = await obeyed(1, ...args, ...compare);
    assert.equal(firstBeyond, 'c1');
    assert.deepEqual(
      comparison?.filter(({ within }) => !within).map(({ name, reason }) => [name, reason]),
      [
        ['c1', ''],
        ['loss', ''],
        ['c3', 'the network has no such blob'],
      ],
    );
    await obeyed(0, ...args, ...compare, '--blobs', 'data,c2');
    await obeyed(0, ...args, ...compare, '--blobs', 'c1', '--tolerance', '10');
    const { stdout, stderr } = await runCli(folder.path, 'run', ...args, ...compare);
    assert.match(stdout, /^.*tiny\.prototxt: eager, exact\n\nblob +absolute +relative +ulp +at\n/);
    assert.match(stdout, /\nc1 +1\.00e\+0 .* 0 +beyond\n/);
    assert.equal(stderr, 'fcn: c1 is the first blob beyond the tolerance, 0.00001\n');
  });

  it('runs a plan where only outputs are wanted: exact gives the bits of the ops', async () => {
    writeFileSync(at('m.safetensors'), smallModel());
    writeFileSync(at('x.npy'), writeNpy(ramp([2, 3, 33, 40])));
    const args = ['--net', at('m.safetensors'), '-i', at('x.npy')];
    const eager = await obeyed(0, ...args, '--blobs', 'fc7,score', '--out', at('eager.npz'));
    const exact = await obeyed(
      0,
      ...args,
      '--blobs',
      'score',
      '--out',
      at('exact.npy'),
      '--threads',
      '2',
    );
    const fast = await obeyed(0, ...args, '--mode', 'fast', '--compare', at('eager.npz'));
    assert.deepEqual(
      [eager, exact, fast].map(({ engine }) => engine),
      ['eager, exact', 'plan, exact', 'plan, fast'],
    );
    assert.deepEqual(
      fast.comparison?.map(({ name }) => name),
      ['score'],
    );
    const blobs = readNpz(memorySource(readFileSync(at('eager.npz')), 'eager'));
    const alone = readNpy(memorySource(readFileSync(at('exact.npy')), 'exact'));
    assert.deepEqual(blobs.get('score'), alone);
  });

  it('takes pictures as the model does', async () => {
    writeFileSync(at('m.safetensors'), smallModel());
    const data = Uint8Array.from({ length: 3 * 20 * 30 }, (_, i) => (i * 7) % 256);
    writeFileSync(at('p.png'), encodePng({ width: 30, height: 20, data }));
    await obeyed(
      0,
      '--net',
      at('m.safetensors'),
      '-i',
      `data=${at('p.png')}`,
      '--blobs',
      'data',
      '--out',
      at('d.npy'),
    );
    const { data: input } = readNpy(memorySource(readFileSync(at('d.npy')), 'd'));
    const [blue] = SMALL.input.mean ?? [];
    assert.equal(input[0], data[2] - blue);
  });

  it('computes ONNX files as PyTorch does', async () => {
    const golden = readSafetensors(fixture('onnx/fcn-narrow.safetensors'), 'golden').arrays;
    const take = (key: string): NamedArray => golden.get(key) ?? assert.fail(key);
    writeFileSync(at('x.npy'), writeNpy(take('0/input')));
    const expected = new Map(['out', 'aux'].map((name) => [name, take(`0/${name}`)]));
    writeFileSync(at('golden.npz'), Buffer.concat(writeNpz(expected)));
    const { comparison } = await obeyed(
      0,
      ...[
        '--net',
        pathOf('onnx/fcn-narrow-12.onnx'),
        '-i',
        at('x.npy'),
        '--compare',
        at('golden.npz'),
      ],
    );
    assert.deepEqual(
      comparison?.map(({ within }) => within),
      [true, true],
    );
  });

  it('refuses what it cannot do, and says why', async () => {
    const args = ['run', ...TINY, ...writeTinyInputs()];
    const [net, weights] = [TINY.slice(0, 2), TINY.slice(2)];
    const data = ['-i', args[6]];
    const cases: [code: number, reason: RegExp, args: readonly string[]][] = [
      [2, /--input label is missing: the network takes data, label/, ['run', ...TINY, ...data]],
      [2, /--input data is given twice/, [...args, ...data]],
      [2, /--input x=y: one of data, label is expected/, [...args, '-i', 'x=y']],
      [
        2,
        /tiny\.prototxt: missing weights \(4 parameters\); give a file by --weights/,
        ['run', ...net, ...data],
      ],
      [
        2,
        /unet: no file and no network has this name/,
        ['run', '--net', 'unet', ...weights, ...data],
      ],
      [
        2,
        /--out a\.txt: unexpected ending \(expected \.npz or \.npy\)/,
        [...args, '--out', 'a.txt'],
      ],
      [2, /an \.npy file holds one blob/, [...args, '--out', 'a.npy']],
      [
        2,
        /--blobs: unknown blob c9 \(expected data, label, c1, c2, loss\)/,
        [...args, '--blobs', 'c9'],
      ],
      [2, /It must be a number ≥ 0/, [...args, '--tolerance', '-1']],
      [
        2,
        /absent: no file and no network has this name/,
        ['run', ...net, '--weights', 'absent', ...args.slice(5)],
      ],
      [
        3,
        /missing weights of c1\.weight, c1\.bias/,
        ['run', ...net, '--weights', pathOf('weights/zip.pth'), ...args.slice(5)],
      ],
    ];
    for (const [code, reason, line] of cases) {
      const refused = await refusal(...line);
      assert.match(refused.message, reason);
      assert.equal(refused.code, code, refused.message);
    }
    writeFileSync(at('wrong.npy'), writeNpy(ramp([1, 3, 9, 8])));
    const wrong = await refusal('run', ...TINY, '-i', `data=${at('wrong.npy')}`, ...args.slice(7));
    assert.match(
      wrong.message,
      /^input data: unexpected shape \(got \[1, 3, 9, 8\], expected \[any, 2, any, any\]\)$/,
    );
  });

  it('computes what Caffe does, blob by blob, and as a plan', async function () {
    const nets = sharedFile(this, 'golden/caffe/nets');
    for (const [id, size, inputs] of [
      ['voc-fcn8s-atonce', '37x53', 1],
      ['nyud-fcn32s-color-hha', '37x53', 2],
    ] as const) {
      const net = join(nets, id);
      const packed = join(net, 'weights.caffemodel.gz');
      writeFileSync(
        at('w.caffemodel'),
        existsSync(packed)
          ? gunzipSync(readFileSync(packed))
          : readFileSync(join(net, 'weights.caffemodel')),
      );
      const stored = join(net, `blobs_${size}.npz`);
      const names = inputs === 1 ? ['data'] : ['color', 'hha'];
      const args = ['--net', join(net, 'deploy.prototxt'), '--weights', at('w.caffemodel')];
      args.push(...names.flatMap((name) => ['-i', `${name}=${stored}`]), '--compare', stored);
      // Of maps that are large, the goldens hold some channels only.
      const whole = [...readGolden(stored)].filter(([, { shape }]) => shape[1] !== 5);
      const blobs = whole.map(([name]) => name).join(',');
      const { comparison } = await obeyed(0, ...args, '--blobs', blobs);
      assert.equal(comparison?.length, whole.length);
      const fast = await obeyed(0, ...args, '--mode', 'fast');
      assert.equal(fast.engine, 'plan, fast');
    }
    assert.equal(readdirSync(nets).length, 11);
  });
});
