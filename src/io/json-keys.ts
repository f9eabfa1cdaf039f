/**
 * Finds a key that stands twice in one object of a JSON text, which `JSON.parse` passes over in
 * silence (the last one wins) and which lets two readers see two different files.
 *
 * @param json - A text that `JSON.parse` accepts.
 * @returns The key, escapes resolved, or null if all are distinct.
 */
export function findDuplicateKey(json: string): string | null {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '{' || char === '[') open.push(new Set());
    else if (char === '}' || char === ']') open.pop();
    else if (char === '"') {
      const end = endOfString(json, at);
      if (followedByColon(json, end)) {
        const key = String(JSON.parse(json.slice(at, end)));
        const seen = open[open.length - 1];
        if (seen.has(key)) return key;
        seen.add(key);
      }
      at = end - 1;
    }
  }
  return null;
}

/** Index just past the closing quote of the string that opens at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function followedByColon(json: string, from: number): boolean {
  let at = from;
  while (' \t\n\r'.includes(json[at] ?? 'end')) at++;
  return json[at] === ':';
}
