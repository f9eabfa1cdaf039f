/**
 * libjpeg-turbo as a WebAssembly module: the decoder of Pillow, OpenCV and the browsers, with the same bits.
 *
 * The module is part of the package `@cwasm/jpeg-turbo`. Its exports are used directly: the package's own
 * function ignores warnings, cannot decode CMYK and keeps the memory of the largest image.
 *
 * @see libjpeg-turbo, turbojpeg.h (API) and jpeglib.h (`jpeg_error_mgr`).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Channels per pixel of the decoded image: RGB, or CMYK as stored (Adobe's files store it inverted). */
export type JpegChannels = 3 | 4;

/** The exports of the module that are used. Pointers are byte offsets in `memory`; handles are pointers. */
interface TurboExports {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
  tjInitDecompress(): number;
  tjDestroy(handle: number): number;
  tjDecompressHeader3(
    handle: number,
    file: number,
    bytes: number,
    width: number,
    height: number,
    subsampling: number,
    colorSpace: number,
  ): number;
  tjDecompress2(
    handle: number,
    file: number,
    bytes: number,
    pixels: number,
    width: number,
    rowBytes: number,
    height: number,
    pixelFormat: number,
    flags: number,
  ): number;
}

/** `TJPF_RGB` and `TJPF_CMYK` of turbojpeg.h. */
const PIXEL_FORMAT = { 3: 0, 4: 11 } as const;

/** `TJFLAG_STOPONWARNING` of turbojpeg.h: a warning ends the decoding, as an error does. */
const STOP_ON_WARNING = 8192;

/** A larger memory is released after the image, since a WebAssembly memory never shrinks. */
const KEPT_BYTES = 64 * 2 ** 20;

/**
 * Offset in the object of a handle of the pointer to its `jpeg_error_mgr`, for the version of the module that
 * package.json fixes: the size of the `jpeg_compress_struct` before it.
 */
const ERROR_MANAGER = 376;

/** Offsets in a `jpeg_error_mgr`: after five functions, then 80 bytes of parameters and two counts. */
const MESSAGE_CODE = 20;
const MESSAGE_PARAMETERS = 24;
const MESSAGE_TABLE = 112;
const LAST_MESSAGE = 116;

const require = createRequire(import.meta.url);

let compiled: WebAssembly.Module | undefined;
let kept: TurboExports | undefined;

/**
 * Decodes a JPEG file whose segments are checked.
 *
 * @param size - Width and height in the frame header.
 * @returns The pixels, row by row.
 * @throws Error with the decoder's text on the first warning or error of libjpeg.
 */
export function decodeTurbo(
  file: Uint8Array,
  size: { readonly width: number; readonly height: number },
  channels: JpegChannels,
): Uint8Array {
  const turbo = kept ?? instantiate();
  kept = undefined; // after an error the state of the instance is unknown
  const pixels = decodeWith(turbo, file, size, channels);
  if (turbo.memory.buffer.byteLength <= KEPT_BYTES) kept = turbo;
  return pixels;
}

function decodeWith(
  turbo: TurboExports,
  file: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  channels: JpegChannels,
): Uint8Array {
  const rowBytes = width * channels;
  const input = allocate(turbo, file.length);
  new Uint8Array(turbo.memory.buffer, input, file.length).set(file);
  const output = allocate(turbo, rowBytes * height);
  const handle = turbo.tjInitDecompress();
  const header = allocate(turbo, 16);
  const [at, format] = [header, PIXEL_FORMAT[channels]];
  const status = reportingErrors(turbo, handle, () => {
    turbo.tjDecompressHeader3(handle, input, file.length, at, at + 4, at + 8, at + 12);
    return turbo.tjDecompress2(
      handle,
      input,
      file.length,
      output,
      width,
      rowBytes,
      height,
      format,
      STOP_ON_WARNING,
    );
  });
  if (status !== 0) throw new Error('the decoder failed');
  const [seenWidth, seenHeight] = new Uint32Array(turbo.memory.buffer, header, 2);
  if (seenWidth !== width || seenHeight !== height) throw new Error('two sizes in one file');
  turbo.tjDestroy(handle);
  const pixels = new Uint8Array(turbo.memory.buffer, output, rowBytes * height).slice();
  for (const pointer of [header, output, input]) turbo.free(pointer);
  return pixels;
}

function allocate(turbo: TurboExports, bytes: number): number {
  const pointer = turbo.malloc(bytes);
  if (pointer === 0) throw new Error(`no memory for ${String(bytes)} bytes`);
  return pointer;
}

/** Runs a call; if libjpeg gives up, throws an error with the text of libjpeg's message. */
function reportingErrors(turbo: TurboExports, handle: number, call: () => number): number {
  try {
    return call();
  } catch (cause) {
    throw new Error(messageOf(turbo.memory, handle) ?? String(cause), { cause });
  }
}

/** Text of the last message of libjpeg, with its parameters; null if there is none. */
function messageOf({ buffer }: WebAssembly.Memory, handle: number): string | null {
  const view = new DataView(buffer);
  const manager = view.getUint32(handle + ERROR_MANAGER, true);
  const code = view.getUint32(manager + MESSAGE_CODE, true);
  if (code < 1 || code > view.getUint32(manager + LAST_MESSAGE, true)) return null;
  const text = view.getUint32(view.getUint32(manager + MESSAGE_TABLE, true) + 4 * code, true);
  const bytes = new Uint8Array(buffer, text);
  const template = String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
  let parameter = manager + MESSAGE_PARAMETERS;
  const message = template.replace(/%(?:u|d|0(\d)x)/g, (_, digits?: string) => {
    const value = view.getInt32(parameter, true);
    parameter += 4;
    return digits === undefined ? String(value) : value.toString(16).padStart(Number(digits), '0');
  });
  return message.replace('Corrupt JPEG data: ', '');
}

/** An instance with its own memory; the module is compiled once per process. */
function instantiate(): TurboExports {
  compiled ??= new WebAssembly.Module(
    readFileSync(require.resolve('@cwasm/jpeg-turbo/jpeg-turbo.wasm')),
  );
  const refuse = (): never => {
    throw new Error('the decoder stopped');
  };
  const { exports } = new WebAssembly.Instance(compiled, {
    env: { setjmp: () => 0, longjmp: refuse },
    wasi_snapshot_preview1: {
      environ_sizes_get: () => 0,
      environ_get: refuse,
      proc_exit: refuse,
      fd_close: refuse,
      fd_seek: refuse,
      fd_write: refuse,
    },
  });
  return exports as unknown as TurboExports; // the exports of the version in package.json
}
