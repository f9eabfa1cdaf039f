// A process that makes a team, lets it wait for half a second, and leaves it to its fate.
import { setTimeout as sleep } from 'node:timers/promises';
import { createWasmBackend } from '../../src/backend/wasm/index.js';

await createWasmBackend({ threads: 3 });
await sleep(300); // what loading has begun comes to an end
const before = process.cpuUsage();
await sleep(500);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpuMs: (user + system) / 1000 }));
