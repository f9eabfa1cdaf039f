/** The report of a verification, as it may be posted. */
import type { Scores } from '../metrics/confusion-matrix.js';
import { verdictOf, type Check, type Verdict } from './checks.js';
import type { DemoResult } from './demo.js';

/** What labelled photos gave. */
export interface DatasetResult {
  /** Name of their list. */
  readonly list: string;
  /** How many they are. */
  readonly photos: number;
  /** The four figures, 0 … 1. */
  readonly scores: Omit<Scores, 'perClass'>;
}

/** Everything that a report says. */
export interface VerifyReport {
  /** Name in the zoo; null for a file that was given. */
  readonly name: string | null;
  /** The network. */
  readonly network: string;
  /** Name of the file, without folders. */
  readonly file: string;
  /** Its size. */
  readonly bytes: number;
  /** Its SHA-256. */
  readonly sha256: string;
  /** How scores were computed. */
  readonly mode: string;
  /** Where: versions of this library, Node and V8, and what the machine is. */
  readonly machine: Readonly<Record<string, string>>;
  /** The demo image; null if there was none. */
  readonly demo: DemoResult | null;
  /** The labelled photos; null if there were none. */
  readonly dataset: DatasetResult | null;
  /** All checks. */
  readonly checks: readonly Check[];
  /** What they say together. */
  readonly verdict: Verdict;
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  verified: 'Verified: what the network computes agrees with what was published.',
  contradicted: 'Contradicted: something differs from what was published.',
  'outputs not compared':
    'Not verified: nothing contradicts what was published, but no output was compared.',
};

/** Puts a report together. */
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
