import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noGrad } from '../../src/autograd/no-grad.js';
import { createRng } from '../../src/core/rng.js';
import { numel, type Shape } from '../../src/core/shape.js';
import { exportPrototxt } from '../../src/formats/caffe/export-network.js';
import { writeCaffeWeights } from '../../src/formats/caffe/write-weights.js';
import { exportOnnx } from '../../src/formats/onnx/export-network.js';
import { writeNpy } from '../../src/io/npy.js';
import { createNetwork } from '../../src/models/create-network.js';
import type { Module } from '../../src/nn/module.js';
import { batchNorm2d } from '../../src/ops/batch-norm2d.js';
import { elementwise } from '../../src/ops/elementwise.js';
import { concat } from '../../src/ops/concat.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { pointwise } from '../../src/ops/pointwise.js';
import { reshape } from '../../src/ops/reshape.js';
import { slice } from '../../src/ops/slice.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { scratchFolder } from '../cli/run-cli.js';
import { normals } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { skip } from '../support/skip.js';

const PYTHON = '/usr/bin/python3';

/** Python programs, by module. OpenCV's scores may differ by 1e-5 of the largest: it sums in another order. */
const CHECKS: Readonly<Record<string, string>> = {
  cv2: `
import cv2
net = cv2.dnn.readNetFromCaffe(folder + '/net.prototxt', folder + '/net.caffemodel')
net.setInput(np.load(folder + '/data.npy'), 'data')
scores, expected = net.forward('score'), np.load(folder + '/score.npy')
assert scores.shape == expected.shape and abs(expected).max() > 0, scores.shape
assert abs(scores - expected).max() <= 1e-5 * abs(expected).max(), abs(scores - expected).max()
`,
  onnx: `
import onnx
onnx.checker.check_model(onnx.load(folder + '/net.onnx'), full_check=True)
`,
};

/** Writes a network as prototxt and caffemodel, with an input and its scores. */
function writeFiles(folder: string, network: Module, shape: Shape): void {
  const x = Tensor.from(reference32, normals(createRng(8), numel(shape)), shape);
  const y = noGrad(() => network.forward(x));
  const arrays = Array.from(network.parameters(), ([key, { shape: extents, data }]) => {
    return [key, { shape: extents, data: Float32Array.from(data) }] as const;
  });
  const write = (file: string, ...content: readonly Uint8Array[]): void => {
    writeFileSync(join(folder, file), Buffer.concat(content));
  };
  const text = exportPrototxt(network, shape);
  write('data.npy', writeNpy({ shape, data: Float32Array.from(x.data) }));
  write('score.npy', writeNpy({ shape: y.shape, data: Float32Array.from(y.data) }));
  write('net.prototxt', Buffer.from(text));
  write('net.caffemodel', ...writeCaffeWeights(new Map(arrays)));
}

/** Runs a check on the files of a folder; skips the test if the Python module is missing. */
function runCheck(context: Mocha.Context, name: string, folder: string): void {
  const probe = `import importlib.util as u; exit(not (u.find_spec("${name}") and u.find_spec("numpy")))`;
  if (spawnSync(PYTHON, ['-c', probe]).status !== 0) {
    skip(
      context,
      `${PYTHON} has no module ${name}; install python3-numpy and the Debian package of ${name}`,
    );
  }
  const program = `import sys, numpy as np\nfolder = sys.argv[1]\n${CHECKS[name]}`;
  execFileSync(PYTHON, ['-c', program, folder], { stdio: 'pipe' });
}

/** Network that normalises a map, slices it into two, applies PReLU and TanH, concatenates and reshapes. */
function normalisedHalves(): Module {
  const rng = createRng(21);
  const make = (...shape: readonly number[]): Tensor => {
    const values = Array.from({ length: numel(shape) }, () => 0.5 + rng.uniform());
    return Tensor.from(reference32, values, shape);
  };
  const conv = { weight: make(6, 3, 3, 3), bias: make(6) };
  const bn = { weight: make(6), bias: make(6), running_mean: make(6), running_var: make(6) };
  const slope = { weight: make(2) };
  const named = Object.entries({ conv, bn, slope }).flatMap(([layer, parameters]) =>
    Object.entries(parameters).map(([name, tensor]) => [`${layer}.${name}`, tensor] as const),
  );
  return {
    parameters: () => new Map(named),
    forward(x) {
      const map = conv2d(x, conv.weight, conv.bias, { padding: 1 });
      const statistics = { mean: bn.running_mean, variance: bn.running_var };
      const y = batchNorm2d(map, statistics, { weight: bn.weight, bias: bn.bias });
      const [first, rest] = [slice(y, 1, 0, 2), slice(y, 1, 2, 4)];
      const sloped = elementwise(first, reshape(slope.weight, [2, 1, 1]), 'prelu');
      const whole = concat([pointwise(rest, { name: 'tanh' }), sloped], 1);
      const score = reshape(whole, [x.shape[0], 3, 2 * x.shape[2], x.shape[3]]);
      score.origin.name = 'score';
      return score;
    },
  };
}

describe('networks written here, read by other programs', function () {
  this.timeout(60_000);
  const folder = scratchFolder();

  for (const name of Object.keys(CHECKS)) {
    it(`${name} accepts an FCN`, function () {
      const spec = {
        trunk: 'vgg16',
        variant: '8s-atonce',
        classes: 5,
        geometry: 'authors',
        scoreInit: 'gaussian',
      } as const;
      const narrow = { ...spec, widths: [4, 4, 6, 6, 6], fc6Width: 8, fc7Width: 8 };
      const network = createNetwork(reference32, narrow, { rng: createRng(9) });
      for (const [key, tensor] of network.parameters())
        if (key.endsWith('.bias')) tensor.data.fill(0.25);
      const shape = [1, 3, 33, 50];
      writeFiles(folder.path, network, shape);
      writeFileSync(join(folder.path, 'net.onnx'), Buffer.concat(exportOnnx(network, shape)));
      runCheck(this, name, folder.path);
    });
  }

  it('cv2 computes BatchNorm, Slice, PReLU and Reshape layers of a prototxt', function () {
    writeFiles(folder.path, normalisedHalves(), [1, 3, 9, 7]);
    runCheck(this, 'cv2', folder.path);
  });
});
