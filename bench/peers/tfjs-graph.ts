/** Runs a network on tfjs op by op, in tfjs' layout: maps NHWC, filters HWIO. */
import type { PoolAttrs, ResizeMode } from '../../src/backend/attributes.js';
import type { Pair, Shape } from '../../src/core/shape.js';
import type { BatchNormAttrs } from '../../src/ops/batch-norm2d.js';
import type { Conv2dAttrs } from '../../src/ops/conv2d.js';
import type { ExchangedGraph, ExchangedNode } from './exchanged.js';
import type { Pads, Tfjs, TfTensor } from './tfjs.js';

/** Looks up a map or an array by name. */
type Lookup = (name: string) => TfTensor;

/** Computes an op. The name of the op determines its attributes: hence the type assertions in the rules. */
type Rule = (tf: Tfjs, node: ExchangedNode, get: Lookup) => TfTensor;

const RULES: Readonly<Record<string, Rule | undefined>> = {
  conv2d(tf, { attrs, inputs }, get) {
    const [x, w, ...bias] = inputs;
    const { stride, padding, dilation, groups } = attrs as Conv2dAttrs;
    if (groups > 1) throw new Error('tfjs: unsupported convolution with groups');
    const y = tf.conv2d(get(x), get(w), stride, padsOf(padding), 'NHWC', dilation);
    return bias.length === 0 ? y : tf.add(y, get(bias[0]));
  },
  convTranspose2d(tf, { attrs, inputs, shape }, get) {
    const [x, w, ...bias] = inputs;
    const { stride, padding, groups } = attrs as Conv2dAttrs;
    if (groups > 1 || Math.max(...padding) > 0)
      throw new Error('tfjs: unsupported transposed convolution with groups or padding');
    const y = tf.conv2dTranspose(get(x), get(w), channelsLast(shape), stride, 'valid');
    return bias.length === 0 ? y : tf.add(y, get(bias[0]));
  },
  maxPool2d(tf, { attrs, inputs: [x], shape }, get) {
    const { kernelSize, stride, padding } = attrs as PoolAttrs;
    const [, H, W] = get(x).shape;
    // Rounds up as Caffe does: zeros below and on the right complete every window.
    const behind = (axis: 0 | 1, size: number): number => {
      const end = (shape[2 + axis] - 1) * stride[axis] + kernelSize[axis];
      return Math.max(0, end - padding[axis] - size);
    };
    const pads: Pads = [
      [0, 0],
      [padding[0], behind(0, H)],
      [padding[1], behind(1, W)],
      [0, 0],
    ];
    return tf.maxPool(get(x), kernelSize, stride, pads);
  },
  crop(tf, { attrs, inputs: [x], shape }, get) {
    const { offset } = attrs as { offset: Pair };
    return tf.slice(get(x), [0, ...offset, 0], channelsLast(shape));
  },
  batchNorm2d(tf, { attrs, inputs }, get) {
    if (inputs.length !== 5)
      throw new Error('tfjs: unsupported normalisation without weight and bias');
    const [x, mean, variance, weight, bias] = inputs.map(get);
    return tf.batchNorm(x, mean, variance, bias, weight, (attrs as BatchNormAttrs).epsilon);
  },
  resizeBilinear(tf, { attrs, inputs: [x], shape: [, , H, W] }, get) {
    const { mode } = attrs as { mode: ResizeMode };
    return tf.image.resizeBilinear(get(x), [H, W], mode === 'align-corners', mode === 'half-pixel');
  },
  relu: (tf, { inputs: [x] }, get) => tf.relu(get(x)),
  add: (tf, { inputs: [a, b] }, get) => tf.add(get(a), get(b)),
  concat: (tf, { inputs }, get) => tf.concat(inputs.map(get), 3),
};

/** Returns the network's result, NHWC; all other tensors are disposed. */
export function runGraph(
  tf: Tfjs,
  graph: ExchangedGraph,
  input: TfTensor,
  arrays: ReadonlyMap<string, TfTensor>,
): TfTensor {
  const lastUse = new Map<string, number>();
  graph.nodes.forEach(({ inputs }, i) => inputs.forEach((name) => lastUse.set(name, i)));
  return tf.tidy(() => {
    const maps = new Map([[graph.input, input]]);
    const get: Lookup = (name) => {
      const found = maps.get(name) ?? arrays.get(name);
      if (found === undefined) throw new Error(`tfjs: unknown value ${name}`);
      return found;
    };
    graph.nodes.forEach((node, i) => {
      const rule = RULES[node.op];
      if (rule === undefined) throw new Error(`tfjs: unsupported op ${node.op}`);
      maps.set(node.name, rule(tf, node, get));
      for (const name of new Set(node.inputs)) {
        if (lastUse.get(name) === i && name !== graph.input) maps.get(name)?.dispose();
      }
    });
    return get(graph.output);
  });
}

/** Array of a parameter in tfjs' layout: filters from OIHW (IOHW) to HWIO (HWOI). */
export function parameterTensor(tf: Tfjs, values: Float32Array, shape: Shape): TfTensor {
  if (shape.length !== 4) return tf.tensor(values, shape);
  const [A, B, H, W] = shape;
  const turned = new Float32Array(values.length);
  for (let a = 0; a < A; a++) {
    for (let b = 0; b < B; b++) {
      const from = (a * B + b) * H * W;
      for (let tap = 0; tap < H * W; tap++) turned[(tap * B + b) * A + a] = values[from + tap];
    }
  }
  return tf.tensor(turned, [H, W, B, A]);
}

/** Converts `[N, C, H, W]` to `[N, H, W, C]`. */
export function channelsLast([N, C, H, W]: Shape): number[] {
  return [N, H, W, C];
}

function padsOf([rows, columns]: Pair): Pads {
  return [
    [0, 0],
    [rows, rows],
    [columns, columns],
    [0, 0],
  ];
}
