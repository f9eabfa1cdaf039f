// Entry point of a helper thread in a browser, started by web-thread.ts.
import { serve, UP, type HelperSetup } from './serve.js';

globalThis.onmessage = ({ data }: MessageEvent<HelperSetup>) => {
  globalThis.postMessage(UP);
  serve(data);
  globalThis.close();
};
