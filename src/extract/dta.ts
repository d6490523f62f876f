/** Stata tables of versions 8 to 19: rows, long texts, notes, and the labels of values. */
import { ByteReader } from './byte-reader.ts';
import { timeText } from './cell-text.ts';
import { type DtaColumn, type DtaHead, readHead, sizesOf } from './dta-head.ts';
import { ExactReader, fieldText } from './exact-reader.ts';
import { isName } from './header.ts';
import { ContentError, type Context, type Input, placeIn } from './reader.ts';
import { CELL_CHARS, cellPlace, RowBatch } from './rows.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

const DAY_MS = 86_400_000;
/** Time is counted from 1960. */
const EPOCH_MS = Date.UTC(1960, 0, 1);
/** Texts of labels, and of one long text. */
const TEXT_BYTES = 16 * 1024 ** 2;

export async function* readDta(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ExactReader(new ByteReader(input.stream()));
  const head = await readHead(reader);
  const texts = head.texts.filter((text) => text !== '').join('\n');
  yield* textSegments(texts, placeIn(input, 'labels'), { line: 1 });
  yield* rowsOf(reader, { input, head }, context);
  if (head.version < 117) yield* oldLabels(reader, { input, head });
  else yield* afterRows(reader, { input, head });
}

interface Table {
  readonly input: Input;
  readonly head: DtaHead;
}

async function* rowsOf(
  reader: ExactReader,
  { input, head }: Table,
  { signal }: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const { columns, rows, decoder } = head;
  const size = columns.reduce((sum, column) => sum + column.size, 0);
  const batch = new RowBatch(input, { name: '', columns: columnNames(columns) });
  for (let i = 0; i < rows && size > 0; i += 1) {
    const row = await reader.upTo(size);
    if (row.length < size) {
      yield* batch.take();
      throw new ContentError('malformed', 'the table is cut short');
    }
    let at = 0;
    const cells = columns.map((column) => {
      const bytes = row.subarray(at, at + column.size);
      at += column.size;
      return column.kind === 'text' ? fieldText(bytes, decoder) : numberText(bytes, column, reader.bigEndian);
    });
    if (!batch.add(cells)) continue;
    yield* batch.take();
    signal.throwIfAborted();
  }
  yield* batch.take();
}

function columnNames(columns: readonly DtaColumn[]): readonly string[] {
  return columns.map(({ name }) => (isName(name) ? name : ''));
}

/** Empty for the codes of what is missing, which are the highest numbers of each kind. */
function numberText(bytes: Buffer, { kind, format }: DtaColumn, big: boolean): string {
  if (kind === 'long') return '';
  const value = numberOf(bytes, kind, big);
  if (value > MOST[kind]) return '';
  if (/^%-?t?d/.test(format)) return timeText(EPOCH_MS + value * DAY_MS);
  if (/^%-?t[cC]/.test(format)) return timeText(EPOCH_MS + value);
  // So that 4.5 is not 4.500000190734863.
  return kind === 'float' ? String(Number(value.toPrecision(7))) : String(value);
}

const MOST = {
  text: 0,
  long: 0,
  byte: 100,
  int: 32_740,
  int4: 2_147_483_620,
  float: 1.701e38,
  double: 8.988e307,
} as const;

function numberOf(bytes: Buffer, kind: DtaColumn['kind'], big: boolean): number {
  if (kind === 'byte') return bytes.readInt8();
  if (kind === 'int') return big ? bytes.readInt16BE() : bytes.readInt16LE();
  if (kind === 'int4') return big ? bytes.readInt32BE() : bytes.readInt32LE();
  if (kind === 'float') return big ? bytes.readFloatBE() : bytes.readFloatLE();
  return big ? bytes.readDoubleBE() : bytes.readDoubleLE();
}

/** Long texts stand behind the rows, each with its column and row; then labels. */
async function* afterRows(
  reader: ExactReader,
  { input, head }: Table,
): AsyncGenerator<Extracted, void, undefined> {
  const { version, columns, decoder } = head;
  await expect(reader, '</data><strls>');
  const table = { name: '', columns: columnNames(columns) };
  let mark = (await reader.bytes(3)).toString('latin1');
  for (; mark === 'GSO'; mark = (await reader.bytes(3)).toString('latin1')) {
    const column = (await reader.number(4)) - 1;
    const row = await reader.number(version === 117 ? 4 : 8);
    const type = await reader.number(1);
    const length = await reader.number(4);
    if (length > TEXT_BYTES)
      throw new ContentError('memory-limit', `a text of more than ${TEXT_BYTES} bytes`);
    const text = decoder.decode(await reader.bytes(length)).replace(/\0+$/, '');
    // Type 129 is for bytes that are no text.
    if (type === 129) continue;
    const place = placeIn(input, cellPlace(table, row, column));
    if (text.length > CELL_CHARS) yield* textSegments(text, place);
    else
      yield {
        type: 'rows',
        table: input.place,
        columns: [table.columns[column] ?? ''],
        rows: [[text]],
        place: () => place,
      };
  }
  await expect(reader, 'trls><value_labels>', mark === '</s');
  while ((await reader.bytes(5)).toString('latin1') === '<lbl>') {
    const length = await reader.number(4);
    yield* labels(reader, { input, head, name: sizesOf(version).name, length });
    await expect(reader, '</lbl>');
  }
}

async function* oldLabels(
  reader: ExactReader,
  { input, head }: Table,
): AsyncGenerator<Extracted, void, undefined> {
  while (true) {
    const start = Buffer.from(await reader.upTo(4));
    if (start.length < 4) return;
    const length = reader.bigEndian ? start.readUInt32BE() : start.readUInt32LE();
    yield* labels(reader, { input, head, name: 33, length });
  }
}

/** A name, then numbers and texts: how many, where each text begins, the numbers, the texts. */
async function* labels(
  reader: ExactReader,
  { input, head, name, length }: Table & { readonly name: number; readonly length: number },
): AsyncGenerator<Extracted, void, undefined> {
  const label = fieldText(await reader.bytes(name), head.decoder);
  await reader.skip(3);
  if (length > TEXT_BYTES) throw new ContentError('memory-limit', `labels of more than ${TEXT_BYTES} bytes`);
  const bytes = await reader.bytes(length);
  const count = length < 8 ? 0 : reader.bigEndian ? bytes.readUInt32BE() : bytes.readUInt32LE();
  const texts = bytes.subarray(Math.min(length, 8 + 8 * count));
  const lines = head.decoder.decode(texts).replace(/\0+$/, '').split('\0').join('\n');
  yield* textSegments(lines, placeIn(input, `labels ${isName(label) ? label : ''}`.trimEnd()), { line: 1 });
}

async function expect(reader: ExactReader, text: string, before = true): Promise<void> {
  const found = (await reader.bytes(text.length)).toString('latin1') === text;
  if (!found || !before) throw new ContentError('malformed', 'what follows its rows is damaged');
}
