// `--import tsx` reaches the main thread only on Node 20; a worker thread repeats the `--import` of
// its process, so that this file lets both run TypeScript.
//
// Only `import` is hooked, not `require`: with both, mocha would load a test and its static imports as
// CommonJS, and every dynamic `import()` in them would load a second copy of the same modules as ESM, with
// classes of its own.
import { register } from 'tsx/esm/api';

register();
