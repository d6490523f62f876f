/** SQL: what dumps insert, as tables; everything else as text. */
import { textOf, textPieces } from './pieces.ts';
import type { Context, Input } from './reader.ts';
import type { Extracted } from './segment.ts';
import { SqlRecords } from './sql-records.ts';

export async function* readSql(input: Input, _context?: Context): AsyncGenerator<Extracted, void, undefined> {
  const records = new SqlRecords(input, { backslash: BACKSLASH.test(textOf(input.head)) });
  for await (const piece of textPieces(input)) {
    records.write(piece);
    yield* records.ready.splice(0);
  }
  records.end();
  yield* records.ready;
}

/** Signs of MySQL, whose strings have backslashes; or a quote after a backslash that ends no string. */
const BACKSLASH = /mysql|mariadb|phpmyadmin|heidisql|\bengine *=|auto_increment|\\'[^\s,;)']/i;

/** True for text that begins like a dump of a database. */
export function isSql(start: string): boolean {
  return DUMP.test(start);
}

const DUMP =
  /^\s*(?:(?:--|\/\*)[^\n]{0,200}(?:dump|phpmyadmin|heidisql|dbeaver)\b|pragma foreign_keys|(?:insert|replace)\s+into\s|create\s+table\s|drop\s+table\s|set names\s)/i;
