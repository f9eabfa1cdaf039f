/** Engine: this library in eager mode, layer by layer on the WASM kernels, one thread. */
import { noGrad } from '../../src/autograd/no-grad.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { asNetwork } from '../../src/nn/network.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { networkNamed } from '../models/networks.js';
import { readInput, serve } from './engine.js';

serve(async (job) => {
  const backend = await createWasmBackend();
  const network = asNetwork(networkNamed(job.net).build(backend));
  const input = await readInput(job);
  return {
    run() {
      const mark = backend.mark();
      const result = noGrad(() => {
        const x = Tensor.from(backend, input, job.shape);
        const [scores] = network.run(new Map([[network.inputs[0], x]])).values();
        return Float32Array.from(scores.data);
      });
      backend.release(mark);
      return Promise.resolve(result);
    },
  };
});
