import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FcnError } from '../../../src/core/errors.js';
import { numel } from '../../../src/core/shape.js';
import { buildCaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { defineNetwork } from '../../../src/formats/caffe/definitions/official.js';
import { DEFINED_NETWORKS } from '../../../src/models/paper/official.js';
import { trace } from '../../../src/graph/trace.js';
import { memorySource } from '../../../src/io/byte-source.js';
import { writeBinary } from '../../../src/io/caffe/binary-format.js';
import type { CaffeMessage } from '../../../src/io/caffe/message.js';
import { printTextFormat } from '../../../src/io/caffe/print-text.js';
import { readCaffeModel, readNetText } from '../../../src/io/caffe/read-files.js';
import type { Origin } from '../../../src/tensor/origin.js';
import { readPrototxt } from '../../support/caffe-files.js';
import { sharedFile } from '../../support/shared.js';

/** Parameters of each network: without upsampling, and all in its file (fcn-facts, counted there). */
const PARAMETERS: Readonly<Record<string, readonly [learned: number, all: number]>> = {
  'voc-fcn32s': [134_346_581, 136_152_917],
  'voc-fcn16s': [134_357_354, 134_815_994],
  'voc-fcn8s': [134_362_751, 134_489_759],
  'voc-fcn8s-atonce': [134_362_751 + 768, 134_490_527],
  'voc-fcn-alexnet': [56_954_261, 58_704_590],
  'pascalcontext-fcn32s': [134_506_364, 149_251_964],
  'pascalcontext-fcn16s': [134_537_144, 138_281_144],
  'pascalcontext-fcn8s': [134_552_564, 135_589_364],
  'siftflow-fcn32s': [134_408_036, 138_905_444],
  'siftflow-fcn16s': [134_426_504, 135_568_424],
  'siftflow-fcn8s': [134_435_756, 134_751_980],
  'nyud-fcn32s-color': [134_424_424, 140_978_024],
  'nyud-fcn32s-hha': [134_424_424, 140_978_024],
  'nyud-fcn32s-color-d': [134_425_000, 140_978_600],
  'nyud-fcn32s-color-hha': [268_848_848, 275_402_448],
  'ours-fcn-googlenet': [5_995_077, 5_995_077 + 21 * 21 * 63 * 63],
};

const dry = { backend: null, rng: null };
const layersOf = (net: CaffeMessage, without: readonly string[]): string[] =>
  net
    .messages('layer')
    .filter((layer) => !without.includes(layer.text('type')))
    .map((layer) => printTextFormat(withoutDefaults(layer)));

/** A layer without what says the default, as the official files do here and there. */
function withoutDefaults(layer: CaffeMessage): CaffeMessage {
  const plain = layer.copy();
  for (const [field, name, value] of [
    ['convolution_param', 'stride', 1],
    ['convolution_param', 'pad', 0],
    ['convolution_param', 'group', 1],
  ] as const) {
    if (!plain.has(field)) continue;
    const param = plain.message(field).copy();
    if (param.number(name, NaN) === value) param.delete(name);
    plain.set(field, param);
  }
  return plain;
}

function withoutSpecs(layer: string): string {
  return layer.replace(/^param \{[^}]*\}\n/gm, '');
}

