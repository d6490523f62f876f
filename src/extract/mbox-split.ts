/** Cuts a mailbox into its messages, as a stream. RFC 4155 and what programs write beside it: mboxo, mboxrd, mboxcl. */

/** The longest `From ` line with the header line after it; longer ones begin no message. */
const LINE_BYTES = 4096;
const NEWLINE = 0x0a;
const MARK = Buffer.from('\nFrom ');

/** The next bytes of a message, or the beginning of the next message. */
export type MboxPart = Buffer | 'message';

/** The messages' bytes without their `From ` lines. A chunk is valid only until the next one is asked for. */
export async function* splitMbox(stream: AsyncIterable<Buffer>): AsyncGenerator<MboxPart, void, undefined> {
  // A line end before the first line makes it like all others.
  let held: Buffer = Buffer.from('\n');
  let first = true;
  for await (const chunk of stream) {
    held = Buffer.concat([held, chunk]);
    const { parts, rest } = cut(held, { last: false, first });
    if (parts.length > 0) first = false;
    yield* parts;
    held = Buffer.from(rest);
  }
  yield* cut(held, { last: true, first }).parts;
}

/** True for text that begins like a mailbox. */
export function isMbox(start: string): boolean {
  return BEGINNING.test(start);
}

/** A `From ` line with a time of day or a year, and a header field after it. */
const BEGINNING = /^From [^\r\n]{0,1000}(?:\d\d:\d\d|\d{4})[^\r\n]{0,100}\r?\n(?:>?From |[!-9;-~]{1,200}:)/;

/** What of `held` is sure to lie before a cut, and the rest that may yet be one. */
function cut(
  held: Buffer,
  { last, first }: { readonly last: boolean; readonly first: boolean },
): { readonly parts: readonly MboxPart[]; readonly rest: Buffer } {
  const parts: MboxPart[] = [];
  // The line end put before the first line is not given out.
  let from = first ? 1 : 0;
  let at = held.indexOf(MARK);
  while (at !== -1) {
    const end = lineEnd(held, at + 1);
    const known = last || held.length - at > LINE_BYTES || lineEnd(held, end) > end;
    if (!known) {
      if (at > from) parts.push(held.subarray(from, at));
      return { parts, rest: held.subarray(at) };
    }
    if (isMbox(held.toString('latin1', at + 1, at + 1 + LINE_BYTES))) {
      // The line end before the mark ends the message before.
      if (at + 1 > from) parts.push(held.subarray(from, at + 1));
      parts.push('message');
      from = end;
    }
    at = held.indexOf(MARK, at + MARK.length - 1);
  }
  // The beginning of a mark may stand at the end.
  const stop = last ? held.length : Math.max(from, held.length - MARK.length + 1);
  if (stop > from) parts.push(held.subarray(from, stop));
  return { parts, rest: parts.length === 0 ? held : held.subarray(stop) };
}

/** The position after the line end at or after `from`; `from` itself when there is none. */
function lineEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(NEWLINE, from);
  return end === -1 ? from : end + 1;
}
