/** This library, eagerly: the layers one after another on the WASM kernels, one thread. */
import { noGrad } from '../../src/autograd/no-grad.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { networkNamed } from '../models/networks.js';
import { readInput, serve } from './engine.js';

serve(async (job) => {
  const backend = await createWasmBackend();
  const network = networkNamed(job.net).build(backend);
  const input = await readInput(job);
  return {
    run() {
      const mark = backend.mark();
      const scores = noGrad(() => {
        const x = Tensor.from(backend, input, job.shape);
        return Float32Array.from(network.forward(x).data);
      });
      backend.release(mark);
      return Promise.resolve(scores);
    },
  };
});
