import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyRule } from '../src/autograd/op-rule.js';
import * as tensorEntry from '../src/entries/tensor.js';
import { readFunctions } from './support/wat.js';

/** Why a place of an op's row is empty. */
type Reasons = Readonly<Record<string, string>>;

/** Files of src/ops that several ops share. */
const NOT_OPS: readonly string[] = ['pool-options', 'weight-and-bias'];

const ops = readdirSync('src/ops')
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => !NOT_OPS.includes(name));

/** Functions of src/ops that no graph contains, and the reason. */
const WITHOUT_RULE: Reasons = { argmax: 'returns bytes, not a tensor' };

/** Rules by the files of src/ops: the rule that `x-y.ts` exports is `xYRule`. */
const rules = new Map<string, AnyRule>();
for (const op of ops) {
  const exported = (await import(`../src/ops/${op}.js`)) as Readonly<Record<string, unknown>>;
  const rule = exported[`${camelCase(op)}Rule`] as AnyRule | undefined;
  if (rule !== undefined) rules.set(op, rule);
}

/** Ops on the kernels of others, and whose file holds those, definition and kernel alike. */
const COMPOSITIONS: Reasons = {
  add: 'add-scaled',
  concat: 'copy-box',
  crop: 'copy-box',
  dropout: 'add-scaled',
  linear: 'conv2d',
  multiply: 'channel-scale',
  reshape: 'copy-box',
  slice: 'copy-box',
  'weighted-sum': 'add-scaled',
};

/** Ops that both backends compute by the loops of the reference: their rules say so. */
const PLAIN: Reasons = Object.fromEntries(
  [...rules]
    .filter(([, { computedBy }]) => computedBy === 'plain-loops')
    .map(([op]) => [op, 'plain loops on both backends; its test has the values']),
);

const WITHOUT_KERNEL_FILE: Reasons = {
  ...PLAIN,
  'conv-transpose2d': 'its three passes are those of conv2d with input and output changed over',
};

const WITHOUT_GOLDEN: Reasons = {
  ...PLAIN,
  add: 'weighted-sum with coefficients 1, whose golden has that case',
  argmax: 'nothing is computed: the test says which class wins, ties and NaN included',
  dropout: 'its mask is drawn by our own stream; the test checks the laws it must obey',
  multiply:
    'one rounding; the products of Caffe are among the layers that test/formats/caffe reads',
  reshape: 'nothing is computed: the test says in which order the numbers lie',
  slice: 'nothing is computed: the test takes apart what concat put together',
};

const WITHOUT_BENCH: Reasons = PLAIN;

/** Calls that may stand among vector code, by function, and why. */
const LISTED_CALLS: Reasons = {};

const FOLDERS = ['src', 'kernels', 'test', 'bench', 'tools', 'examples', 'docs', 'fixtures', '.ci'];
const TEXT = /\.(ts|mjs|cjs|js|py|json|md|sh)$|^\.ci\/run$/;

const KERNELS_MAX_BYTES = 200 * 1024;

describe('the row of every op', () => {
  const columns: [string, (op: string) => string, Reasons][] = [
    ['a definition', (op) => `src/backend/reference/${COMPOSITIONS[op] ?? op}.ts`, {}],
    ['a kernel', (op) => `kernels/${COMPOSITIONS[op] ?? op}.ts`, WITHOUT_KERNEL_FILE],
    ['a test', (op) => `test/ops/${op}.test.ts`, {}],
    ['a golden', (op) => `fixtures/ops/${op}.safetensors`, WITHOUT_GOLDEN],
    ['a bench', (op) => `bench/ops/${op}.bench.ts`, WITHOUT_BENCH],
  ];
  for (const [what, pathOf, reasons] of columns) {
    it(`has ${what}, or a reason why not`, () => {
      const missing = ops.filter((op) => !(op in reasons) && !existsSync(pathOf(op)));
      assert.deepEqual(missing.map(pathOf), [], 'these files are missing');
      const needless = Object.keys(reasons).filter(
        (op) => !ops.includes(op) || existsSync(pathOf(op)),
      );
      assert.deepEqual(needless, [], 'these are listed as missing, but are not, or are no ops');
    });
  }

  it('is listed as a composition only without a kernel of its own', () => {
    const wrong = Object.keys(COMPOSITIONS).filter(
      (op) => !ops.includes(op) || existsSync(`kernels/${op}.ts`),
    );
    assert.deepEqual(wrong, []);
  });

  it('starts with an op that is public and that its test calls', () => {
    const untested = ops.flatMap((op) =>
      exportedFunctions(`src/ops/${op}.ts`)
        .filter((name) => !name.endsWith('Attrs')) // shared between ops
        .filter((name) => !(name in tensorEntry) || !calls(`test/ops/${op}.test.ts`, name))
        .map((name) => `${name} of src/ops/${op}.ts`),
    );
    assert.deepEqual(untested, [], 'not exported by src/index.ts, or not called by the test');
  });
});

