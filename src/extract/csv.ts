/** Delimited tables: csv, tsv, semicolons, pipes. Rows are numbered from 1 at the first below the header. */
import { type Dialect, dialectOf } from './csv-dialect.ts';
import { RowParser } from './csv-rows.ts';
import { HEAD_BYTES } from './limits.ts';
import { textOf, textPieces } from './pieces.ts';
import { type Context, type Input, placeIn } from './reader.ts';
import { cellPlace, RowBatch } from './rows.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

export async function* readCsv(input: Input, _context: Context): AsyncGenerator<Extracted, void, undefined> {
  const whole = input.head.length < HEAD_BYTES;
  const dialect = dialectOf(textOf(input.head), { name: input.name, whole });
  const ready: Extracted[] = [];
  const rows = tableRows(input, dialect, ready);
  for await (const piece of textPieces(input)) {
    rows.parser.write(piece);
    yield* ready.splice(0);
  }
  rows.parser.end();
  yield* ready.splice(0);
  yield* rows.batch.take();
}

/** A parser that puts segments into `ready` as they fill up. */
function tableRows(
  input: Input,
  dialect: Dialect,
  ready: Extracted[],
): { readonly parser: RowParser; readonly batch: RowBatch } {
  const table = { name: '', columns: dialect.header ?? [] };
  const batch = new RowBatch(input, table);
  // Rows before the table and the header itself come first, but not in a piece out of the middle.
  let before = input.part === undefined ? dialect.skip + (dialect.header ? 1 : 0) : 0;
  const parser = new RowParser(dialect.delimiter, {
    row(cells) {
      if (before === 0) {
        if (batch.add(cells)) ready.push(...batch.take());
        return;
      }
      before -= 1;
      const unnamed = before === 0 && dialect.header ? withoutNames(cells, dialect.header) : cells;
      if (unnamed.some((cell) => cell !== '')) ready.push(rowZero(input, unnamed));
    },
    long(piece, { column, first }) {
      const row = before === 0 ? batch.next : 0;
      const place = placeIn(input, cellPlace(table, row, column));
      ready.push(...textSegments(piece, place, { continues: !first }));
    },
  });
  return { parser, batch };
}

/** The header's cells that may not be shown as names: they may be values, so they are read like cells. */
function withoutNames(cells: readonly string[], header: readonly string[]): readonly string[] {
  return cells.map((cell, i) => (header[i] ? '' : cell));
}

function rowZero(input: Input, cells: readonly string[]): Extracted {
  return {
    type: 'rows',
    table: placeIn(input, 'header'),
    columns: [],
    rows: [cells],
    place: (_, column) => placeIn(input, cellPlace({ name: '', columns: [] }, 0, column)),
  };
}
