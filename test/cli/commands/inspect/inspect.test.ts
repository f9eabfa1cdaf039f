import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWasmBackend } from '../../../../src/backend/wasm/index.js';
import { createNetwork } from '../../../../src/models/create-network.js';
import { compile } from '../../../../src/plan/compile.js';
import type { Inspection } from '../../../../src/plan/inspection.js';
import { SMALL, smallModel, smallWeights } from '../../../segment/small-model.js';
import { sharedFile } from '../../../support/shared.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder } from '../../run-cli.js';

interface JsonLine extends Inspection {
  readonly model: string;
}

async function inspected(folder: string, ...args: readonly string[]): Promise<JsonLine> {
  const { code, stdout, stderr } = await runCli(folder, 'inspect', '--json', ...args);
  assert.deepEqual([code, stderr], [0, '']);
  return JSON.parse(stdout) as JsonLine;
}

/** Fails unless tags nest and attributes are quoted, as far as this library's drawings go. */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  const rest = svg.replaceAll(/<(\/?)([a-zA-Z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g, (...match) => {
    const [, closing, name, , single] = match as string[];
    if (closing) assert.equal(open.pop(), name);
    else if (!single) open.push(name);
    return '';
  });
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]|&(?!(amp|lt|gt|quot);)/);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
}

