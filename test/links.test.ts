import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { relativeLinks } from './support/markdown.js';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'fixtures/README.md',
  ...pagesIn('docs'),
  ...pagesIn('models'),
];

function pagesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

/** Anchors that a page has: its headings, as GitHub writes them. */
function anchorsOf(page: string): Set<string> {
  const headings = readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm);
  return new Set(
    Array.from(headings, ([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('links', () => {
  for (const page of PAGES) {
    it(`of ${page} lead somewhere`, () => {
      const missing = relativeLinks(readFileSync(page, 'utf8')).filter((link) => {
        const [, path, anchor] = /^([^#]*)#?(.*)$/.exec(link) ?? ['', '', ''];
        const target = path === '' ? page : normalize(join(dirname(page), path));
        if (!existsSync(target)) return true;
        return anchor !== '' && target.endsWith('.md') && !anchorsOf(target).has(anchor);
      });
      assert.deepEqual(missing, []);
    });
  }
});
