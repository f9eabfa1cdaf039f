import type { Scores } from '../metrics/confusion-matrix.js';
import { verdictOf, type Check, type Verdict } from './checks.js';
import type { DemoResult } from './demo.js';

/** Results on a data set. */
export interface DatasetResult {
  /** File name of the list. */
  readonly list: string;
  /** Number of photos. */
  readonly photos: number;
  /** The four figures, 0 … 1. */
  readonly scores: Omit<Scores, 'perClass'>;
}

/** Report of a verification. */
export interface VerifyReport {
  /** Name in the zoo; null for a file that was given. */
  readonly name: string | null;
  /** The network. */
  readonly network: string;
  /** Name of the file, without folders. */
  readonly file: string;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
  /** Mode in which scores were computed. */
  readonly mode: string;
  /** Versions of this library, Node and V8, and the machine. */
  readonly machine: Readonly<Record<string, string>>;
  /** The demo image; null if there was none. */
  readonly demo: DemoResult | null;
  /** The labelled photos; null if there were none. */
  readonly dataset: DatasetResult | null;
  /** All checks. */
  readonly checks: readonly Check[];
  /** Verdict of all checks. */
  readonly verdict: Verdict;
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  verified: 'Verified: what the network computes agrees with what was published.',
  contradicted: 'Contradicted: something differs from what was published.',
  'outputs not compared':
    'Not verified: nothing contradicts what was published, but no output was compared.',
};

/** Adds the verdict to the parts of a report. */
export function makeReport(parts: Omit<VerifyReport, 'verdict'>): VerifyReport {
  return { ...parts, verdict: verdictOf(parts.checks) };
}

/** The report in Markdown. */
export function toMarkdown(report: VerifyReport): string {
  const { name, network, file, bytes, sha256, mode, machine, demo, dataset, checks, verdict } =
    report;
  const facts: readonly (readonly [string, string])[] = [
    ['file', file],
    ['network', network],
    ['bytes', String(bytes)],
    ['SHA-256', sha256],
    ['mode', mode],
    ...Object.entries(machine),
  ];
  return [
    `# Verification of ${name ?? file}`,
    '',
    VERDICTS[verdict],
    '',
    ...table(['what', 'found'], facts),
    '',
    '## Checks',
    '',
    ...table(
      ['check', 'state', 'detail'],
      checks.map((check) => [check.name, check.state, check.detail]),
    ),
    ...(demo === null ? [] : demoSection(demo)),
    ...(dataset === null ? [] : datasetSection(dataset)),
    '',
  ].join('\n');
}

function datasetSection({ list, photos, scores }: DatasetResult): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(4)} %`;
  return [
    '',
    '## Data set',
    '',
    ...table(
      ['what', 'found'],
      [
        ['list', list],
        ['photos', String(photos)],
        ['pixel accuracy', percent(scores.pixelAccuracy)],
        ['mean accuracy', percent(scores.meanAccuracy)],
        ['mean IU', percent(scores.meanIU)],
        ['frequency weighted IU', percent(scores.frequencyWeightedIU)],
      ],
    ),
  ];
}

function demoSection({ width, height, planHash, scoresSha256, ...demo }: DemoResult): string[] {
  const { agreement, againstLabels } = demo;
  return [
    '',
    '## Demo image',
    '',
    ...table(
      ['what', 'found'],
      [
        ['size', `${String(width)}×${String(height)}`],
        ['plan hash', planHash ?? 'none'],
        ['SHA-256 of the scores', scoresSha256],
      ],
    ),
    ...(agreement.length === 0
      ? []
      : [
          '',
          ...table(
            ['class', 'pixels, published', 'pixels, ours', 'in both'],
            agreement.map((each) => [
              each.name,
              ...[each.published, each.ours, each.both].map((count) => String(count)),
            ]),
          ),
        ]),
    ...(againstLabels === null
      ? []
      : [
          '',
          ...table(
            ['against label.png', 'pixel accuracy', 'mean IU'],
            Object.entries(againstLabels).map(([whose, { pixelAccuracy, meanIU }]) => [
              whose,
              pixelAccuracy.toFixed(10),
              meanIU.toFixed(10),
            ]),
          ),
        ]),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
