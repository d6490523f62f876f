/** What a server asks for when it is asked too much. */

/** Seconds; the header holds seconds or a date, which is compared with the server's own clock. Undefined when it says nothing. */
export function retryAfterSeconds(
  retryAfter: string | null | undefined,
  date: string | null | undefined,
): number | undefined {
  if (retryAfter === null || retryAfter === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - Date.parse(date ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
