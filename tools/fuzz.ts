/**
 * Damages files of weights and networks in every way of test/support/mutate.ts and reads them: each must be
 * rejected with a typed error or read completely, in two seconds and within 64 MB plus twice the file size.
 *
 *     npx tsx tools/fuzz.ts [mutants per format] [format...]
 */
import { SEED } from '../test/support/arbitraries.js';
import { fuzzFormat } from '../test/support/fuzz.js';
import { FUZZED_FORMATS, type FuzzedName } from '../test/support/fuzz-formats.js';

const [count = '20000', ...asked] = process.argv.slice(2);
const names = Object.keys(FUZZED_FORMATS).filter(
  (name) => asked.length === 0 || asked.includes(name),
);

console.log(`Node ${process.version}, seed ${String(SEED)}`);
console.log('| format | mutants | refused | read | slowest, ms | most memory, MB | CPU, s |');
console.log('|---|---|---|---|---|---|---|');
for (const name of names) {
  const start = process.cpuUsage();
  // The names are the keys of the record.
  const counts = fuzzFormat(name as FuzzedName, { mutants: Number(count) });
  const { accepted, refused, slowest, grown } = counts;
  const { user, system } = process.cpuUsage(start);
  const figures = [
    ...[accepted + refused, refused, accepted].map(String),
    ...[slowest, grown / 1e6, (user + system) / 1e6].map((figure) => figure.toFixed(0)),
  ];
  console.log(`| ${[name, ...figures].join(' | ')} |`);
}
