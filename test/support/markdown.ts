/** A fenced block of code in a Markdown text. */
export interface CodeBlock {
  /** `ts` or `sh`. */
  readonly language: string;
  /** The code, with a line break at its end. */
  readonly code: string;
  /** Number of its first line in the file. */
  readonly line: number;
}

/** Blocks of code for a test to run: those with "run" after the language, as in "```ts run". */
export function markedBlocks(markdown: string): CodeBlock[] {
  const blocks = markdown.matchAll(/^```(\w+) run\n([^]*?)^```$/gm);
  return Array.from(blocks, ({ 1: language, 2: code, index }) => ({
    language,
    code,
    line: markdown.slice(0, index).split('\n').length + 1,
  }));
}

/** Targets of links and pictures that are not web addresses, code left out. */
export function relativeLinks(markdown: string): string[] {
  const prose = markdown.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '`');
  return Array.from(prose.matchAll(/\]\(([^()\s]+)\)/g), ([, target]) => target).filter(
    (target) => !/^[a-z]+:/.test(target),
  );
}
