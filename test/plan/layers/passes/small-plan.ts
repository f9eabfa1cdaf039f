import { noGrad } from '../../../../src/autograd/no-grad.js';
import type { Shape } from '../../../../src/core/shape.js';
import { createRng } from '../../../../src/core/rng.js';
import { numel } from '../../../../src/core/shape.js';
import { trace } from '../../../../src/graph/trace.js';
import type { Module } from '../../../../src/nn/module.js';
import type { LayerList } from '../../../../src/plan/layers/layers.js';
import { lower } from '../../../../src/plan/layers/lower.js';
import { Tensor } from '../../../../src/tensor/tensor.js';
import { normals } from '../../../support/arbitraries.js';
import { reference32 } from '../../../support/backends.js';
import { assertSameBits } from '../../../support/close.js';
import { interpret } from '../../interpret.js';

/** A small network: a function of an image and of weights, which it requests by name and shape. */
export type Forward = (x: Tensor, weight: (name: string, ...shape: Shape) => Tensor) => Tensor;

/** The layers of a function of a 2-channel image of 6×6 pixels, with random weights. */
export function planOf(forward: Forward): LayerList {
  return smallNetwork(forward).list;
}

/** The same with the network that they come from. Weights whose names start with `v` are positive. */
export function smallNetwork(forward: Forward): { model: Module; list: LayerList } {
  const rng = createRng(7);
  const parameters = new Map<string, Tensor>();
  const weight = (name: string, ...shape: Shape): Tensor => {
    const values = normals(rng, numel(shape)).map((value) =>
      name.startsWith('v') ? value ** 2 : value,
    );
    const tensor = parameters.get(name) ?? Tensor.from(reference32, values, shape);
    parameters.set(name, tensor);
    return tensor;
  };
  const model = { forward: (x: Tensor) => forward(x, weight), parameters: () => parameters };
  const graph = trace(model, [1, 2, 6, 6]);
  return { model, list: lower(graph, parameters) };
}

/** Returns the outputs of layers for one random image. */
export function resultOf(list: LayerList): readonly number[] {
  const x = Tensor.from(reference32, normals(createRng(8), 72), [1, 2, 6, 6]);
  const [result] = noGrad(() => interpret(list, [x]));
  return Array.from(result.data);
}

/** Fails unless both lists of layers give the same bits. */
export function assertSameResult(got: LayerList, expected: LayerList): void {
  assertSameBits('result', resultOf(got), resultOf(expected));
}

/** `conv1`, or `relu` for an op without a name: how the tests name layers. */
export function kindsOf({ layers }: LayerList): string[] {
  return layers.map((layer) =>
    layer.kind === 'op' ? (layer.rule?.name ?? 'constant') : layer.kind,
  );
}