describe('the definitions of the published networks', () => {
  it('have as many parameters as the files that were published', () => {
    assert.deepEqual(Object.keys(PARAMETERS), DEFINED_NETWORKS);
    for (const name of DEFINED_NETWORKS) {
      const { network } = buildCaffeNetwork(defineNetwork(name), { maker: dry });
      let all = 0;
      let learned = 0;
      for (const [parameter, { shape }] of network.parameters()) {
        all += numel(shape);
        if (!parameter.startsWith('upscore')) learned += numel(shape);
      }
      assert.deepEqual([learned, all], PARAMETERS[name], name);
    }
  });

  it('give scores of the image’s size, by name', () => {
    for (const name of DEFINED_NETWORKS) {
      const { network, shapes } = buildCaffeNetwork(defineNetwork(name, { size: [91, 130] }), {
        maker: dry,
      });
      const sift = name.startsWith('siftflow');
      assert.deepEqual(network.outputs, sift ? ['score_sem', 'score_geo'] : ['score'], name);
      for (const output of network.outputs) {
        assert.deepEqual(shapes.get(output)?.slice(2), [91, 130], name);
      }
    }
  });

  it('at narrow width are layer by layer those that Caffe computed the goldens with', function () {
    const root = sharedFile(this, 'golden/caffe/nets');
    let compared = 0;
    for (const name of DEFINED_NETWORKS) {
      const file = join(root, name, 'deploy.prototxt');
      if (!existsSync(file)) continue; // kept for evaluation
      const manifest = JSON.parse(readFileSync(join(root, name, 'manifest.json'), 'utf8')) as {
        readonly params: Readonly<Record<string, readonly (readonly number[])[]>>;
      };
      const filters = Object.entries(manifest.params)
        .filter(([layer]) => /^(conv|fc)/.test(layer))
        .map(([, [[count]]]) => count);
      const narrow = defineNetwork(name, {
        width: () => filters.shift() ?? assert.fail('more layers than the golden has'),
        size: [64, 48],
      });
      const official = readPrototxt(file);
      assert.deepEqual(layersOf(narrow, []).map(withoutSpecs), layersOf(official, []), name);
      compared++;
    }
    assert.equal(compared, 11);
  });

  it('while learning are layer by layer the official files, but for where data come from', function () {
    for (const [name, file] of [
      ['voc-fcn8s', 'train.prototxt'],
      ['voc-fcn8s', 'val.prototxt'],
      ['siftflow-fcn16s', 'trainval.prototxt'],
    ]) {
      const official = readPrototxt(sharedFile(this, `data/prototxt/${name}/${file}`));
      const own = defineNetwork(name, { purpose: 'training' });
      assert.deepEqual(layersOf(own, ['Input']), layersOf(official, ['Python']), `${name} ${file}`);
      const net = buildCaffeNetwork(official, {
        maker: dry,
        size: [64, 64],
        state: { phase: 'TRAIN' },
      });
      assert.ok([...net.lossWeights.keys()].every((loss) => net.network.outputs.includes(loss)));
    }
  });

  it('are read back as they were written, from text and from binary, to the same graph', () => {
    const graphOf = (net: CaffeMessage): unknown => {
      const { network, inputShapes } = buildCaffeNetwork(net, { maker: dry });
      const named = (nodes: readonly Origin[]) => nodes.map((node) => node.name);
      const { nodes, inputs, outputs } = trace(network, inputShapes);
      return {
        nodes: nodes.map(({ name, op, attrs, shape, inputs: operands }) => ({
          ...{ name, op, attrs, shape },
          operands: named(operands),
        })),
        ends: [named(inputs), named(outputs)],
      };
    };
    for (const name of DEFINED_NETWORKS) {
      for (const purpose of ['deploy', 'training'] as const) {
        const net = defineNetwork(name, { purpose, size: [64, 64] });
        const text = printTextFormat(net);
        const fromText = readNetText(Buffer.from(text), name);
        const bytes = writeBinary(net).toBytes();
        const { net: fromBinary } = readCaffeModel(memorySource(bytes, name));
        assert.notEqual(fromText, net);
        assert.ok(text.length > 1000, name);
        for (const again of [fromText, fromBinary]) {
          assert.equal(printTextFormat(again), text, name);
          assert.deepEqual(graphOf(again), graphOf(net), name);
        }
        assert.deepEqual(writeBinary(fromText).toBytes(), bytes, name);
      }
    }
  });

  it('have no others', () => {
    assert.throws(() => defineNetwork('voc-fcn4s'), FcnError);
  });
});
