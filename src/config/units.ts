/** Sizes, durations and dates as people write them in the config and on the command line: `10GB`, `90s`, `2h`, `2027-06-30`. */

/** What a size looks like; used by the schema too. */
export const SIZE_PATTERN = /^(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/;
/** What a duration looks like; used by the schema too. */
export const DURATION_PATTERN = /^(\d+(?:\.\d+)?)\s*(s|m|h|d)?$/;

const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};
const DURATION_UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Bytes of `10GB`, `512 MiB` or `1000`; undefined when it is not a size. */
export function parseSize(text: string): number | undefined {
  const bytes = parseUnit(text, SIZE_PATTERN, SIZE_UNITS, 'B');
  return bytes === undefined ? undefined : Math.round(bytes);
}

/** Seconds of `90s`, `2h` or `45`; undefined when it is not a duration. */
export function parseDuration(text: string): number | undefined {
  return parseUnit(text, DURATION_PATTERN, DURATION_UNITS, 's');
}

/** True for a day of the calendar as YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  // Some engines take 30 February for 2 March.
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function parseUnit(
  text: string,
  pattern: RegExp,
  units: Readonly<Record<string, number>>,
  unitless: string,
): number | undefined {
  const match = pattern.exec(text.trim());
  if (match?.[1] === undefined) return undefined;
  return Number(match[1]) * (units[match[2] ?? unitless] ?? Number.NaN);
}
