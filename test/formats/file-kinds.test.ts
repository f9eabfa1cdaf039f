import assert from 'node:assert/strict';
import { fileKind, isWeightsFormat, type FileFormat } from '../../src/formats/file-kinds.js';
import { memorySource } from '../../src/io/byte-source.js';
import { writeNpy } from '../../src/io/npy.js';
import { writeNpz } from '../../src/io/npz.js';
import { encodePng } from '../../src/data/encode-png.js';
import { smallModel } from '../segment/small-model.js';
import { fixture } from '../support/fixtures.js';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const array = { shape: [2], data: Float32Array.of(1, 2) };

/** A tar archive starts with the name of its first file; the magic number is at byte 257. */
function tarHead(): Uint8Array {
  const head = new Uint8Array(512);
  head.set(text('sys_info'));
  head.set(text('ustar'), 257);
  return head;
}

/** One file of each format, or several, that no name introduces. */
const FILES: Readonly<Record<FileFormat, readonly Uint8Array[]>> = {
  empty: [new Uint8Array()],
  npy: [writeNpy(array)],
  pth: [fixture('weights/zip.pth'), fixture('weights/legacy.pth')],
  npz: [Buffer.concat(writeNpz(new Map([['a', array]])))],
  mat: [text(`${'MATLAB 5.0 MAT-file, Platform: GLNXA64'.padEnd(124)}\0\x01IM`)],
  hdf5: [fixture('bad/hdf5-no-caffe-snapshot.h5')],
  safetensors: [smallModel(), smallModel().subarray(0, 100)],
  png: [encodePng({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3) })],
  jpeg: [Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
  tar: [tarHead()],
  pickle: [Uint8Array.of(0x80, 4, 0x95), Uint8Array.of(0x80, 2, 0x7d)],
  onnx: [fixture('onnx/fcn-narrow-12.onnx'), fixture('onnx/fcn-narrow-12.onnx').subarray(0, 4000)],
  caffemodel: [fixture('caffe/tiny.caffemodel')],
  html: [
    text('<!DOCTYPE html>\n<html>'),
    text('\n<html lang="en">'),
    text('<?xml version="1.0"?>'),
  ],
  prototxt: [
    fixture('caffe/tiny.prototxt'),
    text('layer { name: "data" }'),
    text(`${'# a licence before the network\n'.repeat(100)}name: "net"`),
    text('\ufeffname: "net"'),
    text('nmae: "a misspelt field, for the parser to report"'),
  ],
  text: [text('# A network\n\nIt segments photos.\n'), text('{"spec": {}}'), text('{}'), text('"')],
  unknown: [Uint8Array.of(1, 2, 3), text('\0text')],
};

describe('kinds of files', () => {
  for (const [format, files] of Object.entries(FILES)) {
    it(`are recognised by their content: ${format}`, () => {
      for (const bytes of files) {
        assert.equal(fileKind(memorySource(bytes, 'file')).format, format);
      }
    });
  }

  it('have names that fit into a sentence', () => {
    const names = Object.values(FILES).map(([bytes]) => fileKind(memorySource(bytes, 'file')).name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^(?:an? .+|text)$/);
  });

  it('hold weights, or do not', () => {
    const formats = Object.keys(FILES) as FileFormat[];
    assert.deepEqual(formats.filter(isWeightsFormat), [
      ...['npy', 'pth', 'npz', 'mat', 'hdf5', 'safetensors', 'onnx', 'caffemodel'],
    ]);
  });
});
