/**
 * Finds a duplicate key in an object of a JSON text. `JSON.parse` accepts duplicates silently (the last one
 * wins), so that two readers could see two different files.
 *
 * @param json - A text that `JSON.parse` accepts.
 * @returns The key with escapes resolved, or null if all keys are distinct.
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

/**
 * True if a JSON text, valid or not, stays within limits on the number of objects and lists, their depth and the
 * number of commas: `JSON.parse` needs much more memory for each than its one character.
 */
export function isModestJson(
  json: string,
  most: { readonly opened: number; readonly deep: number; readonly commas: number },
): boolean {
  let [opened, deep, commas] = [0, 0, 0];
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '{' || char === '[') {
      opened++;
      deep++;
    } else if (char === '}' || char === ']') deep--;
    else if (char === ',') commas++;
    else if (char === '"') at = endOfString(json, at) - 1;
    if (opened > most.opened || deep > most.deep || commas > most.commas) return false;
  }
  return true;
}

/** Index after the closing quote of the string that opens at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function followedByColon(json: string, from: number): boolean {
  let at = from;
  while (' \t\n\r'.includes(json[at] ?? 'end')) at++;
  return json[at] === ':';
}
