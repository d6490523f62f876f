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
  const ms = Math.round((EPOCH_MS + days * DAY_MS) / 1000) * 1000;
  if (Number.isInteger(days)) return dayOf(ms / DAY_MS);
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** A day since 1970 as `2001-02-03`; a Date would take ten times as long, and sheets have columns of days. */
function dayOf(sinceEpoch: number): string {
  // Years begin in March, so that the leap day is their last (https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
  const days = sinceEpoch + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
}
