// Prints, as a line of JSON for each thread count, what `hashScores` finds: node run-in-node.mjs REPEATS THREADS...
import { hashScores } from './scores.mjs';

const fcn = await import(new URL('../../dist/entries/web.js', import.meta.url).href);
const [repeats, ...counts] = process.argv.slice(2).map(Number);
for (const threads of counts) console.log(JSON.stringify(await hashScores(fcn, threads, repeats)));
