/** onnxruntime-web on its WASM SIMD backend. */
import { loadOnnxruntime } from '../peers/onnxruntime.js';
import { serve } from './engine.js';

serve((job) => loadOnnxruntime('onnxruntime-web', job));
