/** Algorithms of layers that only move, compare or add the numbers of maps. */
import type { Pair } from '../../../core/shape.js';
import { concatJobs, cropJob } from './copy-job.js';
import { maxPoolJob } from './pool-job.js';
import { sumJob } from './sum-job.js';
import { viewOf } from '../../memory/map-buffer.js';
import {
  type ConcatLayer,
  type CropLayer,
  type OpLayer,
  type PoolLayer,
  type SumLayer,
  wholeOf,
} from '../../layers/layers.js';
import { startOf } from '../../../core/rect.js';
import { plainAlgorithm } from '../plain-algorithm.js';
import type { Algorithm } from '../algorithm.js';

/** Returns the algorithm of max pooling. */
export function poolLayer(layer: PoolLayer): Algorithm {
  const { inputs, output, attrs } = layer;
  const { stride, padding } = attrs;
  const whole = wholeOf(inputs[0]);
  return plainAlgorithm(layer, 'windows', (at, part) => {
    // Start of the part's first windows, and the number of their rows and columns before the map.
    const first = startOf(part).map((position, axis) => position * stride[axis] - padding[axis]);
    const [row, column] = first.map((position) => Math.max(0, position));
    const [above, before] = first.map((position) => Math.max(0, -position));
    const rest = {
      rows: { start: row, end: whole.rows.end },
      columns: { start: column, end: whole.columns.end },
    };
    const x = viewOf(at.map(inputs[0]), rest);
    const y = viewOf(at.map(output), part);
    return [maxPoolJob(x, y, { ...attrs, padding: [above, before] })];
  });
}

/** Returns the algorithm of a crop. */
export function cropLayer(layer: CropLayer): Algorithm {
  const { inputs, output, offset } = layer;
  return plainAlgorithm(layer, 'copy', (at, part) => [
    cropJob(at.map(inputs[0]), viewOf(at.map(output), part), plus(offset, startOf(part))),
  ]);
}

/** Returns the algorithm of a concatenation of channels. */
export function concatLayer(layer: ConcatLayer): Algorithm {
  const { inputs, output } = layer;
  return plainAlgorithm(layer, 'copy', (at, part) =>
    concatJobs(
      inputs.map((value) => viewOf(at.map(value), part)),
      viewOf(at.map(output), part),
    ),
  );
}

/** Returns the algorithm of a weighted sum. */
export function sumLayer(layer: SumLayer): Algorithm {
  const { inputs, output, terms, fromZero, relu } = layer;
  return plainAlgorithm(layer, 'in order', (at, part) => {
    const operands = terms.map(({ input, coefficient, offset }) => ({
      ...{ x: at.map(inputs[input]), coefficient },
      offset: plus(offset, startOf(part)),
    }));
    return [sumJob(operands, viewOf(at.map(output), part), { fromZero, relu })];
  });
}

/** Returns the algorithm of a single ReLU: a sum of one term. */
export function reluLayer(layer: OpLayer): Algorithm {
  const { inputs, output } = layer;
  return plainAlgorithm(layer, 'in order', (at, part) => {
    const operand = { x: at.map(inputs[0]), coefficient: 1, offset: startOf(part) };
    return [sumJob([operand], viewOf(at.map(output), part), { fromZero: false, relu: true })];
  });
}

function plus(a: Pair, b: Pair): Pair {
  return [a[0] + b[0], a[1] + b[1]];
}
