import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backward } from '../../../src/autograd/backward.js';
import type { WasmBackend } from '../../../src/backend/wasm/index.js';
import type { NamedArray } from '../../../src/core/named-arrays.js';
import { buildCaffeNetwork, type CaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { loadCaffeWeights } from '../../../src/formats/caffe/load-weights.js';
import { caffeSolver, caffeOptimizerState } from '../../../src/formats/caffe/solver.js';
import { readSolverState, readSolverText } from '../../../src/io/caffe/read-files.js';
import { rateAt } from '../../../src/optim/rate-policy.js';
import { createSgd } from '../../../src/optim/sgd.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { wasmBackend } from '../../support/backends.js';
import { readPrototxt, readWeights, sourceOf } from '../../support/caffe-files.js';
import { assertClose, assertWithin } from '../../support/close.js';
import { readNpz } from '../../support/npz.js';
import { sharedFile } from '../../support/shared.js';

/** Tolerances of the runs' manifests. */
const TOLERANCE = { loss: 1e-5, parameter: 2e-5, history: 1e-4 };
const STEPS = 6;
/** Steps after which the goldens store weights and velocities. */
const STORED: readonly number[] = [1, 2, 6];
/** Step after which Caffe wrote its snapshot. */
const SNAPSHOT = 3;

/** Trains from step `first`, compares after every stored step, and returns the losses. */
function train(
  net: CaffeNetwork,
  backend: WasmBackend,
  folder: string,
  first: number,
): readonly number[] {
  const file = join(folder, 'solver.prototxt');
  const solver = caffeSolver(readSolverText(readFileSync(file), file), net);
  const data = readNpz(join(folder, 'data.npz'));
  const golden = readNpz(join(folder, 'steps.npz'));
  const parameters = net.network.parameters();
  const sgd = createSgd(parameters, solver.sgd);
  if (first > 0) {
    const state = readSolverState(sourceOf(packed(join(folder, 'snap_iter_3.solverstate'))));
    assert.equal(state.iteration, first);
    sgd.restore(caffeOptimizerState(state, net));
  }
  const losses: number[] = [];
  for (let step = first; step < STEPS; step++) {
    sgd.zeroGrad();
    let sum = 0;
    for (let i = 0; i < solver.batchesPerStep; i++) {
      const mark = backend.mark();
      const sample = (step * solver.batchesPerStep + i) % 4;
      const outputs = net.network.run(sampleOf(net, backend, data, sample));
      for (const [name, weight] of net.lossWeights) {
        const loss = outputs.get(name) ?? assert.fail(name);
        sum += weight * loss.item();
        backward(loss, [weight]);
      }
      backend.release(mark);
    }
    sgd.step(rateAt(solver.policy, solver.baseRate, step), solver.batchesPerStep);
    losses.push(sum / solver.batchesPerStep);
    if (STORED.includes(step + 1)) compareStep(golden, step + 1, parameters, sgd.state().arrays);
  }
  return losses;
}

function sampleOf(
  net: CaffeNetwork,
  backend: WasmBackend,
  data: ReadonlyMap<string, NamedArray>,
  sample: number,
): Map<string, Tensor> {
  return new Map(
    net.network.inputs.map((name) => {
      const { shape, data: all } = data.get(name) ?? assert.fail(name);
      const size = all.length / shape[0];
      const values = all.subarray(sample * size, (sample + 1) * size);
      return [name, Tensor.from(backend, values, [1, ...shape.slice(1)])];
    }),
  );
}

function compareStep(
  golden: ReadonlyMap<string, NamedArray>,
  step: number,
  parameters: ReadonlyMap<string, Tensor>,
  velocities: ReadonlyMap<string, NamedArray>,
): void {
  let compared = 0;
  for (const [name, tensor] of parameters) {
    const key = name.replace(/\.weight$/, '.0').replace(/\.bias$/, '.1');
    const expected = golden.get(`step${String(step)}/${key}`);
    const history = golden.get(`history${String(step)}/${key}`);
    if (!expected || !history) continue; // frozen
    const at = `${name} after step ${String(step)}`;
    assertClose(at, tensor.data, expected.data, TOLERANCE.parameter);
    const velocity = velocities.get(`velocity/${name}`) ?? assert.fail(name);
    assertClose(`velocity of ${at}`, velocity.data, history.data, TOLERANCE.history);
    compared++;
  }
  assert.ok(compared > 0);
}

function packed(path: string): string {
  return existsSync(path) ? path : `${path}.gz`;
}

describe('training as Caffe does', function () {
  this.timeout(300_000);

  it('gives Caffe’s losses, weights and velocities, from the start and from a snapshot', async function () {
    const root = sharedFile(this, 'golden/caffe/training');
    const backend = await wasmBackend();
    const runs = readdirSync(root).filter((run) => existsSync(join(root, run, 'steps.npz')));
    assert.equal(runs.length, 5);
    for (const run of runs) {
      const folder = join(root, run);
      const mark = backend.mark();
      const net = buildCaffeNetwork(readPrototxt(join(folder, 'train.prototxt')), {
        maker: { backend, rng: null },
        state: { phase: 'TRAIN' },
      });
      const { loss } = Object.fromEntries(readNpz(join(folder, 'steps.npz')));
      for (const [file, first] of [
        ['init', 0],
        ['snap_iter_3', SNAPSHOT],
      ] as const) {
        loadCaffeWeights(net.network, readWeights(packed(join(folder, `${file}.caffemodel`))));
        const losses = train(net, backend, folder, first);
        losses.forEach((value, i) => {
          const expected = loss.data[first + i];
          assertWithin(`${run} loss`, [value], [expected], TOLERANCE.loss * Math.abs(expected));
        });
      }
      backend.release(mark);
    }
  });

  it('follows every rate policy, L1 decay and plain gradient descent, step by step', async function () {
    const root = sharedFile(this, 'golden/caffe/training/lr_policies');
    const backend = await wasmBackend();
    const data = readNpz(join(root, 'data.npz'));
    const golden = readNpz(join(root, 'runs.npz'));
    const manifest = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as {
      readonly cases: readonly { readonly name: string; readonly solver_file: string }[];
    };
    assert.equal(manifest.cases.length, 10);
    for (const { name, solver_file: file } of manifest.cases) {
      const mark = backend.mark();
      const net = buildCaffeNetwork(readPrototxt(join(root, 'train.prototxt')), {
        maker: { backend, rng: null },
        state: { phase: 'TRAIN' },
      });
      loadCaffeWeights(net.network, readWeights(join(root, 'init.caffemodel')));
      const solver = caffeSolver(readSolverText(readFileSync(join(root, file)), file), net);
      const sgd = createSgd(net.network.parameters(), solver.sgd);
      const expected = (key: string) => golden.get(`${name}/${key}`)?.data ?? assert.fail(key);
      for (let step = 0; step < solver.steps; step++) {
        sgd.zeroGrad();
        const [loss] = net.network.run(sampleOf(net, backend, data, step % 4)).values();
        backward(loss, [1]);
        const rate = rateAt(solver.policy, solver.baseRate, step);
        const at = `${name}, step ${String(step)}`;
        assertClose(`rate of ${at}`, [rate], [expected('lr')[step]], TOLERANCE.loss);
        assertClose(`loss of ${at}`, [loss.item()], [expected('loss')[step]], TOLERANCE.loss);
        sgd.step(rate);
        for (const [parameter, { data: values }] of net.network.parameters()) {
          const key = parameter.replace(/\.weight$/, '.0').replace(/\.bias$/, '.1');
          const after = expected(key).subarray(step * values.length, (step + 1) * values.length);
          assertClose(`${parameter} after ${at}`, values, after, TOLERANCE.parameter);
        }
      }
      backend.release(mark);
    }
  });
});
