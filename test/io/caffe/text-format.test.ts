import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memorySource } from '../../../src/io/byte-source.js';
import { readBinary, writeBinary } from '../../../src/io/caffe/binary-format.js';
import { filterNet, type NetState } from '../../../src/io/caffe/filter-net.js';
import { printTextFormat } from '../../../src/io/caffe/print-text.js';
import { readNetText } from '../../../src/io/caffe/read-files.js';
import { caffeType } from '../../../src/io/caffe/schema.js';
import { parseTextFormat } from '../../../src/io/caffe/text-format.js';
import { TextFormatError } from '../../../src/io/caffe/text-lexer.js';
import { upgradeNet, upgradeSolver } from '../../../src/io/caffe/upgrade.js';
import { sharedFile } from '../../support/shared.js';

interface Manifest {
  readonly cases: readonly {
    readonly name: string;
    readonly file: string;
    readonly raw: string;
    readonly upgraded?: string;
    readonly filtered: readonly {
      readonly phase: NetState['phase'];
      readonly level: number;
      readonly stages: readonly string[];
      readonly file: string;
    }[];
  }[];
  readonly rejected: readonly { readonly file: string; readonly error_position: string }[];
  readonly solver: readonly { readonly file: string; readonly canonical: string }[];
}

const NET = caffeType('NetParameter');
/** Integers beyond 2⁵³ are rounded, as everywhere in files here. */
const rounded = (text: string): string =>
  text.replace(/\d{17,}/g, (digits) => String(Number(digits)));

describe("Caffe's text format", () => {
  let folder: string;
  let manifest: Manifest;
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

  describe('corpus of files that Caffe accepts or rejects', () => {
    before(function () {
      folder = sharedFile(this, 'golden/caffe/formats/prototxt');
      manifest = JSON.parse(text('manifest.json')) as Manifest;
    });

    it('is printed as by Caffe, and round-trips through the binary format', () => {
      for (const { name, file, raw } of manifest.cases) {
        const net = parseTextFormat(text(file), NET, file);
        assert.equal(printTextFormat(net), rounded(text(raw)), name);
        if (name === 'numbers2') continue; // its integers beyond 2⁵³ are not written
        const again = readBinary(memorySource(writeBinary(net).toBytes(), name), NET);
        assert.equal(printTextFormat(again), printTextFormat(net), name);
      }
      assert.equal(manifest.cases.length, 26);
    });

    it('is upgraded as by Caffe', () => {
      for (const { file, upgraded } of manifest.cases) {
        if (upgraded === undefined) continue;
        const net = upgradeNet(parseTextFormat(text(file), NET, file));
        assert.equal(printTextFormat(net), text(upgraded), file);
      }
    });

    it('is filtered by phase, level and stages', () => {
      let checked = 0;
      for (const { file, filtered } of manifest.cases) {
        for (const { phase, level, stages, file: expected } of filtered) {
          const explicit = level !== 0 || stages.length > 0;
          const state = explicit ? { phase, level, stages } : { phase };
          const net = filterNet(parseTextFormat(text(file), NET, file), state);
          assert.equal(printTextFormat(net), text(expected), expected);
          checked++;
        }
      }
      assert.equal(checked, 8);
    });

    it('is rejected at the same line and column as by Caffe', () => {
      for (const { file, error_position: position } of manifest.rejected) {
        assert.throws(
          () => parseTextFormat(text(file), NET, file),
          (error) =>
            error instanceof TextFormatError &&
            `${String(error.line)}:${String(error.column)}` === position,
          file,
        );
      }
      assert.equal(manifest.rejected.length, 29);
    });

    it('has solvers, which are upgraded to type names', () => {
      for (const { file, canonical } of manifest.solver) {
        const solver = parseTextFormat(text(file), caffeType('SolverParameter'), file);
        assert.equal(printTextFormat(upgradeSolver(solver)), text(canonical), file);
      }
    });
  });

  it('handles long blanks, comments and strings', () => {
    const read = (text: string) => readNetText(Buffer.from(text), 'long.prototxt');
    assert.equal(read('# no layer\n \n'.repeat(300_000)).has('layer'), false);
    assert.equal(read(`name: "${'\\n'.repeat(1_000_000)}"`).text('name').length, 1_000_000);
    assert.throws(() => read(' '.repeat(5_000_000)), /description too long \(got 5000000 bytes/);
    assert.throws(() => read(`${'\n'.repeat(1_000_000)}nam: 1`), /1000001:4: .*no field nam/);
  });

  it('states line and column of an error', () => {
    assert.throws(() => parseTextFormat('name: "a"\n  nam: 3', NET, 'net.prototxt'), {
      name: 'TextFormatError',
      message: 'net.prototxt: 2:6: NetParameter has no field nam (at byte 15)',
    });
  });

  it('rejects layers of two formats, and padding before an unsupported layer', () => {
    const both = parseTextFormat('layers { name: "a" } layer { name: "b" }', NET, 'both');
    assert.throws(() => upgradeNet(both), /layers of two formats/);
    const padded = parseTextFormat(
      'input: "x" input_dim: [1, 1, 2, 2] layers { layer { name: "p" type: "padding" pad: 1 } bottom: "x" top: "p" } ' +
        'layers { layer { name: "r" type: "relu" } bottom: "p" top: "r" }',
      NET,
      'padded',
    );
    assert.throws(() => upgradeNet(padded), /layer r: unsupported padding layer/);
  });
});
