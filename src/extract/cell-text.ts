/** Values of typed tables as a person would write them: dates as ISO 8601, what is nested as JSON. */

/** Empty for null; numbers in full; bytes that are text as text. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return dateText(value);
  if (typeof value === 'object')
    return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part));
  return String(value);
}

/** `2001-02-03`, with time where it has one; empty for what is no date. */
export function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().replace('T00:00:00.000Z', '');
}

/** A point in time so many milliseconds after 1970; empty for what is no date. */
export function timeText(ms: number): string {
  return dateText(new Date(ms));
}
