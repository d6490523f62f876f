/** PDF: the text layer page by page, form fields, properties and attachments. Pictures of text are gaps. */
import { setImmediate } from 'node:timers/promises';
import { getDocumentProxy } from 'unpdf';
import { isName } from './header.ts';
import { readWhole } from './memory.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

/** A document is held in memory as a whole. */
const DOCUMENT_BYTES = 64 * 1024 ** 2;
const PAGES = 2000;

type Document = Awaited<ReturnType<typeof getDocumentProxy>>;

export async function* readPdf(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const { bytes, rest } = await readWhole(input, DOCUMENT_BYTES);
  if (rest !== undefined) throw new ContentError('memory-limit', `a PDF above ${DOCUMENT_BYTES} bytes`);
  // pdf.js lets promises reject that nobody waits for. This thread reads nothing else meanwhile, so they are this document's.
  const stray = { count: 0 };
  const onStray = (): void => {
    stray.count += 1;
  };
  process.on('unhandledRejection', onStray);
  try {
    yield* readDocument(bytes, input, context);
    await setImmediate();
  } finally {
    process.off('unhandledRejection', onStray);
  }
  if (stray.count > 0) yield gapNote(input, 'malformed', 'parts of the PDF are damaged');
}

async function* readDocument(
  bytes: Buffer,
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const document = await open(bytes);
  try {
    const empty: number[] = [];
    for (let number = 1; number <= Math.min(PAGES, document.numPages); number += 1) {
      context.signal.throwIfAborted();
      const text = yield* readPage(document, number, input);
      if (text === '') empty.push(number);
    }
    yield* readProperties(document, input);
    yield* readAttachments(document, input, context);
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

async function open(bytes: Buffer): Promise<Document> {
  try {
    // Nothing is fetched and nothing is drawn: standard fonts and images are not needed for text.
    return await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, disableFontFace: true });
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
  input: Input,
): AsyncGenerator<Extracted, string, undefined> {
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
function* readField(annotation: unknown, place: string): Generator<Extracted, void, undefined> {
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
    place: () => `${place} field ${column}`,
  };
}

async function* readProperties(document: Document, input: Input): AsyncGenerator<Extracted, void, undefined> {
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
    place: (_, column) => placeIn(input, `properties ${columns[column] ?? ''}`),
  };
}

async function* readAttachments(
  document: Document,
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const attachments: unknown = await document.getAttachments();
  for (const attachment of Object.values(attachments ?? {})) {
    // pdf.js types attachments as any: `{ filename, content }`.
    const { filename, content } = attachment as { filename: string; content: Uint8Array };
    const place = `${input.label}!/${filename}`;
    yield* context.member({
      name: filename,
      mediaType: null,
      label: place,
      place,
      path: input.path === '' ? filename : `${input.path}!/${filename}`,
      size: content.length,
      depth: input.depth + 1,
      unpacked: false,
      async *stream() {
        yield content;
      },
    });
  }
}
