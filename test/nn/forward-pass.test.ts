import assert from 'node:assert/strict';
import { noGrad } from '../../src/autograd/no-grad.js';
import { FcnError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { Conv2d } from '../../src/nn/conv2d.js';
import { Dropout } from '../../src/nn/dropout.js';
import { ForwardPass, runLayers } from '../../src/nn/forward-pass.js';
import type { NamedModule } from '../../src/nn/module.js';
import { Relu } from '../../src/nn/relu.js';
import { Sequential } from '../../src/nn/sequential.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32 } from '../support/backends.js';

const maker = { backend: reference32, rng: createRng(3) };
const conv = (): Conv2d => new Conv2d(maker, { inChannels: 1, outChannels: 1, kernelSize: 1 });
const layers = (): NamedModule[] => [
  ['conv1', conv()],
  ['relu1', new Relu()],
  ['drop1', new Dropout({ ratio: 0.5 })],
  ['conv2', conv()],
];
const input = (): Tensor => Tensor.from(reference32, [1, 2, 3, 4], [1, 1, 2, 2]);

function isLive(tensor: Tensor): boolean {
  try {
    return tensor.data.length > 0;
  } catch (error) {
    assert(error instanceof FcnError);
    return false;
  }
}

/** Which tensors of a run are live after it, by layer. */
function liveAfter(
  run: (x: Tensor, seen: Map<string, Tensor>) => unknown,
): Record<string, boolean> {
  const x = input();
  const seen = new Map<string, Tensor>([['x', x]]);
  run(x, seen);
  return Object.fromEntries([...seen].map(([name, tensor]) => [name, isLive(tensor)]));
}

describe('ForwardPass', () => {
  it('frees what is dead when nothing is recorded, but never the caller’s input', () => {
    const live = liveAfter((x, seen) =>
      noGrad(() => runLayers(layers(), x, new ForwardPass(x), (name, y) => seen.set(name, y))),
    );
    // drop1 does nothing outside training: it is relu1.
    assert.deepEqual(live, { x: true, conv1: false, relu1: false, drop1: false, conv2: true });
  });

  it('keeps everything that is recorded', () => {
    const live = liveAfter((x, seen) =>
      runLayers(layers(), x, new ForwardPass(x), (name, y) => seen.set(name, y)),
    );
    assert(Object.values(live).every(Boolean));
  });

  it('keeps everything where somebody observes, and what is pinned', () => {
    const observed = liveAfter((x, seen) =>
      noGrad(() => runLayers(layers(), x, new ForwardPass(x, (name, y) => seen.set(name, y)))),
    );
    assert(Object.values(observed).every(Boolean));
    const pinned = liveAfter((x, seen) => {
      const pass = new ForwardPass(x);
      noGrad(() =>
        runLayers(layers(), x, pass, (name, y) => {
          seen.set(name, y);
          if (name === 'conv1') pass.pin(y);
        }),
      );
    });
    assert.deepEqual(pinned, { x: true, conv1: true, relu1: false, drop1: false, conv2: true });
  });

  it('frees a pinned tensor at the last use after it is unpinned', () => {
    const x = input();
    const pass = new ForwardPass(x);
    const once = pass.step('a', new Relu(), x);
    pass.pin(once);
    pass.step('b', new Relu(), once);
    assert(isLive(once));
    pass.unpin(once);
    pass.step('c', new Relu(), once);
    assert(!isLive(once));
  });

  it('names what layers compute', () => {
    const net = new Sequential(layers());
    assert.equal(net.forward(input()).origin.name, 'conv2');
    assert.deepEqual(
      [...net.parameters().keys()],
      ['conv1.weight', 'conv1.bias', 'conv2.weight', 'conv2.bias'],
    );
  });

  it('a Sequential hands training on to its layers', () => {
    const net = new Sequential(layers());
    net.setTraining(true, createRng(1));
    const x = Tensor.from(reference32, new Array<number>(64).fill(1), [1, 1, 8, 8]);
    assert(!sameNumbers(net.forward(x), net.forward(x)));
    net.setTraining(false);
    assert(sameNumbers(net.forward(x), net.forward(x)));
  });
});

function sameNumbers(a: Tensor, b: Tensor): boolean {
  return a.data.every((value, i) => value === b.data[i]);
}
