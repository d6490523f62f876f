/** A PDF in the thread of its parser: the text layer page by page, form fields, properties and attachments. */
import { setImmediate } from 'node:timers/promises';
import { getDocumentProxy } from 'unpdf';
import { isName } from './header.ts';
import { serveParser } from './isolated-thread.ts';
import { ContentError, gapNote, type Input, placeIn } from './reader.ts';
import type { GapNote, RowsSegment, TextSegment } from './segment.ts';
import { textSegments } from './text.ts';

const PAGES = 2000;

type Document = Awaited<ReturnType<typeof getDocumentProxy>>;

/** One PDF; its parts are placed within `place`. */
export interface PdfTask {
  readonly bytes: Uint8Array;
  readonly place: string;
}

/** What goes from thread to thread: places by value, attachments as they are. */
export type PdfItem =
  | TextSegment
  | GapNote
  | (Omit<RowsSegment, 'place'> & { readonly places: readonly string[] })
  | { readonly type: 'attachment'; readonly name: string; readonly bytes: Uint8Array };

async function* readTask({ bytes, place }: PdfTask): AsyncGenerator<PdfItem, void, undefined> {
  // pdf.js lets promises reject that nobody waits for. This thread parses nothing else meanwhile, so they are this document's.
  const stray = { count: 0 };
  const onStray = (): void => {
    stray.count += 1;
  };
  process.on('unhandledRejection', onStray);
  try {
    yield* readDocument(bytes, { place });
    await setImmediate();
  } finally {
    process.off('unhandledRejection', onStray);
  }
  if (stray.count > 0) yield gapNote({ place }, 'malformed', 'parts of the PDF are damaged');
}

async function* readDocument(
  bytes: Uint8Array,
  input: Pick<Input, 'place'>,
): AsyncGenerator<PdfItem, void, undefined> {
  const document = await open(bytes);
  try {
    const empty: number[] = [];
    for (let number = 1; number <= Math.min(PAGES, document.numPages); number += 1) {
      const text = yield* readPage(document, number, input);
      if (text === '') empty.push(number);
    }
    yield* readProperties(document, input);
    yield* readAttachments(document);
    if (empty.length > 0) {
      const pages = empty.length > 10 ? `${empty.length} pages` : `page ${empty.join(', ')}`;
      yield gapNote(input, 'no-text', `${pages} without text: a scan or a drawing`);
    }
    if (document.numPages > PAGES)
      yield gapNote(input, 'size-limit', `only the first ${PAGES} pages are read`);
  } finally {
    await document.loadingTask.destroy();
  }
}

async function open(bytes: Uint8Array): Promise<Document> {
  try {
    // Nothing is fetched and nothing is drawn: standard fonts and images are not needed for text.
    return await getDocumentProxy(bytes, { verbosity: 0, disableFontFace: true });
  } catch (cause) {
    const password = cause instanceof Error && cause.name === 'PasswordException';
    if (password) throw new ContentError('encrypted', 'a PDF that needs a password', { cause });
    throw new ContentError('malformed', 'the PDF is damaged', { cause });
  }
}

/** Gives the page's text back trimmed. */
async function* readPage(
  document: Document,
  number: number,
  input: Pick<Input, 'place'>,
): AsyncGenerator<PdfItem, string, undefined> {
  const place = placeIn(input, `page ${number}`);
  try {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '')).join('');
    yield* textSegments(text, place, { line: 1 });
    for (const annotation of await page.getAnnotations()) yield* readField(annotation, place);
    page.cleanup();
    return text.trim();
  } catch (error) {
    if (error instanceof ContentError) throw error;
    yield gapNote({ place }, 'malformed', 'the page is damaged');
    return '-';
  }
}

/** A form field's value under its name, a note's text. */
function* readField(annotation: unknown, place: string): Generator<PdfItem, void, undefined> {
  // pdf.js types annotations as any.
  const { fieldName, fieldValue, contentsObj, url } = annotation as Readonly<Record<string, unknown>>;
  const note =
    typeof contentsObj === 'object' && contentsObj !== null && 'str' in contentsObj ? contentsObj.str : '';
  const name = typeof fieldName === 'string' ? fieldName : 'note';
  const value = [fieldValue, note, url].find((part) => typeof part === 'string' && part !== '');
  if (typeof value !== 'string') return;
  const column = isName(name) ? name : '';
  yield {
    type: 'rows',
    table: place,
    columns: [column],
    rows: [[value]],
    places: [`${place} field ${column}`],
  };
}

async function* readProperties(
  document: Document,
  input: Pick<Input, 'place'>,
): AsyncGenerator<PdfItem, void, undefined> {
  const { info } = await document.getMetadata();
  const entries = Object.entries(info).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  if (entries.length === 0) return;
  const columns = entries.map(([name]) => (isName(name) ? name : ''));
  yield {
    type: 'rows',
    table: placeIn(input, 'properties'),
    columns,
    rows: [entries.map(([, value]) => value)],
    places: columns.map((column) => placeIn(input, `properties ${column}`)),
  };
}

async function* readAttachments(document: Document): AsyncGenerator<PdfItem, void, undefined> {
  const attachments: unknown = await document.getAttachments();
  for (const attachment of Object.values(attachments ?? {})) {
    // pdf.js types attachments as any: `{ filename, content }`.
    const { filename, content } = attachment as { filename: string; content: Uint8Array };
    yield { type: 'attachment', name: filename, bytes: content };
  }
}

// Only ever given what pdf.ts sends.
serveParser((task) => readTask(task as PdfTask));
