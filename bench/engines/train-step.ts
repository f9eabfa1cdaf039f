/** Engine: one training step of this library on a batch of random photos and labels. */
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { createRng } from '../../src/core/rng.js';
import { createNetwork } from '../../src/models/create-network.js';
import { createSgd } from '../../src/optim/sgd.js';
import { trainStep } from '../../src/train/step.js';
import { networkInput } from '../models/network.js';
import { serve } from './engine.js';

const CLASSES = 21;
const BATCH = 4;
const RATE = 1e-7;

serve(async ({ shape }) => {
  const [, , size] = shape;
  const backend = await createWasmBackend();
  const rng = createRng(4);
  const network = createNetwork(
    backend,
    { trunk: 'squeezenet1_1', variant: '8s', classes: CLASSES, geometry: 'same' },
    { rng },
  );
  network.setTraining(true, rng);
  const optimizer = createSgd(network.parameters(), { momentum: 0.9, weightDecay: 5e-4 });
  const photo = networkInput(shape);
  const input = new Float32Array(BATCH * photo.length);
  for (let i = 0; i < BATCH; i++) input.set(photo, i * photo.length);
  const labels = new Float32Array(BATCH * size * size).map(() => rng.integer(CLASSES));
  const batch = { size: BATCH, height: size, width: size, input, labels };
  return {
    run: () =>
      Promise.resolve(Float32Array.of(trainStep({ backend, network, optimizer }, [batch], RATE))),
  };
});
