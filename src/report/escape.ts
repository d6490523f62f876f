/** Names from outside made fit for a terminal and for a spreadsheet: nothing in them is obeyed, everything is seen. */

/**
 * C0 and C1 controls, DEL, line and paragraph separators, bidi controls, zero-width spaces (joiners stay: emoji and Persian need them), byte-order mark, tags,
 * and halves of surrogate pairs.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;
/** What makes a spreadsheet take a cell for a formula, at its start. */
const FORMULA = /^[=+\-@\t\r]/;

/** The text with every character that a terminal would act on, or not show, written as `\x1b`, `\u202e` or `\u{e0001}`. */
export function forTerminal(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
    if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
    return `\\u{${code.toString(16)}}`;
  });
}

/** As forTerminal, line by line: for text of our own that may hold names from outside. */
export function linesForTerminal(text: string): string {
  return text.split('\n').map(forTerminal).join('\n');
}

/** One CSV field (RFC 4180); what a spreadsheet would calculate gets a `'` in front. Numbers stay as they are. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A CSV text with a header line; lines end in CRLF as RFC 4180 has it. */
export function csv(
  columns: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return [columns, ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}
