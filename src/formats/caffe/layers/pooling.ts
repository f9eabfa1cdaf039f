import { poolSize } from '../../../backend/pool-size.js';
import type { Pair } from '../../../core/shape.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { avgPool2d } from '../../../ops/avg-pool2d.js';
import { maxPool2d } from '../../../ops/max-pool2d.js';
import { poolNd } from '../../../ops/pool-nd.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { unaryLayer, pairOf, refuse, type LayerContext } from '../layer.js';

/** Settings of a pooling. */
interface Windows {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly rounding: 'ceil' | 'floor';
}

/** Pooling: maximum or average of windows, or of the whole map; a second top (output) gets the indices of the maxima. */
export function pooling(context: LayerContext): WiredLayer {
  const method = context.definition.message('pooling_param').text('pool', 'MAX');
  if (method === 'STOCHASTIC') refuse(context, 'pool STOCHASTIC is unsupported');
  const most = method === 'MAX' ? 2 : 1;
  if (context.outputs > most) {
    refuse(context, `too many tops (got ${String(context.outputs)}, at most ${String(most)})`);
  }
  const windowsOf = readWindows(context);
  if (method === 'AVE') return unaryLayer((x) => avgPool2d(x, windowsOf(x)));
  if (context.outputs === 1) return unaryLayer((x) => maxPool2d(x, windowsOf(x)));
  return { forward: ([x]) => [maxPool2d(x, windowsOf(x)), placesOfMaxima(x, windowsOf(x))] };
}

function readWindows(context: LayerContext): (x: Tensor) => Windows {
  const param = context.definition.message('pooling_param');
  const rounding = param.text('round_mode', 'CEIL') === 'FLOOR' ? 'floor' : 'ceil';
  if (param.flag('global_pooling', false)) {
    return ({ shape: [, , H, W] }) => ({
      ...{ kernelSize: [H, W], stride: [1, 1], padding: [0, 0], rounding },
    });
  }
  const windows: Windows = {
    kernelSize: pairOf(context, param, 'kernel_size', 0),
    stride: pairOf(context, param, 'stride', 1),
    padding: pairOf(context, param, 'pad', 0),
    rounding,
  };
  return () => windows;
}

/** Row-major index of each maximum in its map; −1 if a window has no pixel. */
function placesOfMaxima(x: Tensor, windows: Windows): Tensor {
  const { kernelSize, stride, padding: before } = windows;
  const after = kernelSize.map((extent, i) => {
    const axis = i as 0 | 1; // there are two
    const last = (poolSize(x.shape[2 + i], windows, axis) - 1) * stride[i] - before[i];
    return Math.max(0, last + extent - x.shape[2 + i]);
  });
  const geometry = { kernelSize, stride, dilation: [1, 1], before, after };
  return poolNd(x, { ...geometry, kind: 'maxPlaceInMap', rounding: 'floor' });
}
