// The first file of a helper in a browser; its other side is web-thread.ts.
import { serve, UP, type HelperSetup } from './serve.js';

globalThis.onmessage = ({ data }: MessageEvent<HelperSetup>) => {
  globalThis.postMessage(UP);
  serve(data);
  globalThis.close();
};
