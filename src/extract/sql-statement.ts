/** What the beginning of an SQL statement says of the data in it: into which table it goes, and under which columns. */

/** The longest beginning of a statement; what is longer is text. */
export const STATEMENT_CHARS = 64 * 1024;

export type Statement =
  | {
      readonly kind: 'insert' | 'copy';
      readonly table: string;
      readonly columns?: readonly string[];
      readonly end: number;
    }
  | {
      readonly kind: 'create';
      readonly table: string;
      readonly columns: readonly string[];
      readonly end: number;
    }
  /** No data that we know; not yet to be told. */
  | { readonly kind: 'other' }
  | { readonly kind: 'unfinished' };

const PART = '(?:`[^`\\n]{1,200}`|"[^"\\n]{1,200}"|\\[[^\\]\\n]{1,200}\\]|[\\p{L}_][\\p{L}\\p{N}_$]{0,200})';
const NAME = `(?<table>${PART}(?:\\s?\\.\\s?${PART}){0,3})`;
const COLUMNS = '(?:\\((?<columns>[^()]{1,60000})\\)\\s*)';

const INSERT = new RegExp(
  `(?:insert|replace)\\s+(?:[a-z_]{1,20}\\s+){0,4}?into\\s+(?:table\\s+)?${NAME}\\s*${COLUMNS}?(?:overriding\\s+\\w+\\s+value\\s+)?values?\\s*(?=\\()`,
  'iuy',
);
const COPY = new RegExp(
  `copy\\s+(?:only\\s+)?${NAME}\\s*${COLUMNS}?from\\s+stdin\\b(?<options>[^;\\n]{0,1000});[^\\n]{0,1000}\\n`,
  'iuy',
);
const CREATE = new RegExp(
  `create\\s+(?:[a-z]{1,20}\\s+){0,3}?table\\s+(?:if\\s+not\\s+exists\\s+)?${NAME}\\s*(?=\\()`,
  'iuy',
);

/** Where a statement with data may begin: at a line's beginning or after another one. */
export const BEGINNING = /(?=(?:insert|replace|copy|create)\s)(?<=(?:^|[\n;])[ \t]{0,40})/gi;

/** The statement at `at`; `last`: there is no more text than this. */
export function statementAt(text: string, at: number, { last }: { readonly last: boolean }): Statement {
  const insert = matchAt(INSERT, text, at);
  if (insert !== null) return { kind: 'insert', ...target(insert), end: INSERT.lastIndex };
  const copy = matchAt(COPY, text, at);
  if (copy !== null) {
    // In the csv and binary forms the lines mean something else.
    if (/csv|binary|delimiter/i.test(copy.groups?.options ?? '')) return { kind: 'other' };
    return { kind: 'copy', ...target(copy), end: COPY.lastIndex };
  }
  const create = matchAt(CREATE, text, at);
  const defined = create === null ? undefined : definedColumns(text, CREATE.lastIndex);
  if (create !== null && defined !== undefined) {
    return { kind: 'create', table: target(create).table, columns: defined.columns, end: defined.end };
  }
  const semicolon = text.indexOf(';', at);
  const ended = semicolon !== -1 && text.includes('\n', semicolon);
  const whole = last || ended || text.length - at > STATEMENT_CHARS;
  return whole ? { kind: 'other' } : { kind: 'unfinished' };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function target({ groups }: RegExpExecArray): {
  readonly table: string;
  readonly columns?: readonly string[];
} {
  const parts = (groups?.table ?? '').match(new RegExp(PART, 'giu')) ?? [];
  const table = unquoted(parts.at(-1) ?? '');
  const list = groups?.columns;
  return list === undefined ? { table } : { table, columns: list.split(',').map(unquoted) };
}

function unquoted(name: string): string {
  const bare = name.trim();
  return /^[`"[].*[`"\]]$/s.test(bare) ? bare.slice(1, -1) : bare;
}

/** Words that begin a line of a table's definition which defines no column. */
const NO_COLUMN =
  /^(?:primary|key|constraint|unique|index|foreign|check|fulltext|spatial|exclude|like|period)\b/i;

/** Brackets within brackets in a definition; more is none. */
const DEPTH = 20;

/** The columns of the definition whose bracket opens at `open`; undefined when it does not close. */
function definedColumns(
  text: string,
  open: number,
): { readonly columns: readonly string[]; readonly end: number } | undefined {
  const columns: string[] = [];
  let depth = 0;
  let from = open + 1;
  const stop = Math.min(text.length, open + STATEMENT_CHARS);
  for (let i = open; i < stop; i += 1) {
    const char = text[i];
    if (char === "'" || char === '"' || char === '`') {
      const close = text.indexOf(char, i + 1);
      if (close === -1) return undefined;
      i = close;
    } else if (char === '-' && text[i + 1] === '-') {
      i = text.indexOf('\n', i);
      if (i === -1) return undefined;
    } else if (char === ';' || depth > DEPTH) {
      return undefined;
    } else if (char === '(') {
      depth += 1;
    } else if (char === ')' || (char === ',' && depth === 1)) {
      if (depth === 1) {
        columns.push(...columnOf(text.slice(from, i)));
        from = i + 1;
      }
      if (char === ')') depth -= 1;
      if (depth === 0) return { columns, end: i + 1 };
    }
  }
  return undefined;
}

function columnOf(definition: string): readonly string[] {
  const text = definition.replace(/--[^\n]*(?:\n|$)/g, '').trim();
  if (text === '' || NO_COLUMN.test(text)) return [];
  const name = new RegExp(`^${PART}`, 'iu').exec(text)?.[0];
  return [name === undefined ? '' : unquoted(name)];
}
