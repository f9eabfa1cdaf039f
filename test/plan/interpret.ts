import assert from 'node:assert/strict';
import { applyRule } from '../../src/autograd/op.js';
import type { Backend } from '../../src/backend/backend.js';
import type { NamedArray } from '../../src/core/named-arrays.js';
import type { Pair } from '../../src/core/shape.js';
import { add } from '../../src/ops/add.js';
import { concat } from '../../src/ops/concat.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { convOptionsOf } from '../../src/nn/conv2d.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { crop } from '../../src/ops/crop.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { relu } from '../../src/ops/relu.js';
import { weightedSum } from '../../src/ops/weighted-sum.js';
import {
  unpooledShape,
  type ConvLayer,
  type LayerList,
  type PlanLayer,
  type PlanValue,
  type SumLayer,
  type TransposedLayer,
} from '../../src/plan/layers/layers.js';
import { diagonalKernels } from '../../src/plan/layers/passes/recognise-upsampling.js';
import { Tensor } from '../../src/tensor/tensor.js';

/**
 * Computes layers by eager ops on row-major maps; a diagonal transposed convolution uses only the diagonal of
 * its weight. Throws unless shapes are those of the values and names are unique.
 */
export function interpret(list: LayerList, given: readonly Tensor[]): Tensor[] {
  const computed = interpretAll(list, given);
  return list.outputs.map((value) => computed.get(value) ?? assert.fail(value.name));
}

/** Computes the values of all layers. */
export function interpretAll(
  { inputs, layers }: Pick<LayerList, 'inputs' | 'layers'>,
  given: readonly Tensor[],
): ReadonlyMap<PlanValue, Tensor> {
  const computed = new Map<PlanValue, Tensor>();
  const names = new Set<string>();
  const write = (value: PlanValue, tensor: Tensor): void => {
    assert.deepEqual(tensor.shape, value.shape, value.name);
    assert(!computed.has(value) && !names.has(value.name), value.name);
    names.add(value.name);
    computed.set(value, tensor);
  };
  const read = (value: PlanValue): Tensor => {
    const tensor = computed.get(value);
    assert(tensor, `${value.name} is neither given nor computed`);
    return tensor;
  };
  inputs.forEach((value, i) => {
    write(value, given[i]);
  });
  for (const layer of layers) {
    write(layer.output, run(layer, layer.inputs.map(read), given[0].backend));
  }
  return computed;
}

function run(layer: PlanLayer, inputs: readonly Tensor[], backend: Backend | null): Tensor {
  const constant = ({ data, shape }: NamedArray): Tensor => {
    assert(backend);
    return Tensor.from(backend, data, shape);
  };
  const [x] = inputs;
  switch (layer.kind) {
    case 'conv':
      return convolved(layer, x, constant);
    case 'convTranspose':
      return stamped(layer, x, constant);
    case 'maxPool':
      return maxPool2d(x, layer.attrs);
    case 'sum':
      return summed(layer, inputs);
    case 'crop':
      return crop(x, layer.offset, extentOf(layer));
    case 'concat':
      return concat(inputs);
    case 'op': {
      const operands = [...inputs, ...layer.parameters.map(constant)];
      return layer.rule ? applyRule(layer.rule, operands, layer.attrs) : operands[0];
    }
  }
}

type Constant = (array: NamedArray) => Tensor;

function convolved(layer: ConvLayer, x: Tensor, constant: Constant): Tensor {
  const { weight, bias, attrs, pool } = layer;
  const y = conv2d(x, constant(weight), bias && constant(bias), convOptionsOf(attrs));
  assert.deepEqual(y.shape, unpooledShape(layer));
  const rectified = layer.relu ? relu(y) : y;
  return pool ? maxPool2d(rectified, pool) : rectified;
}

function stamped(layer: TransposedLayer, x: Tensor, constant: Constant): Tensor {
  const { weight, bias, attrs, structure } = layer;
  const diagonal = structure === 'diagonal';
  const w = constant(diagonal ? diagonalKernels(layer) : weight);
  const groups = diagonal ? x.shape[1] : attrs.groups;
  return convTranspose2d(x, w, bias && constant(bias), { ...convOptionsOf(attrs), groups });
}

function summed(layer: SumLayer, inputs: readonly Tensor[]): Tensor {
  const coefficients = layer.terms.map(({ coefficient }) => coefficient);
  const terms = layer.terms.map(({ input, offset }) =>
    crop(inputs[input], offset, extentOf(layer)),
  );
  if (!layer.fromZero) assert(coefficients.every((coefficient) => coefficient === 1));
  const [first, ...others] = terms;
  const sum = layer.fromZero ? weightedSum(terms, coefficients) : others.reduce(add, first);
  return layer.relu ? relu(sum) : sum;
}

function extentOf({ output }: PlanLayer): Pair {
  return [output.shape[2], output.shape[3]];
}
