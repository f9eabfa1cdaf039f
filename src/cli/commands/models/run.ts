import { cacheFolder, findCached } from '../../../zoo/cache.js';
import { ZOO, zooEntry } from '../../../zoo/catalogue.js';
import type { ZooEntry } from '../../../zoo/entry.js';
import { alignColumns } from '../../../draw/columns.js';

/** An entry, and where its file is in the cache. */
interface ListedEntry extends ZooEntry {
  readonly cached: string | null;
}

/** Runs `fcn models`: a table of all, or everything about one. */
export async function runModels(name: string | undefined, json: boolean): Promise<void> {
  const entries = name === undefined ? ZOO : [zooEntry(name)];
  const folder = cacheFolder(process.env);
  const listed = await Promise.all(
    entries.map(async (entry): Promise<ListedEntry> => {
      const cached = await findCached(folder, entry);
      return { ...entry, cached: cached?.path ?? null };
    }),
  );
  const text = json ? JSON.stringify(name === undefined ? listed : listed[0]) : show(listed, name);
  process.stdout.write(`${text}\n`);
}

function show(listed: readonly ListedEntry[], name: string | undefined): string {
  return name === undefined ? showTable(listed) : showEntry(listed[0]);
}

function showTable(listed: readonly ListedEntry[]): string {
  const rows = listed.map((entry) => [
    entry.name,
    entry.format,
    showSize(entry),
    showScore(entry),
    showState(entry),
  ]);
  const table = [['NAME', 'FORMAT', 'SIZE', 'MEAN IU', 'STATE'], ...rows];
  return alignColumns(
    table,
    table[0].map(() => false),
  ).join('\n');
}

function showSize({ bytes, parameters }: ZooEntry): string {
  if (bytes !== null) return `${String(Math.round(bytes / 1e6))} MB`;
  return parameters === null ? '?' : `~${String(Math.round((4 * parameters) / 1e6))} MB`;
}

function showScore({ scores }: ZooEntry): string {
  const score = scores.find(({ figure }) => figure === 'mean IU');
  return score === undefined ? '' : score.percent.toFixed(1);
}

function showState({ cached, url }: ListedEntry): string {
  if (cached !== null) return 'cached';
  return url === null ? 'no address known' : 'to download';
}

function doubt({ unverified = [] }: ZooEntry, field: 'url' | 'licence'): string {
  return unverified.includes(field) ? ' (unverified)' : '';
}

function showEntry(entry: ListedEntry): string {
  const { checksum, preprocessing, outputs, scores } = entry;
  const fields: [string, string][] = [
    ['title', entry.title],
    ['file', entry.file],
    [`url${doubt(entry, 'url')}`, entry.url ?? 'none known that serves the file'],
    ['size', showSize(entry)],
    ['checksum', checksum === null ? 'none published' : `${checksum.algorithm} ${checksum.hex}`],
    [`licence${doubt(entry, 'licence')}`, entry.licence],
    ['network', entry.network],
    ['numbers', entry.parameters?.toLocaleString('en') ?? 'not stated'],
    ['input', JSON.stringify(preprocessing)],
    ...Object.entries(outputs).map(([name, { classes }]): [string, string] => [
      name,
      `${String(classes.length)} classes`,
    ]),
    ...scores.map(({ figure, percent, data, source }): [string, string] => [
      figure,
      `${String(percent)} % on ${data} (${source})`,
    ]),
    ['cached', entry.cached ?? 'no'],
  ];
  return [entry.name, ...fields.map(([key, value]) => `  ${key}: ${value}`)].join('\n');
}
