/** Word documents of 1997 to 2003, in text order: the document, notes, headers, comments, text boxes ([MS-DOC] 2.4.1). */
import { type DocParagraph, DocPieces } from './doc-pieces.ts';
import { DocumentFlow } from './document-flow.ts';
import { type OleStream, oleBytes } from './ole.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';

/** Above this a stream is a gap. */
const STREAM_BYTES = 128 * 1024 ** 2;
const ENCRYPTED = 0x0100;
const SECOND_TABLE = 0x0200;

/** Parts in the order in which their text lies: where their length stands in the header, and their places. */
const PARTS: readonly { readonly at: number; readonly place: string }[] = [
  { at: 0x4c, place: '' },
  { at: 0x50, place: 'footnotes' },
  { at: 0x54, place: 'header' },
  { at: 0x58, place: 'macros' },
  { at: 0x5c, place: 'comments' },
  { at: 0x60, place: 'endnotes' },
  { at: 0x64, place: 'text boxes' },
  { at: 0x68, place: 'header text boxes' },
];

export async function* readDoc(
  streams: readonly OleStream[],
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const { bytes: document, short } = await bytesOf(streams, /^WordDocument$/i);
  if (document.length < 0x22) throw new ContentError('malformed', 'the document is cut short');
  const flags = document.readUInt16LE(0x0a);
  if ((flags & ENCRYPTED) !== 0) throw new ContentError('encrypted', 'needs a password');
  const table = await bytesOf(streams, (flags & SECOND_TABLE) !== 0 ? /^1Table$/i : /^0Table$/i);
  const pieces = new DocPieces(document, table.bytes);
  let left = 0;
  let part = -1;
  let flow = new DocumentFlow(input);
  for (const paragraph of pieces.paragraphs()) {
    context.signal.throwIfAborted();
    while (left <= 0 && part < PARTS.length) {
      flow.end();
      yield* flow.ready.splice(0);
      part += 1;
      left = lengthOf(document, part);
      flow = new DocumentFlow({ place: placeIn(input, PARTS[part]?.place ?? 'rest') });
    }
    left -= paragraph.text.length;
    tell(flow, paragraph);
    yield* flow.ready.splice(0);
  }
  flow.end();
  yield* flow.ready;
  if (pieces.damaged || short || table.short)
    yield gapNote(input, 'malformed', 'parts of the text are not where the document says');
}

async function bytesOf(
  streams: readonly OleStream[],
  name: RegExp,
): Promise<{ readonly bytes: Buffer; readonly short: boolean }> {
  const stream = streams.find(({ path }) => name.test(path));
  if (stream === undefined) return { bytes: Buffer.alloc(0), short: false };
  const bytes = await oleBytes(stream, STREAM_BYTES);
  return { bytes, short: bytes.length < stream.size };
}

/** Characters of a part; what follows the last one has no end. */
function lengthOf(document: Buffer, part: number): number {
  const at = PARTS[part]?.at;
  if (at === undefined) return Number.POSITIVE_INFINITY;
  return at + 4 <= document.length ? document.readInt32LE(at) : 0;
}

function tell(flow: DocumentFlow, { text, inTable, endsRow }: DocParagraph): void {
  if (inTable && !flow.inTable) flow.beginTable();
  if (!inTable) while (flow.inTable) flow.endTable();
  if (endsRow) {
    flow.endRow();
    return;
  }
  if (inTable && !flow.inCell) flow.beginCell();
  flow.add(text.replace(/[\0-\x1f]/g, (char) => MARKS[char] ?? ''));
  const mark = text.at(-1);
  if (mark === '\x07' && inTable) flow.endCell();
  else if (mark === '\r' || mark === '\f' || mark === '\x07') flow.endParagraph();
}

/** What the characters below a space mean: tab, line end, hyphen, and where a field begins, goes over to what it shows, and ends. */
const MARKS: Readonly<Record<string, string>> = {
  '\t': '\t',
  '\v': '\n',
  '\x1e': '-',
  '\x13': ' ',
  '\x14': ' ',
  '\x15': ' ',
};
