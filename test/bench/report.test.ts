import assert from 'node:assert/strict';
import type { NamedFigures, NetworkFigures } from '../../bench/models/bench-network.js';
import { withPart } from '../../bench/page/performance.js';
import { seriesPlot } from '../../bench/page/series-plot.js';
import { networkLine } from '../../bench/report.js';

function engine(name: string, medianMs: number, argmaxAgreement = 1): NamedFigures {
  return {
    ...{ name, medianMs, argmaxAgreement, rangeMs: [medianMs, medianMs], medianCpuMs: medianMs },
    ...{ loadMs: 1000, rssMb: 612.6, largestDifference: 1e-6, classesSeen: 5 },
  };
}

function figures(size: number, ...engines: readonly NamedFigures[]): NetworkFigures {
  return {
    ...{ net: 'fcn8s', title: 'FCN-8s', size, threads: 1, runs: 3, mode: 'fast' },
    ...{ calibrationGflops: [58.04, 60], engines, missing: {} },
  };
}

describe('the report of the benches', () => {
  it('ends with a line of JSON of exactly these fields', () => {
    const all = figures(
      256,
      engine('fcn-wasm', 400.04),
      engine('exact', 900),
      engine('onnxruntime-web', 2000, 0.99995),
      engine('opencv', 1000),
    );
    const peers = new Set(['onnxruntime-web', 'opencv', 'pytorch']);
    assert.deepEqual(networkLine(all, peers), {
      net: 'fcn8s',
      size: 256,
      threads: 1,
      mode: 'fast',
      calibration_gflops: 59,
      ours: { ms: 400, rss_mb: 613 },
      peers: {
        'onnxruntime-web': { ms: 2000, rss_mb: 613, speedup: 5 },
        opencv: { ms: 1000, rss_mb: 613, speedup: 2.5 },
      },
      argmax_agreement: 0.99995,
    });
    const alone = networkLine(figures(256, engine('fcn-wasm', 1)), peers);
    const { peers: none, argmax_agreement: agreement } = alone as Record<string, unknown>;
    assert.deepEqual([none, agreement], [{}, null]);
  });

  it('replaces a part of the page and nothing else', () => {
    const page = 'a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb\n';
    const once = withPart(page, 'x', 'new');
    assert.equal(once, 'a\n<!-- bench:x -->\n\nnew\n\n<!-- /bench:x -->\nb\n');
    assert.equal(withPart(once, 'x', 'new'), once);
    assert.throws(() => withPart(page, 'y', 'new'), /no place for y/);
  });

  it('draws a line for each engine and a point for each size it ran', () => {
    const svg = seriesPlot([
      figures(128, engine('fcn-wasm', 100), engine('onnxruntime-web', 300)),
      figures(256, engine('fcn-wasm', 400)),
    ]);
    assert.equal(svg.match(/<polyline /g)?.length, 4);
    assert.equal(svg.match(/<circle /g)?.length, 6);
    assert.doesNotMatch(svg, /NaN|Infinity/);
  });
});
