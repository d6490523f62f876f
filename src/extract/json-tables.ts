/** The tables that a JSON document turns out to hold: columns by key path, rows by record, in bounded memory. */
import { type Input, placeIn, tableIn } from './reader.ts';
import { BATCH_CHARS, BATCH_ROWS } from './rows.ts';
import type { RowsSegment } from './segment.ts';

/** Columns of a table; cells under further paths go without a name, after the columns. */
const COLUMNS = 2000;
/** Key paths remembered per table. */
const NODES = 10_000;
/** Tables with columns of their own. */
const TABLES = 500;
/** Characters waiting in all tables together. */
const WAITING_CHARS = 4 * BATCH_CHARS;

/** A key path inside a record. */
export interface Node {
  /** For people and rules: `addresses[*].city`. */
  readonly name: string;
  /** For places: `.addresses[1].city`. */
  readonly exact: string;
  readonly keys: Map<string, Node>;
  readonly items: Node[];
  /** Index of its column; -1 before its first cell. */
  column: number;
}

interface Row {
  readonly place: string;
  readonly cells: string[];
  /** Exact paths of the cells after the columns. */
  readonly extra: { readonly exact: string; readonly cell: string }[];
}

/** One table: every record in it has the same place in the document. */
export class JsonTable {
  readonly name: string;
  readonly root: Node = { name: '', exact: '', keys: new Map(), items: [], column: -1 };
  readonly #columns: Node[] = [];
  readonly #limit: number;
  #nodes = 0;
  #named: Node | undefined;
  rows: Row[] = [];
  chars = 0;

  constructor(name: string, { columns }: { readonly columns: boolean }) {
    this.name = name;
    this.#limit = columns ? COLUMNS : 0;
  }

  /** The path one key on. `exact` is how the place writes it, where that is not `.key`. */
  key(parent: Node, key: string, exact = `.${key}`): Node {
    const known = parent.keys.get(key);
    if (known !== undefined) return known;
    const node = child(parent, { name: parent.name === '' ? key : `${parent.name}.${key}`, exact });
    if (this.#remembers()) parent.keys.set(key, node);
    return node;
  }

  item(parent: Node, index: number): Node {
    const known = parent.items[index];
    if (known !== undefined) return known;
    const name = parent.name.endsWith('[*]') ? parent.name : `${parent.name}[*]`;
    const node = child(parent, { name, exact: `[${index}]` });
    if (index === parent.items.length && this.#remembers()) parent.items.push(node);
    return node;
  }

  /** The path of records that are a single value: its column is named `name`, its place is the record's. */
  named(name: string): Node {
    this.#named ??= { ...this.root, name };
    return this.#named;
  }

  put(row: Row, node: Node, cell: string): void {
    if (node.column === -1 && this.#columns.length < this.#limit) {
      node.column = this.#columns.length;
      this.#columns.push(node);
    }
    const { cells } = row;
    // The same key twice: both are kept.
    if (node.column === -1 || (cells[node.column] ?? '') !== '') {
      row.extra.push({ exact: node.exact, cell });
      return;
    }
    while (cells.length < node.column) cells.push('');
    cells[node.column] = cell;
  }

  /** Places are kept by value, so that the segment stays true while the table grows. */
  segment(input: Pick<Input, 'place' | 'part'>): RowsSegment {
    const { rows } = this;
    const columns = [...this.#columns];
    this.rows = [];
    this.chars = 0;
    return {
      type: 'rows',
      table: tableIn(input, this.name),
      columns: columns.map(({ name }) => name),
      rows: rows.map(({ cells, extra }) =>
        extra.length === 0 ? cells : withExtra(cells, extra, columns.length),
      ),
      place(row, column) {
        const { place = '', extra = [] } = rows[row] ?? {};
        return placeIn(
          input,
          place + (columns[column]?.exact ?? extra[column - columns.length]?.exact ?? ''),
        );
      },
    };
  }

  #remembers(): boolean {
    this.#nodes += 1;
    return this.#nodes <= NODES;
  }
}

function child(parent: Node, { name, exact }: Pick<Node, 'name' | 'exact'>): Node {
  return { name, exact: parent.exact + exact, keys: new Map(), items: [], column: -1 };
}

function withExtra(cells: readonly string[], extra: Row['extra'], columns: number): readonly string[] {
  const padding = Array.from({ length: columns - cells.length }, () => '');
  return [...cells, ...padding, ...extra.map(({ cell }) => cell)];
}

/** All tables of one document, and the segments that are ready. */
export class JsonTables {
  readonly #input: Pick<Input, 'place' | 'part'>;
  readonly #tables = new Map<string, JsonTable>();
  readonly #rest = new JsonTable('$..', { columns: false });
  #waiting = 0;
  ready: RowsSegment[] = [];

  constructor(input: Pick<Input, 'place' | 'part'>) {
    this.#input = input;
  }

  table(name: string): JsonTable {
    let table = this.#tables.get(name);
    if (table === undefined) {
      if (this.#tables.size >= TABLES) return this.#rest;
      table = new JsonTable(name, { columns: true });
      this.#tables.set(name, table);
    }
    return table;
  }

  /** A finished row; rows without cells are dropped. */
  add(table: JsonTable, row: Row): void {
    const before = table.chars;
    for (const cell of row.cells) table.chars += cell.length + 1;
    for (const { cell } of row.extra) table.chars += cell.length + 1;
    if (table.chars === before) return;
    table.rows.push(row);
    this.#waiting += table.chars - before;
    if (table.rows.length >= BATCH_ROWS || table.chars >= BATCH_CHARS) this.#take(table);
    else if (this.#waiting >= WAITING_CHARS) this.flush();
  }

  flush(): void {
    for (const table of [...this.#tables.values(), this.#rest]) if (table.rows.length > 0) this.#take(table);
  }

  #take(table: JsonTable): void {
    this.#waiting -= table.chars;
    this.ready.push(table.segment(this.#input));
  }
}

export function newRow(place: string): Row {
  return { place, cells: [], extra: [] };
}

export type { Row };
