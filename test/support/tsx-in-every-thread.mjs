// `--import tsx` reaches the main thread only on Node 20; a worker thread repeats the `--import` of
// its process, so that this file lets both run TypeScript.
import { register as registerRequire } from 'tsx/cjs/api';
import { register } from 'tsx/esm/api';

registerRequire();
register();
