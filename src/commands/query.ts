/** `whereabouts query`: a named question or the user's own SQL, read-only and with a time limit. */
import { didYouMean } from '../config/suggest.ts';
import { EXIT, UserError } from '../errors.ts';
import { QUERIES } from '../inventory/queries/index.ts';
import { runQuery } from '../inventory/query.ts';
import { plural } from '../report/format.ts';
import { formatRows, type RowsFormat } from '../report/rows.ts';
import { createStyle } from '../report/style.ts';
import { formatTable } from '../report/table.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { findInventory } from './load.ts';

export interface QueryOptions extends CommonOptions {
  readonly list?: true;
  readonly param: readonly string[];
  /** Seconds. */
  readonly timeout: number;
  readonly format?: RowsFormat;
}

export const run: Run<[question: string | undefined], QueryOptions> = async (context, options, question) => {
  if (options.list) return list(context, options);
  if (question === undefined) {
    throw new UserError(
      'which question? "whereabouts query --list" shows those with a name; SQL is welcome too',
    );
  }
  const sql = sqlOf(question);
  const file = await findInventory(context, options);
  const parameters = parametersOf(options.param);
  const result = await runQuery({ file, sql, parameters }, { timeoutMs: options.timeout * 1000 });
  const format = options.format ?? (options.json ? 'json' : 'table');
  const style = createStyle(context.stdout);
  context.stdout.write(formatRows(result, { format, columns: context.stdout.columns, style }));
  const { length } = result.rows;
  if (result.truncated)
    context.stderr.write(`there are more than these ${plural(length, 'row')}; narrow the query\n`);
  else if (format === 'table' && !options.quiet) context.stderr.write(`${plural(length, 'row')}\n`);
  return EXIT.ok;
};

function list(context: Context, options: QueryOptions) {
  if (options.json) {
    for (const { id, name, question, params } of QUERIES) {
      context.stdout.write(`${JSON.stringify({ id, name, question, params })}\n`);
    }
    return EXIT.ok;
  }
  const rows = QUERIES.map(({ id, name, question }) => [id, name, question]);
  const columns = [{ title: 'ID' }, { title: 'NAME' }, { title: 'QUESTION', width: 64 }];
  context.stdout.write(`${formatTable(columns, rows)}\n`);
  return EXIT.ok;
}

/** A query's text by its name or id; anything with a space in it is SQL. */
function sqlOf(question: string): string {
  const named = QUERIES.find(
    ({ id, name }) => name === question || id.toLowerCase() === question.toLowerCase(),
  );
  if (named !== undefined) return named.sql;
  if (/\s/.test(question.trim())) return question;
  const hint = didYouMean(
    question,
    QUERIES.map(({ name }) => name),
  );
  throw new UserError(`there is no query "${question}"${hint}; "whereabouts query --list" shows them all`);
}

/** `key=value`; whole numbers are bound as numbers. @throws UserError */
function parametersOf(params: readonly string[]): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    params.map((param) => {
      const [, key, value] = /^:?(\w+)=(.*)$/s.exec(param) ?? [];
      if (key === undefined || value === undefined) throw new UserError(`--param ${param}: write key=value`);
      return [key, /^(?:0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value];
    }),
  );
}
