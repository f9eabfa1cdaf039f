import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { segmentFile } from '../../../src/cli/commands/segment/file.js';
import { segmentReporter } from '../../../src/cli/commands/segment/report.js';
import { CommandError, EXIT, usageError } from '../../../src/cli/shell/exit-codes.js';
import { failureOf } from '../../../src/cli/shell/failure.js';
import { FcnError, ParseError } from '../../../src/core/errors.js';
import { OptionError } from '../../../src/core/option-error.js';
import { OpenError, type OpenErrorKind } from '../../../src/open/open-error.js';
import { RecipeError } from '../../../src/train/recipe-error.js';
import type { Segmenter } from '../../../src/segment/segmenter.js';
import { pngPicture } from '../../segment/pictures.js';
import { smallModel } from '../../segment/small-model.js';
import { runInProcess } from '../in-process.js';
import { scratchFolder } from '../run-cli.js';

const ADVICE = 'please report it with the output under FCN_DEBUG=1';

/** Exit code of every kind of error about opening; the compiler refuses a table that lacks one. */
const OPEN_ERRORS: Readonly<Record<OpenErrorKind, number>> = {
  'unknown-name': 2,
  'not-found': 2,
  'no-weights': 2,
  'option-needed': 2,
  'option-refused': 2,
  unreadable: 3,
  'not-downloaded': 3,
  'not-a-network': 3,
  damaged: 3,
  'wrong-digest': 3,
  'weights-do-not-fit': 3,
};

describe('the exit code and the message of an error', () => {
  const folder = scratchFolder();

  for (const [kind, exitCode] of Object.entries(OPEN_ERRORS)) {
    it(`OpenError ${kind}: ${String(exitCode)}`, () => {
      const error = new OpenError(
        kind as OpenErrorKind,
        (naming) => `net: use ${naming('network')}`,
      );
      const message = exitCode === 3 ? 'model refused: net: use --net' : 'net: use --net';
      assert.deepEqual(failureOf(error), { exitCode, message });
    });
  }

  it('OptionError: wrong usage, with options named by their flags', () => {
    const error = new OptionError((naming) => `invalid ${naming('preprocessing')}`);
    assert.deepEqual(failureOf(error), { exitCode: EXIT.usage, message: 'invalid --preprocess' });
  });

  it('RecipeError: wrong usage', () => {
    const error = new RecipeError('r.json: no stages');
    assert.deepEqual(failureOf(error), { exitCode: EXIT.usage, message: 'r.json: no stages' });
  });

  it('CommandError: its own exit code, on one line', () => {
    assert.deepEqual(failureOf(usageError('a\n  b')), { exitCode: EXIT.usage, message: 'a b' });
    const interrupted = new CommandError(EXIT.interrupted, 'interrupted');
    assert.deepEqual(failureOf(interrupted), { exitCode: 130, message: 'interrupted' });
  });

  it('CommanderError: usage or, after the help, success; its message is written already', () => {
    const wrong = new CommanderError(1, 'commander.unknownOption', 'error: unknown option');
    assert.deepEqual(failureOf(wrong), { exitCode: EXIT.usage, message: '' });
    const help = new CommanderError(0, 'commander.help', '(outputHelp)');
    assert.deepEqual(failureOf(help), { exitCode: EXIT.ok, message: '' });
  });

  it('other errors of the library: failed', () => {
    assert.deepEqual(failureOf(new FcnError('no')), { exitCode: EXIT.failed, message: 'no' });
    const { exitCode, message } = failureOf(new ParseError('photo.png', 4, 'damaged'));
    assert.equal(exitCode, EXIT.failed);
    assert.match(message, /^photo\.png: damaged/);
  });

  it('system errors: failed, with the path and the reason', () => {
    const path = join(folder.path, 'gone');
    const thrown = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    const gone = failureOf(thrown(() => readFileSync(path)));
    assert.deepEqual(gone, { exitCode: EXIT.failed, message: `${path}: no such file or folder` });
    const isFolder = failureOf(thrown(() => readFileSync(folder.path)));
    assert.equal(isFolder.exitCode, EXIT.failed);
    assert.match(isFolder.message, /^EISDIR/);
  });

  it('anything else: an internal error', () => {
    for (const error of [new TypeError('x is undefined'), new RangeError('x is undefined')]) {
      const message = `internal error: x is undefined; ${ADVICE}`;
      assert.deepEqual(failureOf(error), { exitCode: EXIT.internal, message });
    }
    assert.equal(failureOf('thrown text').exitCode, EXIT.internal);
  });
});

describe('a programming error while a network is read', function () {
  this.timeout(60_000);
  const folder = scratchFolder();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with `this` below
  const { set } = Map.prototype;

  beforeEach(() => {
    writeFileSync(join(folder.path, 'net.safetensors'), smallModel());
    writeFileSync(join(folder.path, 'photo.png'), pngPicture(20, 12));
  });

  /** Runs work during which a map does not accept a name of the network's arrays. */
  async function withMistake<T>(work: () => Promise<T>): Promise<T> {
    Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
      if (key === 'fc7.weight') throw new TypeError('planted');
      return set.call(this, key, value);
    };
    try {
      return await work();
    } finally {
      Map.prototype.set = set;
    }
  }

  const COMMANDS: Readonly<Record<string, (net: string, photo: string) => readonly string[]>> = {
    segment: (net, photo) => ['segment', photo, '--model', net, '-o', `${photo}.out`],
    inspect: (net) => ['inspect', net, '--size', '40x40'],
    run: (net, photo) => ['run', '--net', net, '-i', photo],
    convert: (net) => ['convert', net, `${net}.npz`],
    diff: (net) => ['diff', net, net],
    pack: (net) => ['pack', net, '-o', `${net}.packed`, '--size', '40x40'],
    eval: (net, photo) => ['eval', '--model', net, '--data', photo],
    heatmap: (net, photo) => ['heatmap', photo, '--model', net, '-o', `${photo}.heat.png`],
    verify: (net) => ['verify', '--weights', net],
  };

  for (const [command, argsOf] of Object.entries(COMMANDS)) {
    it(`fcn ${command}: an internal error, not a refused file`, async () => {
      const args = argsOf(join(folder.path, 'net.safetensors'), join(folder.path, 'photo.png'));
      const { code, stderr } = await withMistake(() => runInProcess(...args));
      assert.equal(stderr, `internal error: planted; ${ADVICE}`);
      assert.equal(code, EXIT.internal);
    });
  }
});

describe('a programming error while a photo is segmented', () => {
  const folder = scratchFolder();

  it('is an internal error of that photo alone, and of the exit code', async () => {
    const input = join(folder.path, 'photo.png');
    writeFileSync(input, pngPicture(20, 12));
    const job = { input, classMap: `${input}.map`, overlay: `${input}.overlay` };
    const segmenter = { segment: () => Promise.reject(new TypeError('planted')) };
    const outcome = await segmentFile(segmenter as unknown as Segmenter, job, {
      ...{ opacity: 1, identify: false },
    });
    const failed = { failure: `internal error: planted; ${ADVICE}`, exitCode: EXIT.internal };
    assert.deepEqual(outcome, failed);
    const reporter = segmentReporter([job], { modelName: 'net', mode: 'exact', threads: 1 });
    reporter.ended(job, failed);
    assert.deepEqual(reporter.finish(), { failures: 1, exitCode: EXIT.internal });
  });
});
