import { fuzzFormat } from '../support/fuzz.js';
import { FUZZED_FORMATS, type FuzzedName } from '../support/fuzz-formats.js';

const MUTANTS = 20_000;
/** Time limit for one format; all formats together take less than two minutes on any machine. */
const MOST_MILLISECONDS = 9_000;

describe('damaged files of weights and networks', function () {
  this.timeout(600_000);

  for (const name of Object.keys(FUZZED_FORMATS) as FuzzedName[]) {
    it(`are refused by a typed error or read completely, within time and memory: ${name}`, () => {
      const options = { mutants: MUTANTS, milliseconds: MOST_MILLISECONDS };
      const { accepted, refused, slowest, grown } = fuzzFormat(name, options);
      console.log(
        `      ${name}: ${String(accepted + refused)} of ${String(MUTANTS)} mutants, ` +
          `${String(refused)} refused, slowest ${slowest.toFixed(0)} ms, ` +
          `most memory ${(grown / 1e6).toFixed(0)} MB`,
      );
    });
  }
});
