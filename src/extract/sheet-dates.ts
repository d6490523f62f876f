/** Numbers that a spreadsheet shows as dates: which formats do so, and what is shown. */

const DAY_MS = 86_400_000;
/** Day 0 of the 1900 date system, which counts a 29 February 1900 that never was. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
/** Days between the two date systems. */
const DAYS_TO_1904 = 1462;

/** 14 to 17 and 22 are the built-in dates (ECMA-376 part 1, 18.8.30). */
export function isBuiltInDate(format: number): boolean {
  return (format >= 14 && format <= 17) || format === 22;
}

/** True for a format as `yyyy-mm-dd`, not for `0.00`. */
export function isDateFormat(code: string): boolean {
  const shown = code.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
  return /[yd]/i.test(shown) && !/[#0]/.test(shown.replaceAll(/\.0+/g, ''));
}

/** A serial number as `2001-02-03`, with time where it has one; undefined for what is no date. */
export function dateOf(
  serial: number,
  { from1904 = false }: { readonly from1904?: boolean } = {},
): string | undefined {
  const days = from1904 ? serial + DAYS_TO_1904 : serial;
  if (!(days > 0 && days < 2_958_466)) return undefined;
  const text = new Date(Math.round((EPOCH_MS + days * DAY_MS) / 1000) * 1000).toISOString();
  return Number.isInteger(days) ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}
