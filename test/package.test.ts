import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { markedBlocks, relativeLinks } from './support/markdown.js';

/** What `npm pack --json` says about a tarball. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** What a manifest says about a package. */
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

const MAX_BYTES_WITHOUT_WEIGHTS = 3e6;
const MAX_DEPENDENCIES = 5;

/** Everything a user needs, and nothing else. */
const SHIPPED = [
  /^dist\/[\w/-]+\.(js|d\.ts)$/,
  /^build\/kernels(-threads)?\.(wasm|d\.ts)$/,
  /^models\/[\w.-]+\.(safetensors|md)$/,
  /^docs\/[\w./-]+\.(md|png|svg)$/,
  /^(CHANGELOG\.md|CONTRIBUTING\.md|LICENSE|README\.md|package\.json)$/,
];

const CONSUMER = `
import { backward, createReferenceBackend, createWasmBackend, relu, Tensor } from 'fcn-wasm/tensor';
import type { Backend, Shape } from 'fcn-wasm/tensor';

const shape: Shape = [1, 1, 1, 2];
const backends: Backend[] = [createReferenceBackend(), await createWasmBackend()];
for (const backend of backends) {
  const x = Tensor.from(backend, [-1, 2], shape, { requiresGrad: true });
  backward(relu(x), [1, 1]);
  console.log(backend.name, [...x.grad].join(' '));
}
`;
const CONSUMER_SAYS = 'reference-float32 0 1\nwasm-simd 0 1\n';

const CONSUMER_TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023', 'DOM'],
    module: 'NodeNext',
    strict: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [resolve('node_modules/@types')],
  },
  include: ['*.ts'],
};

describe('the package', () => {
  let folder = '';
  let packed: Packed;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fcn-wasm-'));
    const needed = ['.', ...installedDependencies('package.json')];
    // Tarballs of what lies in node_modules, so that no registry and no cache is asked.
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const tarballs = JSON.parse(run('npm', [...args, ...needed])) as Packed[];
    packed = tarballs[0];
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const files = tarballs.map(({ filename }) => join(folder, filename));
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...files], folder);
    writeFileSync(join(folder, 'consumer.ts'), CONSUMER);
    compile(folder);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds what was built of the present sources', () => {
    const sources = filesIn('src', '.ts');
    const built = filesIn('dist', '.js');
    assert.deepEqual(built, sources, 'run `npm run build` after removing dist');
    const stale = sources.filter(
      (name) => statSync(`src/${name}.ts`).mtimeMs > statSync(`dist/${name}.js`).mtimeMs,
    );
    assert.deepEqual(stale, [], 'changed since the build: run `npm run build`');
  });

  it('holds only what a user needs', () => {
    const paths = packed.files.map(({ path }) => path);
    const stray = paths.filter((path) => !SHIPPED.some((pattern) => pattern.test(path)));
    assert.deepEqual(stray, []);
    const missing = SHIPPED.filter((pattern) => !paths.some((path) => pattern.test(path)));
    assert.deepEqual(missing, [], 'nothing in the package is of these kinds');
    for (const path of ['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/cli/main.js'])
      assert.ok(paths.includes(path), `${path} is missing`);
  });

  it('holds every page and picture that its README links to', () => {
    const paths = packed.files.map(({ path }) => path);
    const links = relativeLinks(readFileSync('README.md', 'utf8'));
    assert.deepEqual(
      links.filter((link) => !paths.includes(link)),
      [],
    );
  });

  it('is small', () => {
    const bytes = packed.files
      .filter(({ path }) => !path.endsWith('.safetensors'))
      .reduce((sum, { size }) => sum + size, 0);
    assert.ok(bytes < MAX_BYTES_WITHOUT_WEIGHTS, `${String(bytes)} bytes without weights`);
    assert.ok(dependenciesOf('package.json').length <= MAX_DEPENDENCIES);
  });

  it('declares types that need no other library than a page has', () => {
    checkTypes(folder, ['fcn-wasm/web'], { lib: ['es2022', 'dom'], types: [] });
  });

  it('declares types that need no other library than Node has', () => {
    checkTypes(folder, entryPoints(), { lib: ['es2022'], types: ['node'] });
  });

  it('compiles and runs in an empty folder', () => {
    assert.equal(run('node', ['consumer.js'], folder), CONSUMER_SAYS);
  });

  it('needs no code generation', () => {
    const flags = ['--disallow-code-generation-from-strings'];
    assert.equal(run('node', [...flags, 'consumer.js'], folder), CONSUMER_SAYS);
  });

  it('brings its command', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.equal(
      run('npx', ['--offline', '--no', '--', 'fcn', '--version'], folder),
      `${version}\n`,
    );
  });

  it('does what the README says', () => {
    const blocks = existsSync('README.md') ? markedBlocks(readFileSync('README.md', 'utf8')) : [];
    for (const language of ['ts', 'sh']) {
      assert.ok(
        blocks.some((block) => block.language === language),
        `README.md has no block that starts with \`\`\`${language} run`,
      );
    }
    mkdirSync(join(folder, 'fixtures'), { recursive: true });
    cpSync('fixtures/photos', join(folder, 'fixtures/photos'), { recursive: true });
    const snippets = blocks.filter(({ language }) => language === 'ts');
    for (const { code, line } of snippets)
      writeFileSync(join(folder, `readme-${String(line)}.ts`), code);
    compile(folder);
    for (const { line } of snippets) run('node', [`readme-${String(line)}.js`], folder);
    for (const { language, code } of blocks)
      if (language === 'sh') run('sh', ['-euc', code], folder);
  });
});

