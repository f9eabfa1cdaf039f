import assert from 'node:assert/strict';
import { createRng } from '../../src/core/rng.js';
import { summarize } from '../../src/graph/summary.js';
import { trace } from '../../src/graph/trace.js';
import { createNetwork } from '../../src/models/create-network.js';
import { add } from '../../src/ops/add.js';
import { crop } from '../../src/ops/crop.js';
import { linear } from '../../src/ops/linear.js';
import { relu } from '../../src/ops/relu.js';
import { describeLayers } from '../../src/plan/describe.js';
import { lower } from '../../src/plan/layers/lower.js';
import { optimize } from '../../src/plan/layers/passes/index.js';
import { reference32 } from '../support/backends.js';
import { NETWORKS } from './networks.js';
import { planOf } from './layers/passes/small-plan.js';

describe('describing layers', () => {
  it('counts the same products as the graph, fused or not', () => {
    for (const { spec, H, W } of Object.values(NETWORKS)) {
      const mark = reference32.mark();
      const network = createNetwork(reference32, spec, { rng: createRng(1) });
      const graph = trace(network, [1, 3, H, W]);
      const list = lower(graph, network.parameters());
      const expected = summarize(graph).flatMap(({ name, macs }) =>
        macs > 0 ? [[name, macs]] : [],
      );
      for (const { layers } of [list, optimize(list, 'exact')]) {
        const rows = describeLayers(layers).flatMap(({ name, macs }) =>
          macs > 0 ? [[name, macs]] : [],
        );
        assert.deepEqual(rows, expected);
      }
      reference32.release(mark);
    }
  });

  it('counts the products of linear layers', () => {
    const [row] = describeLayers(planOf((x, w) => linear(x, w('w', 5, 72))).layers);
    assert.deepEqual([row.kind, row.macs, row.offset], ['linear', 360, null]);
  });

  it('lists fused layers and the offset of the result', () => {
    const { spec } = NETWORKS['FCN-8s of VGG16, pad 100'];
    const network = createNetwork(reference32, spec, { rng: createRng(1) });
    const plan = lower(trace(network, [1, 3, 30, 30]), network.parameters());
    const { layers } = optimize(plan, 'exact');
    const rows = describeLayers(layers, new Map([[layers[1].output, 128]]));
    assert.deepEqual(rows[1], {
      name: 'conv1_2',
      kind: 'conv',
      shape: [1, 4, 114, 114],
      macs: 228 * 228 * 4 * 4 * 9,
      notes: ['relu', 'maxPool 2×2'],
      offset: 128,
    });
    const notes = new Map(rows.map(({ name, notes }) => [name, notes]));
    assert.deepEqual(notes.get('fuse_pool4'), ['score_pool4 from 5, 5']);
    assert.deepEqual(notes.get('upscore2'), ['diagonal', 'separable']);
    assert.deepEqual(notes.get('fc7'), ['relu']);
    assert.deepEqual(notes.get('score_fr'), []);
  });

  it('names the input of each crop in a sum', () => {
    const plan = planOf((x) => relu(add(crop(x, [1, 0], [2, 2]), crop(x, [0, 2], [2, 2]))));
    const [row] = describeLayers(optimize(plan, 'exact').layers);
    assert.deepEqual(row.notes, ['data from 1, 0', 'data from 0, 2', 'relu']);
  });
});
