/** Old Excel workbooks (BIFF8, Excel 97 to 2003): every sheet's rows, hidden ones too, values of formulas, dates, notes, headers. */
import { type BiffRecord, biffRecords, CONTINUE, PartReader, SST } from './biff-records.ts';
import type { OleStream } from './ole.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { TableRows } from './table-rows.ts';
import { textSegments } from './text.ts';
import { XlsCells } from './xls-cells.ts';
import { XlsGlobals } from './xls-globals.ts';

const BEGIN = 0x809;
const END = 0x0a;
const BIFF8 = 0x600;
const FILEPASS = 0x2f;
/** What `BEGIN` begins: the workbook as a whole, a sheet of cells, a sheet of macros. */
const GLOBALS = 5;
const SHEETS = new Set([0x10, 0x40]);

/** @throws ContentError `encrypted`; `unsupported-format` before Excel 97; `malformed` after what could be read; `archive-limit` */
export async function* readXls(
  streams: readonly OleStream[],
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const workbook = streams.find(({ path }) => path.toLowerCase() === 'workbook');
  if (workbook === undefined)
    throw new ContentError('unsupported-format', 'a workbook of Excel 95 or before: save it as xlsx');
  const globals = new XlsGlobals();
  let sheet: Sheet | undefined;
  /** What the record lies in: a chart's cells are not those of the sheet around it. */
  const inside: number[] = [];
  let sheets = 0;
  let last = 0;
  for await (const record of biffRecords(workbook.stream())) {
    context.signal.throwIfAborted();
    if (record.type === FILEPASS) throw new ContentError('encrypted', 'needs a password');
    if (record.type === BEGIN) {
      const kind = kindOf(record);
      if (inside.length === 0 && kind !== GLOBALS) sheets += 1;
      if (inside.length === 0 && SHEETS.has(kind)) sheet = new Sheet(input, globals, record.offset);
      inside.push(kind);
    } else if (record.type === END) {
      inside.pop();
      if (inside.length === 0) yield* sheet?.end() ?? [];
      if (inside.length === 0) sheet = undefined;
    } else if (inside.length === 1) {
      if (record.type === CONTINUE && last === SST)
        yield gapNote(input, 'memory-limit', 'too many shared strings');
      if (inside[0] === GLOBALS) globals.read(record);
      else yield* sheet?.read(record, context) ?? [];
    }
    last = record.type;
  }
  yield* sheet?.end() ?? [];
  if (inside.length > 0 || sheets < globals.sheets)
    throw new ContentError('malformed', 'the workbook is damaged or cut short');
}

function kindOf({ parts }: BiffRecord): number {
  const reader = new PartReader(parts);
  if (reader.number(2) !== BIFF8)
    throw new ContentError('unsupported-format', 'a workbook of Excel 95 or before: save it as xlsx');
  return reader.number(2);
}

const NOTE_TEXT = 0x1b6;
/** Text at the top and bottom of printed pages, by record. */
const PAGE_TEXTS: ReadonlyMap<number, string> = new Map([
  [0x14, 'header'],
  [0x15, 'footer'],
]);

/** What stands there for fonts, sizes, page numbers and the like. */
const PAGE_CODES = /&(?:"[^"]*"|\d+|[A-Z])/g;

/** One sheet on its way out. */
class Sheet {
  readonly #place: string;
  readonly #rows: TableRows;
  readonly #cells: XlsCells;
  /** Characters of cells, which may be the same shared string each, and bytes they were made of. */
  readonly #spent = { packed: 0, inflated: 0 };
  #chars = 0;

  constructor(input: Input, globals: XlsGlobals, offset: number) {
    const name = `sheet ${globals.nameAt(offset)}`;
    this.#place = placeIn(input, name);
    this.#rows = new TableRows(input, name);
    this.#cells = new XlsCells({
      globals,
      row: (row) => {
        for (const cell of row) this.#chars += cell.length;
        this.#rows.add(row);
      },
    });
  }

  *read(record: BiffRecord, { budget }: Context): Generator<Extracted, void, undefined> {
    const region = PAGE_TEXTS.get(record.type);
    if (region !== undefined && (record.parts[0]?.length ?? 0) > 0) {
      const text = new PartReader(record.parts).string(2).replaceAll(PAGE_CODES, ' ').trim();
      yield* textSegments(text, `${this.#place} ${region}`);
    } else if (record.type === NOTE_TEXT) {
      yield* textSegments(noteText(record), `${this.#place} notes`);
    } else {
      this.#cells.read(record);
      for (const part of record.parts) this.#spent.packed += part.length;
      this.#spent.inflated += this.#chars;
      budget.inflate(this.#chars, this.#spent);
      this.#chars = 0;
      yield* this.#rows.ready.splice(0);
    }
  }

  *end(): Generator<Extracted, void, undefined> {
    this.#cells.end();
    this.#rows.end();
    yield* this.#rows.ready.splice(0);
  }
}

/** The text of a note or a box: its length in the record, its characters in what continues it. */
function noteText({ parts: [head, ...rest] }: BiffRecord): string {
  if (head === undefined || head.length < 12) return '';
  const reader = new PartReader(rest);
  return reader.characters(head.readUInt16LE(10), (reader.number(1) & 1) === 1);
}
