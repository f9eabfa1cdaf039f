/** onnxruntime-node: native code for this machine's processor. */
import { loadOnnxruntime } from '../peers/onnxruntime.js';
import { serve } from './engine.js';

serve((job) => loadOnnxruntime('onnxruntime-node', job));
