/** ORC tables, stripe by stripe; dates as ISO 8601, nested values as JSON. Own code: npm has no reader of them. */
import { cellText } from './cell-text.ts';
import { isName } from './header.ts';
import { OrcBytes, OrcEnd } from './orc-bytes.ts';
import { type NextValue, orcColumn } from './orc-columns.ts';
import {
  type OrcDirectory,
  type OrcStream,
  type OrcStripe,
  type OrcTail,
  type OrcType,
  orcDirectory,
  orcTail,
} from './orc-tail.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import { RowBatch } from './rows.ts';
import { randomOf, seedOf, shuffled } from './sample.ts';
import type { Extracted } from './segment.ts';
import { type Access, accessTo } from './zip-access.ts';

/** Columns whose packed bytes are held together have so many; a single one may have more. */
const TOGETHER_BYTES = 64 * 1024 ** 2;
/** A column above this is not read. */
const COLUMN_BYTES = 128 * 1024 ** 2;
/** Bytes of a stream that are read for a sample: some blocks. */
const FIRST_BYTES = 256 * 1024;
/** Stripes of a sample, and requests that it may cost, about. */
const SAMPLE_STRIPES = 16;
const SAMPLE_REQUESTS = 64;

const STRUCT = 12;
/** Indexes are not data, nor is what is encrypted. */
const DATA_KINDS = new Set([0, 1, 2, 3, 5]);
const DICTIONARY = new Set([2, 3]);

export async function* readOrc(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const access = await accessTo(input);
  const tail = await orcTail(access);
  yield* readMetadata(tail, input);
  const table: Table = { access, tail, input, context, counts: { binary: 0 } };
  if (input.sample !== undefined) yield* readDrawn(table);
  else for (const stripe of numbered(tail.stripes)) yield* readStripe(table, stripe);
  const { binary } = table.counts;
  if (binary > 0) yield gapNote(input, 'no-text', `${binary} binary values are not read`);
  if (tail.encrypted)
    yield gapNote(input, 'encrypted', 'columns of it are encrypted: provide a decrypted copy');
}

interface Table {
  readonly access: Access;
  readonly tail: OrcTail;
  readonly input: Input;
  readonly context: Context;
  readonly counts: { binary: number };
}

interface Numbered extends OrcStripe {
  /** From 1. */
  readonly number: number;
  /** Rows before it. */
  readonly rowStart: number;
}

function numbered(stripes: readonly OrcStripe[]): readonly Numbered[] {
  let rows = 0;
  return stripes.map((stripe, i) => {
    const rowStart = rows;
    rows += stripe.rows;
    return { ...stripe, number: i + 1, rowStart };
  });
}

/** What programs wrote beside the table, under names of their own. */
function* readMetadata({ metadata }: OrcTail, input: Input): Generator<Extracted, void, undefined> {
  // Values may be anything.
  const texts = metadata.filter(({ text }) => text !== '' && !/[\0-\x08\ufffd]/.test(text));
  if (texts.length === 0) return;
  const columns = texts.map(({ name }) => (isName(name) ? name : ''));
  yield {
    type: 'rows',
    table: placeIn(input, 'metadata'),
    columns,
    rows: [texts.map(({ text }) => text)],
    place: (_, column) => placeIn(input, `metadata ${columns[column] || column + 1}`),
  };
}

/** The first rows of stripes in random order. */
async function* readDrawn(table: Table): AsyncGenerator<Extracted, void, undefined> {
  const { access, tail, input, context } = table;
  const seed = seedOf({ size: access.size, head: input.head });
  const columns = fieldsOf(tail.root).length;
  const most = Math.min(SAMPLE_STRIPES, Math.max(1, Math.floor(SAMPLE_REQUESTS / Math.max(1, columns))));
  let rows = 0;
  let draws = 0;
  for (const stripe of shuffled(numbered(tail.stripes), randomOf(seed)).slice(0, most)) {
    if (context.over()) break;
    for await (const extracted of readStripe(table, stripe)) {
      if (extracted.type === 'rows') rows += extracted.rows.length;
      yield extracted;
    }
    draws += 1;
  }
  const total = tail.stripes.reduce((sum, stripe) => sum + stripe.rows, 0);
  yield { type: 'sample', how: 'row groups', unit: 'rows', read: rows, total, draws, rows, seed };
}

