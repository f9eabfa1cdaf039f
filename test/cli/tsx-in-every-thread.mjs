// `--import tsx` reaches the main thread only on Node 20; a worker thread repeats the `--import` of
// its process, so that this file lets both run TypeScript.
import { register } from 'tsx/esm/api';

register();
