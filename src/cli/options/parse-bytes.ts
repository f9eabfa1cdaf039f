import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/**
 * An amount of memory, such as `700MB` or `1.5GiB`, in bytes.
 *
 * @throws InvalidArgumentError of commander on anything else.
 */
export function parseBytes(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([KMG]iB|[kMG]?B)$/.exec(text) ?? [];
  const bytes = Math.floor(Number(amount) * (UNITS[unit] ?? NaN));
  if (!(bytes >= 1 && Number.isSafeInteger(bytes))) {
    const units = Object.keys(UNITS).join(', ');
    throw new InvalidArgumentError(`It must be a number with a unit (${units}), such as 700MB.`);
  }
  return bytes;
}
