// `fcn-wasm/zoo`: published weights, their download and their verification.

import '../core/platform-types.js';

export type { CachedFile, Environment } from '../zoo/cache.js';
export { ZOO, zooEntry } from '../zoo/catalogue.js';
export { download, DownloadError, OfflineError, type DownloadOptions } from '../zoo/download.js';
export type * from '../zoo/entry.js';
export { parsePreprocessing } from '../zoo/parse-preprocessing.js';
export { NYUD_DEPTH } from '../zoo/preprocessing.js';
export { NotDownloadedError } from '../zoo/source.js';
export type { Check, Verdict } from '../verify/checks.js';
export type { ClassAgreement, DemoFigures, DemoResult } from '../verify/demo.js';
export { toMarkdown, type DatasetResult, type VerifyReport } from '../verify/report.js';
export { verify, type VerifyOptions } from '../verify/verify-weights.js';
