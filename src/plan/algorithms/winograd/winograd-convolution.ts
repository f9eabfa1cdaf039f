import { digestOfArray } from '../../../core/stored-array.js';
import { viewOf } from '../../memory/map-buffer.js';
import { biasPacking } from '../direct/direct-weights.js';
import { unpooledShape, type ConvLayer } from '../../layers/layers.js';
import { extentOf, type Rect } from '../../../core/rect.js';
import { unpooledRect } from '../../layers/footprint.js';
import { filterPacking } from './filter.js';
import { winogradJobs } from './winograd-job.js';
import { winogradTasks, type WinogradTasks } from './blocking.js';
import { nameOfForm, type WinogradForm } from './form.js';
import { slidingBorder } from '../direct/direct-convolution.js';
import type { GeometryOf, Algorithm } from '../algorithm.js';

/** A layer, the form that computes it, and the reason. */
export interface WinogradChoice {
  /** The layer: of stride 1, without groups. */
  readonly layer: ConvLayer;
  /** The form. */
  readonly form: WinogradForm;
  /** Reason for the form, for descriptions. */
  readonly reason: string;
}

/** Returns the algorithm of a convolution in a form of Winograd's, with fused ReLU and pooling. */
export function winogradConvolution({ layer, form, reason }: WinogradChoice): Algorithm {
  const { inputs, output, weight, bias, attrs } = layer;
  const unpooled = unpooledShape(layer);
  const identity = `${weight.shape.join()} ${digestOfArray(weight)}`;
  const biasIdentity = bias === null ? 'none' : digestOfArray(bias);
  const planFor = (geometryOf: GeometryOf, part: Rect): WinogradTasks => {
    const [channels, outputs] = [geometryOf(inputs[0]).pitch, geometryOf(output).pitch];
    const pooled = layer.pool && extentOf(part);
    const [rows, columns] = extentOf(unpooledRect(layer, part));
    const { dilation } = attrs;
    return winogradTasks({
      ...{ form, channels, outputs, rows, columns, dilation, pooled, relu: layer.relu },
    });
  };
  return {
    name: nameOfForm(form),
    reason,
    borders: [slidingBorder(inputs[0].shape, unpooled, weight.shape, attrs)],
    // Tiles start with the part, and a pixel's bits depend on its position in its tile.
    parts: {
      ...{ blocks: [1, 1], seamless: false },
      rowStep: (form.tile * attrs.dilation[0]) / (layer.pool === null ? 1 : 2),
    },
    workspaceBytes(geometryOf, part, threads) {
      const plan = planFor(geometryOf, part);
      return plan.sharedBytes + threads * plan.workspaceBytes;
    },
    steps(at, part) {
      const x = viewOf(at.map(inputs[0]), unpooledRect(layer, part));
      const y = viewOf(at.map(output), part);
      const plan = planFor((value) => at.map(value), part);
      const { channels, outputs } = plan.layer;
      const key = `${nameOfForm(form)} ${String(channels)} ${String(outputs)} ${identity}`;
      const weights = at.constants(key, plan.weightFloats, filterPacking(weight, plan.layer));
      const biases = at.constants(
        `bias ${String(outputs)} ${biasIdentity}`,
        outputs,
        biasPacking(bias, { groups: 1, outputs: weight.shape[0] }),
      );
      const addresses = { weightAddress: weights.byteOffset, biasAddress: biases.byteOffset };
      const { workspace } = at;
      const { padding } = attrs;
      return winogradJobs({ plan, x, y, padding, workspace, ...addresses }).map((job) =>
        at.place(job),
      );
    },
  };
}
