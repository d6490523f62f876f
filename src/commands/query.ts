/** `whereabouts query`: a named question or the user's own SQL, read-only and with a time limit. */
import { didYouMean } from '../config/suggest.ts';
import { isDate } from '../config/units.ts';
import { EXIT, UserError } from '../errors.ts';
import { bindParameters, QUERIES } from '../inventory/queries/index.ts';
import { type QueryRequest, runQuery } from '../inventory/query.ts';
import { openReader } from '../inventory/read.ts';
import { readColumnNames, readViewNames } from '../inventory/view-names.ts';
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
  const { sql, parameters } = questionOf(question, options.param);
  const file = await findInventory(context, options);
  const result = await runQuery({ file, sql, parameters }, { timeoutMs: options.timeout * 1000 }).catch(
    (error: unknown) => {
      throw withHint(error, file);
    },
  );
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
  const rows = QUERIES.map(({ id, name, question, params }) => [
    id,
    name,
    question,
    params.map((param) => param.name).join(' '),
  ]);
  const columns = [
    { title: 'ID' },
    { title: 'NAME' },
    { title: 'QUESTION', width: 52 },
    { title: '--param' },
  ];
  context.stdout.write(`${formatTable(columns, rows)}\n`);
  return EXIT.ok;
}

/** A query by its name or id, with its parameters' defaults; anything with a space in it is SQL. @throws UserError */
function questionOf(question: string, given: readonly string[]): Pick<QueryRequest, 'sql' | 'parameters'> {
  const parameters = parametersOf(given);
  const named = QUERIES.find(
    ({ id, name }) => name === question || id.toLowerCase() === question.toLowerCase(),
  );
  if (named !== undefined) {
    const known = named.params.map(({ name }) => name);
    const strange = Object.keys(parameters).find((name) => !known.includes(name));
    if (strange !== undefined) {
      const takes = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
      throw new UserError(`the query "${named.name}" has no parameter "${strange}"; ${takes}`);
    }
    for (const { name, date } of named.params) {
      const value = parameters[name];
      if (date && value !== undefined && !isDate(String(value)))
        throw new UserError(`--param ${name}=${value}: write a date as YYYY-MM-DD`);
    }
    return { sql: named.sql, parameters: bindParameters(named, parameters) };
  }
  if (/\s/.test(question.trim())) return { sql: question, parameters };
  const hint = didYouMean(
    question,
    QUERIES.map(({ name }) => name),
  );
  throw new UserError(`there is no query "${question}"${hint}; "whereabouts query --list" shows them all`);
}

/** What SQLite does not know, with what there is instead. */
function withHint(error: unknown, file: string): unknown {
  if (!(error instanceof UserError)) return error;
  const [, what, name = ''] = /^no such (table|column): (?:\w+\.)?(\w+)/.exec(error.message) ?? [];
  if (what === undefined) return error;
  const reader = openReader(file);
  try {
    const known = what === 'table' ? readViewNames(reader) : readColumnNames(reader);
    const rest =
      what === 'table' ? `the views are ${known.join(', ')}` : 'view documentation tells the columns of each';
    return new UserError(`${error.message}${didYouMean(name, known)}; ${rest}`, { cause: error });
  } finally {
    reader.close();
  }
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
