/** Mathematics, from the ground up: each of these folders may import those before it. */
const mathematics = ['core', 'backend', 'tensor', 'autograd', 'ops', 'nn', 'graph'];

/** Folders of src, and the folders that each may import besides itself. */
const mayImport = {
  ...Object.fromEntries(mathematics.map((name, i) => [name, mathematics.slice(0, i)])),
  // files and pictures, on core alone
  io: ['core'],
  data: ['core'],
  metrics: ['core'],
  optim: ['core', 'backend', 'tensor'],
  // the networks of the papers; of data only the preprocessing that a model file states
  models: [...mathematics, 'data'],
  plan: mathematics,
  // third-party files as networks and weights, the published ones, and the one door to all of them
  formats: [...mathematics, 'io', 'data', 'metrics', 'optim', 'models'],
  zoo: ['core', 'io', 'data'],
  open: [...mathematics, 'io', 'data', 'models', 'plan', 'formats', 'zoo'],
  // uses of an opened network
  segment: [...mathematics, 'io', 'data', 'models', 'plan', 'open', 'formats', 'zoo'],
  draw: ['core', 'data', 'plan'],
  train: [...mathematics, 'io', 'data', 'metrics', 'optim', 'models', 'open'],
};
mayImport.verify = [...mayImport.segment, 'metrics', 'segment', 'train'];
mayImport.cli = [...Object.keys(mayImport)];

/** The folders of a plan, from the ground up; the files beside them are on top. */
const planLayers = ['layers', 'memory', 'algorithms', 'program'];

function rule(name, from, to) {
  return { name, severity: 'error', from, to };
}

module.exports = {
  forbidden: [
    rule('no-cycles', {}, { circular: true }),
    rule('no-dead-ends', {}, { couldNotResolve: true }),
    ...Object.entries(mayImport).map(([folder, allowed]) =>
      rule(
        `${folder}-looks-down-only`,
        { path: `^src/${folder}/` },
        { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
      ),
    ),
    rule(
      'models-know-preprocessing-only',
      { path: '^src/models/' },
      { path: '^src/data/', pathNot: '^src/data/preprocessing[.]ts$' },
    ),
    ...planLayers.map((folder, i) =>
      rule(
        `plan-${folder}-looks-down-only`,
        { path: `^src/plan/${folder}/` },
        {
          path: '^src/plan/',
          pathNot: `^src/plan/(${planLayers.slice(0, i + 1).join('|')})/`,
        },
      ),
    ),
    rule(
      'plan-has-four-folders',
      { path: `^src/plan/[^/]+/`, pathNot: `^src/plan/(${planLayers.join('|')})/` },
      {},
    ),
    rule(
      'backends-are-apart',
      { path: '^src/backend/([^/]+)/' },
      { path: '^src/backend/[^/]+/', pathNot: '^src/backend/$1/' },
    ),
    rule(
      'every-folder-has-its-place',
      { path: '^src/[^/]+/', pathNot: `^src/(entries|${Object.keys(mayImport).join('|')})/` },
      {},
    ),
    rule(
      'src-stands-alone',
      { path: '^src/' },
      { path: '^(test|bench|tools|kernels|examples|fixtures|dist)/' },
    ),
    // The compiler of the kernels writes their types; one file takes them in.
    rule(
      'one-door-to-the-kernels',
      { path: '^src/', pathNot: '^src/backend/wasm/load[.]ts$' },
      { path: '^build/' },
    ),
    rule('kernels-use-kernels-only', { path: '^kernels/' }, { pathNot: '^kernels/' }),
    rule(
      'entry-points-are-for-outsiders',
      { path: '^src/', pathNot: '^src/(index[.]ts$|entries/)' },
      { path: '^src/(index[.]ts$|entries/)' },
    ),
    // Browsers must be able to run everything that only computes.
    rule(
      'mathematics-needs-no-node',
      { path: '^src/(core|tensor|autograd|ops|nn|graph|models|plan|optim|metrics)/' },
      { dependencyTypes: ['core'] },
    ),
    rule('src-runs-on-dependencies', { path: '^src/' }, { dependencyTypes: ['npm-dev'] }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.d.ts'],
    },
  },
};
