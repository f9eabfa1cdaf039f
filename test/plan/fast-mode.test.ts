/** The contract of `fast` mode: docs/numerics.md. */
import assert from 'node:assert/strict';
import { forwardOf } from '../../src/nn/network.js';
import { readFileSync } from 'node:fs';
import { compareScores } from '../../bench/models/compare-scores.js';
import { fillFromSeed } from '../../bench/models/network.js';
import { createWasmBackend, type WasmBackend } from '../../src/backend/wasm/index.js';
import { decodeImage } from '../../src/data/decode-image.js';
import { type NetworkInput, pictureInput } from '../../src/data/make-input.js';
import type { Preprocessing } from '../../src/data/preprocessing.js';
import { createNetwork } from '../../src/models/create-network.js';
import type { Module } from '../../src/nn/module.js';
import { compile } from '../../src/plan/compile.js';
import type { PlanMode } from '../../src/plan/plan.js';
import { EMBEDDED_MODEL } from '../../src/open/embedded-model.js';
import { openNetwork } from '../../src/open/open-network.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { convolutionsBehind, fastError } from '../support/recorded-convolutions.js';
import { rms } from '../support/winograd-layer.js';

/** Of a layer: √ of the mean square of its error against float64, by that of its values. */
const LAYER_ERROR = 1e-5;
/** Of a network: the same of its scores, against those of `exact` mode. */
const NETWORK_ERROR = 1e-4;
/** Pixels that get the same class as in `exact` mode. */
const AGREEMENT = 0.9999;

const CAFFE_INPUT = { order: 'bgr', mean: [104.00699, 116.66877, 122.67892] } as const;

interface Subject {
  readonly network: Module;
  readonly classes: number;
  readonly input: NetworkInput;
}

function photo(name: string, format: Preprocessing): NetworkInput {
  const file = readFileSync(new URL(`../../fixtures/photos/${name}`, import.meta.url));
  return pictureInput(decodeImage(file, name), format);
}

async function embedded(backend: WasmBackend): Promise<Subject> {
  using opened = await openNetwork(EMBEDDED_MODEL);
  const { model } = opened;
  assert.ok(model);
  const network = forwardOf(opened.build(backend).network);
  return { network, classes: model.classes.length, input: photo('chelsea.png', model.input) };
}

/** VGG16 in its full width up to fc6, whose 4096 channels would take longer than all the others. */
function vgg16(backend: WasmBackend): Promise<Subject> {
  const spec = { trunk: 'vgg16', variant: '8s', classes: 21, geometry: 'same' } as const;
  const network = createNetwork(backend, { ...spec, fc6Width: 256, fc7Width: 256 });
  fillFromSeed(network, (name) => name.startsWith('upscore'));
  network.setTraining(false);
  const input = photo('astronaut.png', { ...CAFFE_INPUT, longSide: 224 });
  return Promise.resolve({ network, classes: 21, input });
}

const SUBJECTS = {
  'the embedded model': embedded,
  'FCN-8s VGG16': vgg16,
};

function print(...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `    ${line}\n`).join(''));
}

describe('fast mode', () => {
  for (const [title, make] of Object.entries(SUBJECTS)) {
    describe(`of ${title} on a photo`, () => {
      let backend: WasmBackend;
      let subject: Subject;
      before(async () => {
        backend = await createWasmBackend();
        subject = await make(backend);
      });

      it('finds the same classes as exact mode', () => {
        const { network, classes, input } = subject;
        const shape = [1, 3, input.height, input.width];
        const scores = (mode: PlanMode): Float32Array => {
          using plan = compile(network, shape, { backend, mode });
          return plan.run(input.data);
        };
        const [fast, exact] = [scores('fast'), scores('exact')];
        const { argmaxAgreement, classesSeen } = compareScores(fast, exact, classes);
        const relative = rms(fast.map((score, i) => score - exact[i])) / rms(exact);
        print(
          `${title}: ${(100 * argmaxAgreement).toFixed(4)} % of ${String(input.width * input.height)} ` +
            `pixels of the same class, scores within ${relative.toExponential(1)}`,
        );
        assert.ok(classesSeen > 1);
        assert.ok(argmaxAgreement >= AGREEMENT, String(argmaxAgreement));
        assert.ok(relative <= NETWORK_ERROR, String(relative));
      });

      it('computes each convolution within the bound of float64', () => {
        const { network, input } = subject;
        const shape = [1, 3, input.height, input.width];
        const x = Tensor.from(backend, input.data, shape, { requiresGrad: true });
        const layers = convolutionsBehind(network.forward(x));
        assert.ok(layers.length > 15);
        const errors = layers.map((layer) => fastError(backend, layer));
        print(
          ...errors.map(
            ({ name, algorithm, relative }) =>
              `${name.padEnd(24)} ${relative.toExponential(1).padStart(8)}  ${algorithm}`,
          ),
        );
        for (const { name, relative } of errors) {
          assert.ok(relative <= LAYER_ERROR, `${name}: ${String(relative)}`);
        }
        assert.ok(errors.some(({ algorithm }) => algorithm.startsWith('F(')));
      });
    });
  }
});
