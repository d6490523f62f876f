/** PDF: read in a thread of its own, because damage can make pdf.js run for minutes. Pictures of text are gaps. */
import { parseIsolated } from './isolated.ts';
import { readWhole } from './memory.ts';
import type { PdfItem, PdfTask } from './pdf-thread.ts';
import { ContentError, type Context, type Input } from './reader.ts';
import type { Extracted } from './segment.ts';

/** A document is held in memory as a whole. */
const DOCUMENT_BYTES = 64 * 1024 ** 2;

export async function* readPdf(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const { bytes, rest } = await readWhole(input, DOCUMENT_BYTES);
  if (rest !== undefined) throw new ContentError('memory-limit', `a PDF above ${DOCUMENT_BYTES} bytes`);
  const task: PdfTask = { bytes, place: input.place };
  const options = { seconds: context.budget.limits.stepSeconds, signal: context.signal };
  for await (const item of parseIsolated(threadUrl(), task, options)) {
    // The thread gives nothing else.
    yield* extracted(item as PdfItem, input, context);
  }
}

async function* extracted(
  item: PdfItem,
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  if (item.type === 'rows') {
    const { places, ...rows } = item;
    yield { ...rows, place: (_, column) => places[column] ?? '' };
  } else if (item.type === 'attachment') {
    const { name, bytes } = item;
    const place = `${input.label}!/${name}`;
    yield* context.member({
      name,
      mediaType: null,
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
  } else yield item;
}

function threadUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './pdf-thread.ts' : './pdf-thread.js', import.meta.url);
}