describe('the rule of every op', () => {
  it('is exported by its file under its name', () => {
    const missing = ops.filter((op) => !(op in WITHOUT_RULE) && !rules.has(op));
    assert.deepEqual(missing, [], 'src/ops/x-y.ts exports no xYRule');
    const misnamed = [...rules].filter(([op, { name }]) => name !== camelCase(op));
    assert.deepEqual(
      misnamed.map(([op]) => op),
      [],
      'the name of the rule is not that of its file',
    );
  });

  const facts: Record<string, (rule: Partial<AnyRule>) => boolean> = {
    'its code': ({ computedBy = '' }) => ['backend', 'plain-loops'].includes(computedBy),
    'the coordinates of its inputs': ({ geometry }) => typeof geometry?.coordinates === 'function',
    'its footprint': ({ geometry }) => typeof geometry?.footprint === 'function',
    'its shape': ({ inferShape }) => typeof inferShape === 'function',
    'forward and backward': ({ forward, backward }) =>
      forward !== undefined && backward !== undefined,
  };
  for (const [fact, holds] of Object.entries(facts)) {
    it(`states ${fact}`, () => {
      const lacking = [...rules].filter(([, rule]) => !holds(rule)).map(([op]) => op);
      assert.deepEqual(lacking, [], `these ops lack ${fact}`);
    });
  }

  it('counts its multiplications if it computes products of matrices or filters', () => {
    const multiplying = ['conv2d', 'conv-transpose2d', 'linear', 'mat-mul'];
    const lacking = multiplying.filter((op) => rules.get(op)?.macs === undefined);
    assert.deepEqual(lacking, [], 'these ops lack macs');
  });

  it('says truly which code computes it', () => {
    const wrong = [...rules].filter(([op, { computedBy }]) => {
      const source = readFileSync(`src/ops/${op}.ts`, 'utf8');
      const usesLoops = /^import \{[^}]*\} from '\.\.\/backend\/reference\//m.test(source);
      const usesKernels = /\bbackend\.(?!alloc\b)\w+\(/.test(source);
      return computedBy === 'backend' ? usesLoops || !usesKernels : usesKernels || !usesLoops;
    });
    assert.deepEqual(
      wrong.map(([op]) => op),
      [],
    );
  });

  it('is known by identity: no table or switch outside src/ops is keyed by names of ops', () => {
    const names = [...rules.values()]
      .map(({ name }) => name)
      .filter((name) => /[A-Z0-9]/.test(name));
    const sources = ['src/graph', 'src/plan', 'src/formats']
      .flatMap(withFoldersInside)
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .filter((file) => file.endsWith('.ts'));
    const keyed = new RegExp(`(case |\\[|=== )'(${names.join('|')})'`);
    assert.deepEqual(matches(sources, keyed), []);
    assert.deepEqual(matches(sources, /\bas [A-Z][A-Za-z0-9]*Attrs\b/), []);
  });
});

describe('the kernels', () => {
  it('call nothing inside a loop of vector code', () => {
    const found = readFunctions(readFileSync('build/kernels.wat', 'utf8'))
      .filter(({ callsAmongVectors }) => callsAmongVectors.length > 0)
      .map(({ name }) => name);
    assert.deepEqual(found.sort(), Object.keys(LISTED_CALLS));
  });

  it('are a small file', () => {
    assert.ok(statSync('build/kernels.wasm').size <= KERNELS_MAX_BYTES);
  });

  it('use neither relaxed SIMD nor memory that grows', () => {
    const wat = readFileSync('build/kernels.wat', 'utf8');
    assert.deepEqual(wat.match(/\b\S*relaxed\S*|memory\.grow/g), null);
  });
});

describe('the files of the project', () => {
  const files = ['.', ...FOLDERS.flatMap(withFoldersInside)]
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((file) => TEXT.test(file) && statSync(file).isFile());

  it('name no path of one machine', () => {
    assert.deepEqual(matches(files, /(?<![\w.~-])\/(work|farm|root|home)\/\w/), []);
  });

  it('have a lock file that names no download host', () => {
    assert.deepEqual(matches(['package-lock.json'], /"resolved": *"https?:/), []);
  });

  it('hold no unfinished marks', () => {
    const sources = files.filter((file) => /^(src|kernels|test|bench|tools)\//.test(file));
    assert.deepEqual(matches(sources, /\b(TO[D]O|FIX[M]E|X[X]X|(not |un)implemente[d])\b/), []);
  });

  it('fence no test off except by skip(), which takes a reason', () => {
    const tests = files.filter((file) => /^test\/.*\.test\.ts$/.test(file));
    assert.deepEqual(matches(tests, /\b(describe|it|context)\.(only|skip)\(|this\.skip\(/), []);
  });
});

/** `conv-transpose2d` → `convTranspose2d`. */
function camelCase(file: string): string {
  return file.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A folder, if it exists, and those inside it. */
function withFoldersInside(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const inside = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .flatMap((entry) => withFoldersInside(join(folder, entry.name)));
  return [folder, ...inside];
}

/** Names of the functions that a file exports. */
function exportedFunctions(file: string): string[] {
  const found = readFileSync(file, 'utf8').matchAll(/^export (?:async )?function (\w+)/gm);
  return Array.from(found, ([, name]) => name);
}

/** True if a file exists and calls a function. */
function calls(file: string, name: string): boolean {
  return existsSync(file) && new RegExp(`\\b${name}\\(`).test(readFileSync(file, 'utf8'));
}

/** The places, as `file:line: text`, at which a pattern matches. */
function matches(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line, i) => `${file}:${String(i + 1)}: ${line.trim()}`)
      .filter((line) => pattern.test(line.slice(line.indexOf(': ') + 2))),
  );
}
