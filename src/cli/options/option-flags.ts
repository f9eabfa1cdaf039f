/** Flags of options that the command line calls otherwise than the library. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ['network', '--net'],
  ['preprocessing', '--preprocess'],
]);

/** The flag of an option of the library. */
export function flagOf(option: string): string {
  return FLAGS.get(option) ?? `--${option}`;
}
