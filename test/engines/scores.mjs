/**
 * Scores of two networks with weights from a seed, and what they hash to: plain JavaScript that runs in
 * every engine on the built library.
 */

/** Every kind of layer and every form of Winograd: skips, crops, dense and diagonal upsampling; fire modules, concatenation. */
const NETWORKS = {
  'FCN-8s of a narrow VGG16, pad 100': {
    spec: {
      ...{ trunk: 'vgg16', variant: '8s', classes: 5, geometry: 'authors' },
      ...{ widths: [16, 16, 32, 32, 32], fc6Width: 64, fc7Width: 32 },
    },
    shape: [1, 3, 21, 34],
  },
  'FCN-8s of SqueezeNet 1.1': {
    spec: { trunk: 'squeezenet1_1', variant: '8s', classes: 3, geometry: 'same' },
    shape: [1, 3, 75, 101],
  },
};

/** Names of the networks. */
export const NAMES = Object.keys(NETWORKS);

/** A network by its name, on a backend, and an image for it. */
export function buildCase(fcn, backend, name) {
  const { spec, shape } = NETWORKS[name];
  const rng = fcn.createRng(2015);
  const network = fcn.createNetwork(backend, { ...spec, scoreInit: 'gaussian' }, { rng });
  for (const [parameter, { data }] of network.parameters()) {
    // Biases keep the padded border from being zeros; the first upsampling mixes classes.
    const drawn = parameter.endsWith('.bias') || parameter === 'upscore2.weight';
    if (drawn) for (let i = 0; i < data.length; i++) data[i] += rng.normal() / 8;
  }
  const image = new Float32Array(shape.reduce((product, n) => product * n));
  for (let i = 0; i < image.length; i++) image[i] = 50 * rng.normal();
  return { network, image, shape };
}

/** SHA-256 of floats, in hexadecimal. */
export async function sha256(floats) {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', floats);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Runs plans of all networks in both modes.
 *
 * @param fcn - The built library.
 * @param threads - How many to ask for.
 * @returns What the backend says of its threads, and for `NAME, MODE` all different hashes that came out.
 */
export async function hashScores(fcn, threads, repeats) {
  const backend = await fcn.createWasmBackend({ threads, capacityBytes: 2 ** 28 });
  const hashes = {};
  for (const name of NAMES) {
    const { network, image, shape } = buildCase(fcn, backend, name);
    for (const mode of ['exact', 'fast']) {
      const plan = fcn.compile(network, shape, { backend, mode });
      const seen = new Set();
      for (let run = 0; run < repeats; run++) seen.add(await sha256(plan.run(image)));
      hashes[`${name}, ${mode}`] = [...seen];
      plan.dispose();
    }
  }
  backend.dispose();
  return { name: backend.name, ...backend.threading, hashes };
}
