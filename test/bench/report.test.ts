import assert from 'node:assert/strict';
import type { NamedFigures, NetworkFigures } from '../../bench/models/bench-network.js';
import { withPart } from '../../bench/page/performance.js';
import { pixelTimes } from '../../bench/page/series-table.js';
import { linearScale, logScale, placesScale } from '../../bench/page/scales.js';
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
    assert.throws(() => withPart(page, 'y', 'new'), /missing markers of y/);
  });

  it('draws a line per engine and a point per measured size', () => {
    const svg = seriesPlot([
      figures(128, engine('fcn-wasm', 100), engine('onnxruntime-web', 300)),
      figures(256, engine('fcn-wasm', 400)),
    ]);
    assert.equal(svg.match(/<polyline /g)?.length, 3 * 2);
    assert.equal(svg.match(/<circle /g)?.length, 3 * 3);
    assert.doesNotMatch(svg, /NaN|Infinity/);
  });

  it('labels an axis with round numbers around all values', () => {
    assert.deepEqual(linearScale(2210).ticks, [0, 500, 1000, 1500, 2000, 2500]);
    assert.deepEqual(linearScale(0.3).ticks.length, 7);
    assert.deepEqual(logScale(0.23, 38).ticks, [0.2, 0.5, 1, 2, 5, 10, 20, 50]);
    assert.deepEqual(logScale(0.5, 0.5).ticks, [0.5, 1]);
    const sizes = placesScale([128, 256, 1024]);
    assert.deepEqual(sizes.ticks, [128, 256, 1024]);
    assert.ok(Math.abs(sizes.of(256) - 1 / 3) < 1e-12);
    assert.equal(sizes.of(1024), 1);
    assert.equal(placesScale([500]).of(500), 0.5);
  });

  it('reports how much the time per pixel varies around its mid-range', () => {
    const series = [
      figures(128, engine('fcn-wasm', 900)),
      figures(256, engine('fcn-wasm', 0.012 * 256 ** 2), engine('onnxruntime-web', 1)),
      figures(1024, engine('fcn-wasm', 0.008 * 1024 ** 2)),
    ];
    assert.match(pixelTimes(series), /from 256² to 1024².*8\.0 to 12\.0 µs.*± 20 %/s);
  });
});
