import type { Backend } from '../../src/backend/backend.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import { createAdam } from '../../src/optim/adam.js';
import type { Optimizer } from '../../src/optim/optimizer.js';
import { createSgd } from '../../src/optim/sgd.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { assertClose } from '../support/close.js';
import { fixture } from '../support/fixtures.js';

/** Options of the run and the rate of each step. */
interface GoldenAttrs {
  readonly rates: readonly number[];
}

/** Replays the golden run: its gradients, step by step, and compares parameter and state. */
function replay(
  file: string,
  backend: Backend,
  create: (parameters: ReadonlyMap<string, Tensor>, attrs: object) => Optimizer,
): void {
  const path = `optim/${file}.safetensors`;
  const { arrays, metadata } = readSafetensors(fixture(path), path);
  const array = (name: string) => {
    const found = arrays.get(name);
    if (found === undefined) throw new Error(`${path}: missing array ${name}`);
    return found;
  };
  const { rates, ...options } = JSON.parse(metadata.get('attrs') ?? '') as GoldenAttrs;
  const tolerance = Number(metadata.get('tolerance'));
  const { data, shape } = array('initial/param');
  const param = Tensor.from(backend, data, shape, { requiresGrad: true });
  const optimizer = create(new Map([['param', param]]), options);
  for (const [step, rate] of rates.entries()) {
    param.grad.set(array(`step${String(step)}/grad`).data);
    optimizer.step(rate);
    const at = `step${String(step)}`;
    assertClose(`param after ${at}`, param.data, array(`${at}/param`).data, tolerance);
    for (const [name, state] of optimizer.state().arrays) {
      const expected = array(`${at}/${name.replace('/param', '')}`);
      assertClose(`${name} after ${at}`, state.data, expected.data, tolerance);
    }
  }
}

describe('optimisers compared with golden runs', () => {
  it("SGD: Caffe's rule, with a rate that changes", async () => {
    for (const backend of [reference32, await wasmBackend()]) replay('sgd', backend, createSgd);
  });

  it('Adam: torch, with decay and a rate that changes', async () => {
    for (const backend of [reference32, await wasmBackend()]) replay('adam', backend, createAdam);
  });
});