describe('fcn inspect', () => {
  const folder = scratchFolder();

  it('knows the published FCN-8s without weights', async () => {
    const svg = join(folder.path, 'fcn8s.svg');
    const { layers, ...all } = await inspected(
      folder.path,
      ...['voc-fcn8s', '--size', '500x500', '--svg', svg],
    );
    assert.equal(all.model, 'voc-fcn8s');
    assert.equal(all.parameters, 134_489_759);
    assert.equal((all.macs / 1e9).toFixed(2), '181.53');
    // fc6 by F(2×2,7×7), five layers of one shape by F(4×4,3×3), and fc7 as it is.
    const packed = 512 * 4096 * 64 + 5 * 512 * 512 * 36 + 4096 * 4096;
    assert.ok(all.weightBytes > 4 * packed && all.weightBytes < 4.6 * packed);
    assert.deepEqual(all.outputShape, [1, 21, 500, 500]);
    const layer = new Map(layers.map((one) => [one.name, one]));
    const extents = ['conv1_1', 'conv1_2', 'conv2_2', 'conv3_3', 'conv4_3', 'conv5_3', 'fc6'];
    assert.deepEqual(
      [...extents, 'upscore2', 'upscore_pool4', 'upscore8'].map((n) => layer.get(n)?.shape[2]),
      [698, 349, 175, 88, 44, 22, 16, 34, 70, 568],
    );
    const fc6 = layer.get('fc6');
    assert.deepEqual([fc6?.receptiveField, fc6?.stride], [404, 32]);
    assert.equal(fc6?.parameters, 102_764_544);
    assert.equal(layer.get('upscore8')?.algorithm, 'diagonal');
    const shares = layers.reduce((sum, { timeShare }) => sum + timeShare, 0);
    assert.ok(Math.abs(shares - 1) < 1e-9);
    assert.equal(Math.max(...all.arena.map(({ offset, bytes }) => offset + bytes)), all.arenaBytes);

    const drawing = await readFile(svg, 'utf8');
    assertWellFormed(drawing);
    for (const name of ['conv4_1–3', 'score_pool3', 'upscore8', 'a unit of fc7 sees 404²']) {
      assert.ok(drawing.includes(`>${name}<`), name);
    }
  });

  it('knows every network of the zoo, our own, and the embedded model by name', async () => {
    const { openNetwork } = await import('../../../../src/open/open-network.js');
    const { recognisable } = await import('../../../../src/open/recognisable.js');
    const { NETWORK_NAMES: names } = await import('../../../../src/open/known-names.js');
    const { trace } = await import('../../../../src/graph/trace.js');
    const { PUBLISHED_NETWORKS } = await import('../../../../src/formats/published/build.js');
    const { ZOO } = await import('../../../../src/zoo/catalogue.js');
    for (const { name } of ZOO) assert.ok(names.includes(name), name);
    for (const name of PUBLISHED_NETWORKS) assert.ok(names.includes(name), name);
    const ours = ['fcn8s-squeezenet', 'fcn8s-squeezenet-pets'];
    for (const name of [...PUBLISHED_NETWORKS, 'matconvnet-fcn8s-tvg', ...ours]) {
      using opened = await openNetwork(name, { structureOnly: true });
      const { network, shapes } = recognisable(opened, [64, 48]);
      const { outputs } = trace(network, shapes);
      for (const { shape } of outputs) assert.deepEqual(shape.slice(-2), [64, 48], name);
    }
    const { stdout } = await runCli(
      folder.path,
      'inspect',
      'nyud-fcn32s-color-d',
      '--size',
      '32x32',
    );
    assert.match(
      stdout,
      /^nyud-fcn32s-color-d: color 3×32×32, depth 1×32×32 → 40×32×32, mode fast/,
    );
    const resnet = await inspected(folder.path, 'torchvision-fcn-resnet50', '--size', '32x32');
    assert.deepEqual(
      resnet.outputs.map(({ name }) => name),
      ['out', 'aux'],
    );
  });

  it('draws other networks, of other extents', async () => {
    for (const [model, size, block] of [
      ['voc-fcn32s', '1x1', 'upscore'],
      ['voc-fcn-alexnet', '227x300', 'conv3–5'],
      ['fcn8s-squeezenet', '375x500', 'fire6–9'],
    ]) {
      const svg = join(folder.path, `${model}.svg`);
      await inspected(folder.path, model, '--size', size, '--svg', svg);
      const drawing = await readFile(svg, 'utf8');
      assertWellFormed(drawing);
      assert.ok(drawing.includes(`>${block}<`), block);
    }
  });

  it('says of a model file what its plan says, and prints a table', async () => {
    const file = join(folder.path, 'small.safetensors');
    await writeFile(file, smallModel());
    const exact = await inspected(folder.path, file, '--size', '40x56', '--mode', 'exact');
    const backend = await createWasmBackend();
    const network = createNetwork(backend, SMALL.spec);
    const plan = compile(network, [1, 3, 40, 56], { backend, weights: smallWeights() });
    assert.equal(exact.peakBytes, plan.predictedPeakBytes);
    assert.deepEqual(
      exact.layers.map(({ name, offsetBytes, tasks }) => [name, offsetBytes, tasks]),
      plan.layers.map(({ name, offsetBytes, tasks }) => [name, offsetBytes, tasks]),
    );
    const { stdout } = await runCli(folder.path, 'inspect', file, '--size', '40x56');
    assert.match(stdout, /^.*small\.safetensors: 3×40×56 → 3×40×56, mode fast\n\nlayer +computes/);
    assert.match(stdout, /\nconv1_1 +conv, relu +4×40×56 +3 +1 +112 +0\.242/);
    assert.match(stdout, /\n[\d,]+ parameters, 0\.00\d+ GMAC for an image\n/);
  });

  it('shows every description among the shared files, losses and readers of data sets too', async function () {
    const { openNetwork } = await import('../../../../src/open/open-network.js');
    const { recognisable } = await import('../../../../src/open/recognisable.js');
    const { inspectionTable } = await import('../../../../src/draw/inspection-table.js');
    const { inspectNetwork } = await import('../../../../src/plan/inspection.js');
    const wasm = await import('../../../../src/backend/wasm/index.js');
    const backend = await wasm.createWasmBackend({ capacityBytes: 1 });
    let shown = 0;
    for (const root of ['data/prototxt', 'golden/caffe/nets', 'golden/caffe/training']) {
      const path = sharedFile(this, root);
      for (const name of await readdir(path, { recursive: true })) {
        if (!name.endsWith('.prototxt') || name.includes('solver')) continue;
        using opened = await openNetwork(join(path, name), { structureOnly: true });
        const { network, shapes } = recognisable(opened, [64, 64]);
        const inspection = inspectNetwork(network, shapes, { backend, mode: 'exact' });
        const table = inspectionTable(name, inspection);
        const isLearning = /train|val/.test(name);
        if (isLearning) assert.match(table, /softmaxCrossEntropy/, name);
        assert.deepEqual(
          inspection.outputs.map((port) => port.shape.slice(-2)),
          inspection.outputs.map(() =>
            isLearning ? [1] : name.includes('reference') ? [1, 1000] : [64, 64],
          ),
          name,
        );
        shown++;
      }
    }
    // Five published descriptions, eleven networks, six training runs.
    assert.equal(shown, 22);
  });

  it('says which part of a layer is computed for every image', async () => {
    const { stdout } = await runCli(folder.path, 'inspect', 'voc-fcn32s', '--size', '64x64');
    assert.match(stdout, /^conv1_1 .* 95–166 × 95–166: 8 %$/m);
    assert.match(stdout, /^fc7 .* all$/m);
  });

  it('shows an ONNX file, with all that it takes and gives', async () => {
    const file = fileURLToPath(
      new URL('../../../../fixtures/onnx/fcn-narrow-12.onnx', import.meta.url),
    );
    const { inputs, outputs, layers } = await inspected(folder.path, file, '--size', '33x40');
    assert.deepEqual(inputs, [{ name: 'input', shape: [1, 3, 33, 40] }]);
    assert.deepEqual(outputs, [
      { name: 'out', shape: [1, 5, 33, 40] },
      { name: 'aux', shape: [1, 5, 33, 40] },
    ]);
    assert.equal(layers.find(({ name }) => name === '/stem/stem.0/Conv')?.parameters, 1184);
  });

  it('refuses what it does not know', async () => {
    const file = join(folder.path, 'a.txt');
    await writeFile(file, 'A network, said to be VGG');
    const binary = join(folder.path, 'c.bin');
    await writeFile(binary, Uint8Array.of(1, 2, 3));
    const size = ['--size', '10x10'];
    const damaged = join(folder.path, 'b.safetensors');
    await writeFile(damaged, smallModel().subarray(0, 100));
    const [none, folderItself, other, unknown, cut, wrong] = [
      await refusal('inspect', 'voc-fcn9s', ...size),
      await refusal('inspect', folder.path, ...size),
      await refusal('inspect', file, ...size),
      await refusal('inspect', binary, ...size),
      await refusal('inspect', damaged, ...size),
      await refusal('inspect', 'voc-fcn8s', '--size', '10'),
    ];
    assert.deepEqual(
      [none, folderItself, other, unknown, cut, wrong].map(({ code }) => code),
      [2, 3, 3, 3, 3, 2],
    );
    assert.match(
      none.message,
      /voc-fcn9s: no file and no network has this name; did you mean voc-fcn8s\?/,
    );
    assert.match(
      other.message,
      /a\.txt: not a network \(got text, expected a model file, an ONNX file, a prototxt or weights\)$/,
    );
    assert.match(
      unknown.message,
      /c\.bin: not a network \(got a file of an unknown format, expected a model file, /,
    );
    assert.match(cut.message, /b\.safetensors.*byte/);
    assert.match(wrong.message, /height and width, as in 500x375/);
  });
});
