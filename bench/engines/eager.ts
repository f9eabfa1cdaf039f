/** This library, eagerly: the layers one after another on the WASM kernels, one thread. */
import { noGrad } from '../../src/autograd/no-grad.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { buildNetwork, networkInput } from '../models/fcn8s.js';
import { serve } from './engine.js';

serve(async ({ size }) => {
  const backend = await createWasmBackend();
  const network = buildNetwork(backend);
  const input = networkInput(size);
  return {
    run() {
      const mark = backend.mark();
      const scores = noGrad(() => {
        const x = Tensor.from(backend, input, [1, 3, size, size]);
        return Float32Array.from(network.forward(x).data);
      });
      backend.release(mark);
      return Promise.resolve(scores);
    },
  };
});
