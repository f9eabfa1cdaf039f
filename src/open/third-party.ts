/**
 * Everything that opens networks which are not model files of this library: the zoo, Caffe, ONNX and the readers of
 * weights. Imported when it is needed, so that the embedded model starts without them.
 */
export { cachedPath } from './cached-path.js';
export { networkOfName, unknownName } from './known-names.js';
export { openOnnx } from './open-onnx.js';
export { openPrototxt } from './open-prototxt.js';
export { openDefinition, openPublished } from './open-published.js';
export { openSpec } from './open-spec.js';
export { overlaid } from './overlaid.js';
export { weightsFile } from './weights-of-source.js';
export { parsePreprocessing } from '../zoo/parse-preprocessing.js';
export { entryOfFile, entryOfNetwork } from '../zoo/source.js';
