import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noGrad } from '../../src/autograd/no-grad.js';
import { createRng } from '../../src/core/rng.js';
import { numel } from '../../src/core/shape.js';
import { exportPrototxt } from '../../src/formats/caffe/export-network.js';
import { writeCaffeWeights } from '../../src/formats/caffe/write-weights.js';
import { exportOnnx } from '../../src/formats/onnx/export-network.js';
import { printTextFormat } from '../../src/io/caffe/print-text.js';
import { writeNpy } from '../../src/io/npy.js';
import { createNetwork } from '../../src/models/create-network.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { scratchFolder } from '../cli/run-cli.js';
import { normals } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { skip } from '../support/skip.js';

const PYTHON = '/usr/bin/python3';

/** Scores of OpenCV are within this share of the largest: another order of summation. */
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

describe('the readers of networks themselves', function () {
  this.timeout(60_000);
  const folder = scratchFolder();

  for (const [name, check] of Object.entries(CHECKS)) {
    it(`${name} takes a network as it is written here`, function () {
      const probe = `import importlib.util as u; exit(not (u.find_spec("${name}") and u.find_spec("numpy")))`;
      if (spawnSync(PYTHON, ['-c', probe]).status !== 0) {
        skip(this, `no python module ${name} of Debian at ${PYTHON}`);
      }
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
      const x = Tensor.from(reference32, normals(createRng(8), numel(shape)), shape);
      const y = noGrad(() => network.forward(x));
      const arrays = Array.from(network.parameters(), ([key, { shape: extents, data }]) => {
        return [key, { shape: extents, data: Float32Array.from(data) }] as const;
      });
      const write = (file: string, ...content: readonly Uint8Array[]): void => {
        writeFileSync(join(folder.path, file), Buffer.concat(content));
      };
      const text = printTextFormat(exportPrototxt(network, shape));
      write('data.npy', writeNpy({ shape, data: Float32Array.from(x.data) }));
      write('score.npy', writeNpy({ shape: y.shape, data: Float32Array.from(y.data) }));
      write('net.prototxt', Buffer.from(text));
      write('net.caffemodel', ...writeCaffeWeights(new Map(arrays)));
      write('net.onnx', ...exportOnnx(network, shape));
      const program = `import sys, numpy as np\nfolder = sys.argv[1]\n${check}`;
      execFileSync(PYTHON, ['-c', program, folder.path], { stdio: 'pipe' });
    });
  }
});
