import type { ConvAttrs } from '../../../backend/attributes.js';
import { digestOfArray } from '../../../core/stored-array.js';
import { viewOf } from '../../memory/map-buffer.js';
import type { TransposedLayer } from '../../layers/layers.js';
import { biasPacking, packedBiasLength } from '../direct/direct-weights.js';
import {
  directDiagonalJob,
  diagonalPacking,
  packedDiagonalLength,
} from '../depthwise/diagonal-job.js';
import { stampingBorder } from './stamp-taps.js';
import {
  directTransposedJob,
  packedPhasesLength,
  phasesPacking,
  transposedPhases,
} from './transposed-job.js';
import { rectAt, startOf, type Rect } from '../../../core/rect.js';
import { diagonalKernels } from '../../layers/passes/recognise-upsampling.js';
import type { Algorithm } from '../algorithm.js';

/** Returns the algorithm of a transposed convolution: one convolution for each remainder by the stride. */
export function transposedLayer(layer: TransposedLayer): Algorithm {
  return layer.structure === 'diagonal' ? channelByChannel(layer) : denseTransposed(layer);
}

function denseTransposed(layer: TransposedLayer): Algorithm {
  const { inputs, output, weight, bias, attrs } = layer;
  const identity = identityOf(layer);
  return {
    name: 'phases',
    reason: '',
    borders: [bordersOf(layer)],
    parts: { blocks: attrs.stride, seamless: true },
    workspaceBytes: () => 0,
    steps(at, part) {
      const x = viewOf(at.map(inputs[0]), under(part, attrs));
      const phases = transposedPhases(x, weight.shape, attrs);
      const weights = at.constants(
        `phases ${identity}`,
        packedPhasesLength(phases),
        phasesPacking(weight, phases),
      );
      const [{ layout }] = phases;
      const biases = at.constants(
        `phase bias ${identity}`,
        packedBiasLength(layout),
        biasPacking(bias, layout),
      );
      const addresses = { weightAddress: weights.byteOffset, biasAddress: biases.byteOffset };
      const y = viewOf(at.map(output), part);
      return [at.place(directTransposedJob({ x, y, attrs, phases, relu: false, ...addresses }))];
    },
  };
}

function channelByChannel(layer: TransposedLayer): Algorithm {
  const { inputs, output, bias, attrs } = layer;
  const identity = identityOf(layer);
  const kernels = diagonalKernels(layer);
  return {
    name: 'diagonal',
    reason: 'each class has a kernel of its own',
    borders: [bordersOf(layer)],
    parts: { blocks: attrs.stride, seamless: true },
    workspaceBytes: () => 0,
    steps(at, part) {
      const x = viewOf(at.map(inputs[0]), under(part, attrs));
      const y = viewOf(at.map(output), part);
      const length = packedDiagonalLength(kernels.shape, y.pitch);
      const weights = at.constants(
        `diagonal ${identity}`,
        length,
        diagonalPacking(kernels, bias, y.pitch),
      );
      const kernelSize = [kernels.shape[2], kernels.shape[3]] as const;
      const weightAddress = weights.byteOffset;
      return [at.place(directDiagonalJob({ x, y, attrs, kernelSize, weightAddress, relu: false }))];
    },
  };
}

/** Returns the input pixel of a part's first pixel, as a rectangle without extent. */
function under(part: Rect, { stride }: ConvAttrs): Rect {
  const [row, column] = startOf(part);
  return rectAt([row / stride[0], column / stride[1]], [0, 0]);
}

function bordersOf({ inputs: [x], output, weight, attrs }: TransposedLayer) {
  return stampingBorder(x.shape, output.shape, weight.shape, attrs);
}

/** Returns a key of everything on which packed weights depend. */
function identityOf({ weight, bias, attrs }: TransposedLayer): string {
  const { stride, padding, dilation, groups } = attrs;
  const geometry = [weight.shape, stride, padding, dilation, [groups]].map((list) => list.join());
  const numbers = [weight, bias].map((array) => array && digestOfArray(array));
  return [...geometry, ...numbers].join(' ');
}
