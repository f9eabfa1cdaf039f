import assert from 'node:assert/strict';
import { createNetwork } from '../../src/models/create-network.js';
import { parseNetworkSpec, SpecError, type NetworkSpec } from '../../src/models/network-spec.js';
import { trace } from '../../src/graph/trace.js';

const SPEC: NetworkSpec = { trunk: 'squeezenet1_1', variant: '8s', classes: 3, geometry: 'same' };

describe('parseNetworkSpec', () => {
  it('fills in the defaults, and reads what it has written', () => {
    const complete = parseNetworkSpec(SPEC);
    assert.deepEqual(complete, {
      ...SPEC,
      widths: [],
      fc6Squeeze: 128,
      fc6Width: 256,
      fc7Width: 256,
      dropout: 0.5,
      upsampling: 'learned',
      upsamplingLayout: 'dense',
      scoreInit: 'zero',
    });
    assert.deepEqual(parseNetworkSpec(JSON.parse(JSON.stringify(complete))), complete);
    const vgg = parseNetworkSpec({ ...SPEC, trunk: 'vgg16' });
    assert.deepEqual(
      [vgg.widths, vgg.fc6Squeeze, vgg.fc7Width],
      [[64, 128, 256, 512, 512], 0, 4096],
    );
  });

  const wrong: readonly [string, unknown][] = [
    ['object', null],
    ['object', [SPEC]],
    ['trunk', { ...SPEC, trunk: 'resnet' }],
    ['variant', { ...SPEC, variant: '4s' }],
    ['classes', { ...SPEC, classes: 0 }],
    ['classes', { ...SPEC, classes: 2.5 }],
    ['classes', { ...SPEC, classes: '3' }],
    ['classes', { ...SPEC, classes: 1e9 }],
    ['geometry', { trunk: 'vgg16', variant: '8s', classes: 3 }],
    ['widths', { ...SPEC, widths: [1] }],
    ['widths', { ...SPEC, trunk: 'vgg16', widths: [1, 2, 3, 4] }],
    ['widths', { ...SPEC, trunk: 'vgg16', widths: [1, 2, 3, 4, 'x'] }],
    ['fc6Squeeze', { ...SPEC, fc6Squeeze: -1 }],
    ['dropout', { ...SPEC, dropout: 1 }],
    ['dropout', { ...SPEC, dropout: NaN }],
    ['upsampling', { ...SPEC, upsampling: 'none' }],
    ['unknown field colour', { ...SPEC, colour: 1 }],
  ];
  for (const [part, value] of wrong) {
    it(`refuses ${JSON.stringify(value)}: ${part}`, () => {
      assert.throws(
        () => parseNetworkSpec(value),
        (error) => {
          assert(error instanceof SpecError);
          assert.match(error.message, new RegExp(part));
          return true;
        },
      );
    });
  }
});

describe('createNetwork', () => {
  it('the embedded model fits into 3 MB of float16', () => {
    const { parameters } = trace(createNetwork(null, SPEC), [1, 3, 224, 224]);
    const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    assert(2 * count < 3e6, String(count));
  });

  it('names layers as the paper does, in every variant', () => {
    const layers = (variant: NetworkSpec['variant']): string[] => {
      const names = [
        ...createNetwork(null, { ...SPEC, variant })
          .parameters()
          .keys(),
      ];
      return names
        .filter((name) => /^(?:up|sc).*weight$/.test(name))
        .map((name) => name.slice(0, -7));
    };
    assert.deepEqual(layers('32s'), ['score_fr', 'upscore']);
    assert.deepEqual(layers('16s'), ['score_fr', 'upscore2', 'score_pool4', 'upscore16']);
    const eight = ['upscore2', 'score_pool4', 'upscore_pool4', 'score_pool3', 'upscore8'];
    assert.deepEqual(layers('8s'), ['score_fr', ...eight]);
    const scaled = [
      'upscore2',
      'scale_pool4',
      'score_pool4',
      'upscore_pool4',
      'scale_pool3',
      'score_pool3',
      'upscore8',
    ];
    assert.deepEqual(layers('8s-atonce'), ['score_fr', ...scaled]);
  });

  it('upsampling can be grouped and fixed', () => {
    const spec = { ...SPEC, upsamplingLayout: 'grouped', upsampling: 'fixed' } as const;
    const weight = createNetwork(null, spec).parameters().get('upscore8.weight');
    assert.deepEqual([weight?.shape, weight?.requiresGrad], [[3, 1, 15, 15], false]);
  });

  it('fc6 can do without its squeeze', () => {
    const names = createNetwork(null, { ...SPEC, fc6Squeeze: 0, fc6Width: 32 }).parameters();
    assert.deepEqual(names.get('fc6.weight')?.shape, [32, 512, 3, 3]);
    assert(!names.has('fc6_squeeze.weight'));
  });
});