/** Runs a command; its output, or an error with all that it said. */
function run(command: string, args: readonly string[], cwd = '.'): string {
  const env: NodeJS.ProcessEnv = { ...process.env };
  // An npm inside an npm must not take over what the outer one was told.
  for (const name of Object.keys(env)) if (/^npm_/i.test(name)) Reflect.deleteProperty(env, name);
  env['PATH'] = [resolve(cwd, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  try {
    return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    const said = `${stdout ?? ''}${stderr ?? ''}`;
    throw new Error(`${command} ${args.join(' ')} failed:\n${said}`, { cause: error });
  }
}

/** Compiles the .ts files of a folder as someone else's project. */
function compile(folder: string): void {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONSUMER_TSCONFIG));
  run('node', [resolve('node_modules/typescript/bin/tsc'), '-p', '.'], folder);
}

/** Type-checks a file that imports entry points, declarations included, for a platform. */
function checkTypes(
  folder: string,
  entries: readonly string[],
  platform: { readonly lib: readonly string[]; readonly types: readonly string[] },
): void {
  const imports = entries.map((entry, i) => `import * as entry${String(i)} from '${entry}';`);
  const names = entries.map((_, i) => `entry${String(i)}`);
  const file = join(folder, 'types-only.ts');
  const project = join(folder, 'types-only.json');
  writeFileSync(file, [...imports, `export const entries = [${names.join(', ')}];`].join('\n'));
  const options = { ...CONSUMER_TSCONFIG.compilerOptions, ...platform, noEmit: true };
  writeFileSync(project, JSON.stringify({ compilerOptions: options, files: [file] }));
  run('node', [resolve('node_modules/typescript/bin/tsc'), '-p', project], folder);
  rmSync(file);
}

/** Names under which modules of the package are imported. */
function entryPoints(): string[] {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  return Object.keys(manifest.exports)
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => `fcn-wasm${entry.slice(1)}`);
}

function dependenciesOf(manifest: string): string[] {
  return Object.keys((JSON.parse(readFileSync(manifest, 'utf8')) as Manifest).dependencies ?? {});
}

/** Folders, `./node_modules/…`, of all packages that a manifest asks for, and of those they ask for. */
function installedDependencies(manifest: string): string[] {
  return dependenciesOf(manifest).flatMap((name) => [
    `./node_modules/${name}`,
    ...installedDependencies(`node_modules/${name}/package.json`),
  ]);
}

/** Paths of the files with this ending, without it, in order; declarations are left out. */
function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !path.endsWith('.d.ts'))
    .map((path) => path.slice(0, -ending.length))
    .sort();
}