/** All of a stripe, some columns after the others where they are too large to be held together; damage ends the stripe. */
async function* readStripe(table: Table, stripe: Numbered): AsyncGenerator<Extracted, void, undefined> {
  const { access, tail, input } = table;
  try {
    const directory = await orcDirectory(access, stripe, tail.codec);
    for (const fields of batchesOf(fieldsOf(tail.root), directory)) {
      yield* readRows(table, { stripe, directory, fields });
    }
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    yield gapNote(input, error.reason, `stripe ${stripe.number}: ${error.message}`);
  }
}

interface Field {
  readonly name: string;
  readonly type: OrcType;
}

function fieldsOf(root: OrcType): readonly Field[] {
  return root.kind === STRUCT ? root.children : [{ name: 'value', type: root }];
}

function batchesOf(fields: readonly Field[], { streams }: OrcDirectory): readonly (readonly Field[])[] {
  const batches: Field[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const field of fields) {
    const more = dataOf(streams, [field]).reduce((sum, { start, end }) => sum + end - start, 0);
    if (bytes + more > TOGETHER_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(field);
    bytes += more;
  }
  return batches;
}

function dataOf(streams: readonly OrcStream[], fields: readonly Field[]): readonly OrcStream[] {
  const wanted = new Set(fields.flatMap(({ type }) => idsOf(type)));
  return streams.filter(({ column, kind }) => wanted.has(column) && DATA_KINDS.has(kind));
}

function idsOf({ id, children }: OrcType): readonly number[] {
  return [id, ...children.flatMap(({ type }) => idsOf(type))];
}

interface Part {
  readonly stripe: Numbered;
  readonly directory: OrcDirectory;
  readonly fields: readonly Field[];
}

async function* readRows(
  table: Table,
  { stripe, directory, fields }: Part,
): AsyncGenerator<Extracted, void, undefined> {
  const { input, context } = table;
  const columns = fields.map(({ name }) => (isName(name) ? name : ''));
  const next = await valuesOf(table, directory, fields);
  const batch = new RowBatch(input, { name: '', columns });
  batch.skip(stripe.rowStart);
  try {
    for (let row = 0; row < stripe.rows && fields.length > 0; row += 1) {
      const cells = next.map((value) => cellText(value()));
      // Rows can refer to the same text of a dictionary any number of times.
      const size = cells.reduce((sum, cell) => sum + cell.length, cells.length);
      context.budget.inflate(size, { inflated: 0, packed: 0 });
      if (!batch.add(cells)) continue;
      yield* batch.take();
      context.signal.throwIfAborted();
      if (input.sample !== undefined && context.over()) break;
    }
  } catch (error) {
    // Of a sample the beginnings were read.
    if (!(error instanceof OrcEnd && input.sample !== undefined)) {
      yield* batch.take();
      throw error;
    }
  }
  yield* batch.take();
}

/** The columns' values row by row, out of their packed bytes in memory. */
async function valuesOf(
  { access, tail, input, context, counts }: Table,
  directory: OrcDirectory,
  fields: readonly Field[],
): Promise<readonly NextValue[]> {
  const held = new Map<string, Buffer>();
  for (const { column, kind, start, end } of dataOf(directory.streams, fields)) {
    if (end - start > COLUMN_BYTES)
      throw new ContentError('memory-limit', `a column has more than ${COLUMN_BYTES} bytes`);
    const whole = input.sample === undefined || isDictionary(directory, column, kind);
    const bytes = await access.read(start, whole ? end : Math.min(end, start + FIRST_BYTES));
    held.set(`${column} ${kind}`, Buffer.from(bytes));
  }
  const stripe = {
    ...directory,
    has: (column: number, kind: number) => held.has(`${column} ${kind}`),
    stream: (column: number, kind: number) =>
      new OrcBytes(held.get(`${column} ${kind}`) ?? Buffer.alloc(0), tail.codec),
    binary: () => {
      counts.binary += 1;
    },
  };
  context.signal.throwIfAborted();
  return fields.map(({ type }) => orcColumn(type, stripe));
}

/** A dictionary is of no use without its end. */
function isDictionary({ encodings }: OrcDirectory, column: number, kind: number): boolean {
  return DICTIONARY.has(kind) && (encodings[column]?.kind ?? 0) % 2 === 1;
}
