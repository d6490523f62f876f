/** SPSS tables, plain, compressed and by zlib; labels of values in place of their numbers (https://www.gnu.org/software/pspp/pspp-dev/html_node/System-File-Format.html). */
import type { TextDecoder } from 'node:util';
import { ByteReader } from './byte-reader.ts';
import { timeText } from './cell-text.ts';
import { ExactReader, fieldText } from './exact-reader.ts';
import { isName } from './header.ts';
import { ContentError, type Context, type Input, placeIn } from './reader.ts';
import { RowBatch } from './rows.ts';
import { savElements } from './sav-data.ts';
import { readDictionary, type SavColumn } from './sav-dictionary.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

/** Seconds from 14 October 1582, where the calendar begins, to 1970. */
const EPOCH_SECONDS = 12_219_379_200;
/** Formats that show a number of seconds as a date. */
const DATES = new Set([20, 22, 23, 24, 28, 29, 30, 38, 39, 41]);
const ELEMENT = 8;
/** Texts are spread over parts of 255 bytes, each in its own 256. */
const PART_BYTES = 255;

export async function* readSav(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ExactReader(new ByteReader(input.stream()));
  const dictionary = await readDictionary(reader);
  yield* textSegments(dictionary.texts.join('\n'), placeIn(input, 'documents'), { line: 1 });
  const { columns, decoder } = dictionary;
  const width = columns.reduce((sum, column) => sum + column.elements, 0);
  if (width === 0) throw new ContentError('malformed', 'it has no columns');
  const names = columns.map(({ name }) => (isName(name) ? name : ''));
  const batch = new RowBatch(input, { name: '', columns: names });
  const row = Buffer.alloc(width * ELEMENT);
  let filled = 0;
  try {
    for await (const element of savElements(reader, dictionary, context)) {
      element.copy(row, filled);
      filled += ELEMENT;
      if (filled < row.length) continue;
      filled = 0;
      if (!batch.add(cellsOf(row, columns, { decoder, bigEndian: reader.bigEndian }))) continue;
      yield* batch.take();
      context.signal.throwIfAborted();
    }
  } catch (error) {
    yield* batch.take();
    throw error;
  }
  yield* batch.take();
  const missing = dictionary.rows >= 0 && batch.next <= dictionary.rows;
  if (filled > 0 || missing) throw new ContentError('malformed', 'the table is cut short');
}

function cellsOf(
  row: Buffer,
  columns: readonly SavColumn[],
  { decoder, bigEndian }: { readonly decoder: TextDecoder; readonly bigEndian: boolean },
): readonly string[] {
  let at = 0;
  return columns.map((column) => {
    const bytes = row.subarray(at, at + column.elements * ELEMENT);
    at += bytes.length;
    if (column.width > 0) {
      const text = fieldText(wholeText(bytes, column.width), decoder);
      return column.labels.get(text) ?? text;
    }
    const value = bigEndian ? bytes.readDoubleBE() : bytes.readDoubleLE();
    // The lowest number stands for none.
    if (value === -Number.MAX_VALUE) return '';
    if (DATES.has(column.format)) return timeText((value - EPOCH_SECONDS) * 1000);
    return column.labels.get(String(value)) ?? String(value);
  });
}

function wholeText(bytes: Buffer, width: number): Buffer {
  if (width <= PART_BYTES) return bytes.subarray(0, width);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PART_BYTES + 1) parts.push(bytes.subarray(at, at + PART_BYTES));
  return Buffer.concat(parts).subarray(0, width);
}
