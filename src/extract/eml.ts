/** Mail messages: header fields, bodies, and attachments as members. */
import PostalMime, { decodeWords, type Email } from 'postal-mime';
import { isName } from './header.ts';
import { HtmlText } from './html-text.ts';
import { readWhole, rewound } from './memory.ts';
import { type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { readText, textSegments } from './text.ts';

/** Above this a message is read as text: parsing would take too much memory. */
const MESSAGE_BYTES = 64 * 1024 ** 2;

/** A file that is one message; Apple Mail (emlx) writes its length before it and properties behind. */
/** One message, in a file or in a mailbox. */
export async function* readMail(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const whole = await readWhole(input, MESSAGE_BYTES);
  if (whole.rest !== undefined) {
    yield* readText(rewound(input, whole));
    return;
  }
  const mail = await parse(withoutEnvelope(whole.bytes));
  if (mail === undefined) {
    yield* readText(rewound(input, whole));
    yield gapNote(
      input,
      'malformed',
      'the message is damaged or of too many lines: read as text, attachments are not',
    );
    return;
  }
  const fields = mail.headers.map(({ originalKey, value }) => ({
    key: originalKey,
    text: decodeWords(value),
  }));
  const columns = fields.map(({ key }) => (isName(key) ? key : ''));
  yield {
    type: 'rows',
    table: placeIn(input, 'header'),
    columns,
    rows: [fields.map(({ key, text }) => (isName(key) ? text : `${key}: ${text}`))],
    place: (_, column) => placeIn(input, `header ${columns[column] || column + 1}`),
  };
  if (mail.text !== undefined) yield* textSegments(mail.text, placeIn(input, 'body'), { line: 1 });
  if (mail.html !== undefined) {
    const html = new HtmlText({ place: placeIn(input, 'html body') });
    html.write(mail.html);
    html.end();
    yield* html.ready;
  }
  for (const [i, attachment] of mail.attachments.entries()) {
    const name = attachment.filename ?? `part ${i + 1}`;
    const place = `${input.label}!/${name}`;
    // `arraybuffer` was asked for.
    const bytes = Buffer.from(attachment.content as ArrayBuffer);
    yield* context.member({
      name,
      mediaType: attachment.mimeType,
      label: place,
      place,
      path: input.path === '' ? name : `${input.path}!/${name}`,
      size: bytes.length,
      depth: input.depth + 1,
      unpacked: false,
      async *stream() {
        yield bytes;
      },
    });
  }
}

/** Lines of text that the library may get, at some two KiB of memory each; those of attachments, which are long, cost nothing. */
const SHORT_LINES = 100_000;
const SHORT_BYTES = 40;

async function parse(bytes: Buffer): Promise<Email | undefined> {
  let lines = 0;
  for (let at = bytes.indexOf('\n'); at !== -1; at = bytes.indexOf('\n', at + 1)) lines += 1;
  if (lines > SHORT_LINES && lines * SHORT_BYTES > bytes.length) return undefined;
  try {
    return await PostalMime.parse(bytes, { attachmentEncoding: 'arraybuffer' });
  } catch {
    // What the library refuses, such as parts nested too deep, is read as text.
    return undefined;
  }
}

/** Programs put a line before a message: mailboxes `From ADDRESS DATE`, Apple Mail the length. It is no header field. */
function withoutEnvelope(bytes: Buffer): Buffer {
  const before = /^(?:From |\d{1,12} *\r?\n)/.test(bytes.toString('latin1', 0, 16));
  return before ? bytes.subarray(bytes.indexOf('\n') + 1) : bytes;
}
