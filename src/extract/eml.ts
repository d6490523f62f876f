/** Mail messages: header fields, bodies, and attachments as members. */
import PostalMime, { decodeWords } from 'postal-mime';
import { isName } from './header.ts';
import { HtmlText } from './html-text.ts';
import { readWhole, rewound } from './memory.ts';
import { type Context, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { readText, textSegments } from './text.ts';

/** Above this a message is read as text: parsing would take too much memory. */
const MESSAGE_BYTES = 64 * 1024 ** 2;

export async function* readMail(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const whole = await readWhole(input, MESSAGE_BYTES);
  if (whole.rest !== undefined) {
    yield* readText(rewound(input, whole));
    return;
  }
  const mail = await PostalMime.parse(withoutEnvelope(whole.bytes), { attachmentEncoding: 'arraybuffer' });
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

/** Mailboxes put a line `From ADDRESS DATE` before each message; it is no header field. */
function withoutEnvelope(bytes: Buffer): Buffer {
  return bytes.toString('latin1', 0, 5) === 'From ' ? bytes.subarray(bytes.indexOf('\n') + 1) : bytes;
}
