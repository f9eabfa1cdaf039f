// A process that creates a team, lets it wait for half a second, and exits without disposing it.
import { setTimeout as sleep } from 'node:timers/promises';
import { createWasmBackend } from '../../src/backend/wasm/index.js';

await createWasmBackend({ threads: 3 });
await sleep(300); // background work of loading ends
const before = process.cpuUsage();
await sleep(500);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpuMs: (user + system) / 1000 }));
