/** From the ground up: a layer may import those before it. */
const layers = [
  'core',
  'backend',
  'tensor',
  'autograd',
  'ops',
  'nn',
  'graph',
  'models',
  'plan',
  'optim',
  'train',
  'cli',
];
/** Columns beside the layers, on core alone. */
const side = ['io', 'data', 'metrics'];
/** The layers that may look into the side columns; `formats`, `zoo` and `segment` stand beside `train`. */
const users = ['train', 'formats', 'zoo', 'open', 'segment', 'verify', 'draw', 'cli'];

/** The folders of a plan, from the ground up; the files beside them are on top. */
const planLayers = ['layers', 'memory', 'algorithms', 'program'];

/** What a layer must not see: those above it, and the side columns unless it is one of their users. */
function forbiddenTo(layer) {
  const above = layers.slice(layers.indexOf(layer) + 1);
  const beside = layer === 'cli' ? [] : ['formats', 'zoo', 'open', 'segment', 'verify', 'draw'];
  const reached = layer === 'train' ? ['open', 'zoo', 'formats'] : [];
  const hidden = beside.filter((name) => !reached.includes(name));
  return [...above, ...hidden, ...(users.includes(layer) ? [] : side)];
}

function rule(name, from, to) {
  return { name, severity: 'error', from, to };
}

module.exports = {
  forbidden: [
    rule('no-cycles', {}, { circular: true }),
    rule('no-dead-ends', {}, { couldNotResolve: true }),
    ...layers
      .filter((layer) => forbiddenTo(layer).length > 0)
      .map((layer) =>
        rule(
          `${layer}-looks-down-only`,
          { path: `^src/${layer}/` },
          {
            path: `^src/(${forbiddenTo(layer).join('|')})/`,
            // a model file says how photos become the network's input
            ...(layer === 'models' ? { pathNot: '^src/data/preprocessing[.]ts$' } : {}),
          },
        ),
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
    rule('segment-stands-beside-train', { path: '^src/segment/' }, { path: '^src/(train|cli)/' }),
    rule(
      'formats-stand-below-segment',
      { path: '^src/formats/' },
      { path: '^src/(train|zoo|segment|cli)/' },
    ),
    rule(
      'open-stands-below-segment',
      { path: '^src/open/' },
      { path: '^src/(train|segment|verify|draw|cli)/' },
    ),
    rule('verify-stands-below-cli', { path: '^src/verify/' }, { path: '^src/cli/' }),
    rule(
      'drawing-stands-below-cli',
      { path: '^src/draw/' },
      { path: '^src/(train|formats|zoo|segment|verify|cli)/' },
    ),
    rule('zoo-stands-below-segment', { path: '^src/zoo/' }, { path: '^src/(train|segment|cli)/' }),
    rule(
      'side-columns-use-core-only',
      { path: `^src/(${side.join('|')})/` },
      { path: '^src/', pathNot: '^src/(core/|$1/)' },
    ),
    rule(
      'backends-are-apart',
      { path: '^src/backend/([^/]+)/' },
      { path: '^src/backend/[^/]+/', pathNot: '^src/backend/$1/' },
    ),
    rule(
      'every-folder-has-its-place',
      {
        path: '^src/[^/]+/',
        pathNot: `^src/(${[...layers, ...side, 'formats', 'zoo', 'open', 'segment', 'verify', 'draw'].join('|')})/`,
      },
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
      'index-is-for-outsiders',
      { path: '^src/', pathNot: '^src/index[.]ts$' },
      { path: '^src/index[.]ts$' },
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
