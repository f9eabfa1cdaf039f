import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Links of a page to source files, each with the names that the same sentence takes from the file. */
function linksOf(page: string): { readonly file: string; readonly names: readonly string[] }[] {
  const links =
    /((?:`\w+` of |`\w+` in |`\w+`, )*)\[`[^`\]]+`\]\((\.\.\/[^)]+)\)((?:: (?:`\w+`(?:, )?)+)?)/g;
  return [...page.matchAll(links)].map(([, before, file, after]) => ({
    file,
    names: Array.from(`${before}${after}`.matchAll(/`(\w+)`/g), ([, name]) => name),
  }));
}

describe('docs/paper.md and docs/models.md', () => {
  it('link to files that exist and have the names that the text takes from them', () => {
    for (const name of ['paper', 'models']) {
      const url = new URL(`../../docs/${name}.md`, import.meta.url);
      const links = linksOf(readFileSync(url, 'utf8'));
      assert.ok(links.length >= 2, name);
      for (const { file, names } of links) {
        const path = fileURLToPath(new URL(file, url));
        assert.ok(existsSync(path), file);
        const source = readFileSync(path, 'utf8');
        for (const each of names) assert.match(source, new RegExp(`\\b${each}\\b`), file);
      }
    }
  });
});
