/**
 * Damages files of weights in every way of test/support/mutate.ts and reads them: each must be refused by
 * a typed error or read whole, in two seconds and within 64 MB and twice the file.
 *
 *     npx tsx tools/fuzz.ts [mutants per format] [format...]
 */
import { FUZZED_FORMATS, fuzzFormat, type FuzzedName } from '../test/support/fuzz-formats.js';

const [count = '20000', ...asked] = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(FUZZED_FORMATS);
const rssAtStart = process.memoryUsage.rss();

for (const name of names) {
  const start = process.cpuUsage();
  const { accepted, refused, slowest } = fuzzFormat(name as FuzzedName, Number(count));
  const { user, system } = process.cpuUsage(start);
  const grown = (1024 * process.resourceUsage().maxRSS - rssAtStart) / 1e6;
  console.log(
    `${name}: ${String(accepted + refused)} mutants, ${String(refused)} refused, ${String(accepted)} read, ` +
      `slowest ${slowest.toFixed(1)} ms, ${((user + system) / 1e6).toFixed(0)} s, ` +
      `peak memory +${grown.toFixed(0)} MB of the whole run`,
  );
}
