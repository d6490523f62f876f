/** The process of one query: opens the inventory for reading only, answers once, ends. */
import { EXIT, messageOf, UserError } from '../errors.ts';
import { openForReading } from './open.ts';
import type { QueryAnswer, QueryRequest, QueryResult } from './query.ts';
import type { Value } from './read.ts';

function answer({ file, sql, parameters, maxRows }: QueryRequest): QueryAnswer {
  try {
    const db = openForReading(file);
    const statement = prepare(sql, () => db.prepare<unknown[], Value[]>(sql));
    const columns = statement.columns().map(({ name }) => name);
    const rows: Value[][] = [];
    const bound = Array.isArray(parameters) ? parameters : [parameters];
    for (const row of statement.raw(true).iterate(...bound)) {
      if (rows.length === maxRows) return { type: 'rows', result: { columns, rows, truncated: true } };
      rows.push(row);
    }
    const result: QueryResult = { columns, rows, truncated: false };
    return { type: 'rows', result };
  } catch (error) {
    const exitCode = error instanceof UserError ? error.exitCode : EXIT.usage;
    return { type: 'error', message: messageOf(error), exitCode };
  }
}

/** @throws UserError for what is not one statement that returns rows and changes nothing */
function prepare<T extends { readonly reader: boolean; readonly readonly: boolean }>(
  sql: string,
  make: () => T,
): T {
  const statement = make();
  if (statement.reader && statement.readonly) return statement;
  throw new UserError(`only a single select is run here; this is not one: ${sql.trim().slice(0, 80)}`);
}

process.once('message', (request: QueryRequest) => {
  process.send?.(answer(request), () => process.disconnect());
});
