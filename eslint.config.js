import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Size norms; they are upper limits, half of each is the aim. */
const sizes = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 12],
  'max-params': ['error', 4],
};

/** Rules of style beyond the presets. */
const style = {
  eqeqeq: 'error',
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportDefaultDeclaration', message: 'Exports have names.' },
    { selector: 'ExportSpecifier[exported.name="default"]', message: 'Exports have names.' },
  ],
};

export default defineConfig(
  {
    ignores: ['.cache/', '.docs/', 'build/', 'coverage/', 'dist/', 'out/', 'runs/', 'fixtures/'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['Buffer', 'URL', 'console', 'module', 'performance', 'process', 'setTimeout'].map(
          (name) => [name, 'readonly'],
        ),
      ),
    },
    rules: sizes,
  },
  {
    files: ['**/*.mjs'],
    rules: style,
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...sizes,
      ...style,
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      // DOM is in `lib` for the types of WebAssembly alone; the library runs in workers and in Node.
      'no-restricted-globals': ['error', 'document', 'window'],
    },
  },
  {
    // The methods of Backend name every buffer and shape they touch.
    files: ['src/backend/**/*.ts'],
    rules: { 'max-params': 'off' },
  },
  {
    // The backward of a rule also takes what forward kept.
    files: ['src/ops/**/*.ts'],
    rules: { 'max-params': ['error', 5] },
  },
  {
    // A suite is one function that lists its cases.
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // AssemblyScript: its types are not TypeScript's, so it is parsed without them.
    files: ['kernels/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
    rules: {
      'max-lines-per-function': 'off',
      'max-params': ['error', 8],
      // Globals and casts of AssemblyScript.
      'no-undef': 'off',
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-inferrable-types': 'off',
      // asc has no `===` of its own meaning, and constant conditions fold at compile time.
      eqeqeq: 'off',
      '@typescript-eslint/consistent-type-exports': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
);
