/** Markup to what a person would read in it: text in the source's lines, and tables as rows under their headings. */
import { headerOf, isName } from './header.ts';
import { Markup } from './markup.ts';
import { type Input, placeIn } from './reader.ts';
import { CELL_CHARS, RowBatch } from './rows.ts';
import type { Segment } from './segment.ts';
import { textSegments } from './text.ts';

/** Attributes that hold what people wrote or typed. */
const ATTRIBUTES = new Set([
  'value',
  'content',
  'href',
  'src',
  'alt',
  'title',
  'placeholder',
  'name',
  'aria-label',
]);
/** Elements that run on within a line. */
const INLINE = new Set([
  'a',
  'b',
  'i',
  'em',
  'strong',
  'span',
  'code',
  'small',
  'sub',
  'sup',
  'u',
  'mark',
  'font',
  'wbr',
]);
/** Rows looked at to tell whether a table without `<th>` has a header. */
const HEADER_ROWS = 20;
const CELLS = 16_384;

/** A table being read; rows wait until its header is known. */
interface OpenTable {
  readonly name: string;
  rows: string[][];
  headings: string[] | undefined;
  row: string[];
  /** True while every cell of the row is `<th>`. */
  heading: boolean;
  cell: string | undefined;
  batch: RowBatch | undefined;
}

/** One markup document on its way; `write` pieces, `end`, and take what is `ready` in between. */
export class HtmlText {
  readonly #input: Pick<Input, 'place'>;
  readonly #markup: Markup;
  readonly #tables: OpenTable[] = [];
  #count = 0;
  #text = '';
  /** Line at which `#text` begins, and the one it has reached. */
  #from = 1;
  #line = 1;
  #continues = false;
  ready: Segment[] = [];

  constructor(input: Pick<Input, 'place'>) {
    this.#input = input;
    this.#markup = new Markup({
      open: (name, attributes) => this.#open(name, attributes),
      close: (name) => this.#close(name),
      text: (text) => this.#add(text),
      comment: (text) => this.#add(` ${text} `),
      instruction: (_, text) => this.#add(` ${text} `),
    });
  }

  write(text: string): void {
    this.#markup.write(text);
  }

  end(): void {
    this.#markup.end();
    while (this.#tables.length > 0) this.#endTable();
    this.#flush(false);
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    const table = this.#tables.at(-1);
    if (name === 'table') {
      this.#flush(false);
      this.#count += 1;
      this.#tables.push(newTable(`table ${this.#count}`));
    } else if (name === 'tr' && table !== undefined) {
      this.#endRow(table);
    } else if ((name === 'td' || name === 'th') && table !== undefined) {
      this.#endCell(table);
      table.cell = '';
      if (name === 'td') table.heading = false;
    } else if (!INLINE.has(name)) {
      this.#add(' ');
    }
    for (const [attribute, value] of Object.entries(attributes)) {
      if ((ATTRIBUTES.has(attribute) || attribute.startsWith('data-')) && !value.startsWith('data:')) {
        this.#add(` ${attribute}="${value}" `);
      }
    }
  }

  #close(name: string): void {
    const table = this.#tables.at(-1);
    if (name === 'table') this.#endTable();
    else if (name === 'tr' && table !== undefined) this.#endRow(table);
    else if ((name === 'td' || name === 'th') && table !== undefined) this.#endCell(table);
    else if (!INLINE.has(name)) this.#add(' ');
  }

  #add(text: string): void {
    const table = this.#tables.at(-1);
    if (table?.cell !== undefined) {
      table.cell += text;
      if (table.cell.length > CELL_CHARS) this.#spill(table, table.cell);
      return;
    }
    this.#run(text);
  }

  /** A cell too long to be kept goes out as text, and the rest of it too. */
  #spill(table: OpenTable, text: string): void {
    table.row.push('');
    table.cell = undefined;
    this.#run(text);
  }

  #run(text: string): void {
    // Line ends inside of tags are no text, but the lines must stay those of the source.
    const line = this.#markup.line;
    if (this.#text === '') this.#from = this.#line = Math.max(line, this.#line);
    for (; this.#line < line; this.#line += 1) this.#text += '\n';
    this.#text += text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#line += 1;
    if (this.#text.length >= CELL_CHARS) this.#flush(true);
  }

  #flush(continues: boolean): void {
    if (this.#text.trim() !== '') {
      const options = { line: this.#from, continues: this.#continues };
      this.ready.push(...textSegments(this.#text, this.#input.place, options));
      this.#continues = continues;
    } else if (!continues) {
      this.#continues = false;
    }
    this.#text = '';
  }

  #endCell(table: OpenTable): void {
    if (table.cell === undefined) return;
    if (table.row.length < CELLS) table.row.push(table.cell.replace(/\s+/g, ' ').trim());
    table.cell = undefined;
  }

  #endRow(table: OpenTable): void {
    this.#endCell(table);
    const { row, heading } = table;
    table.row = [];
    table.heading = true;
    if (row.length === 0) return;
    if (table.batch !== undefined) this.#put(table.batch, row);
    else if (heading && table.rows.length === 0 && row.length > 1)
      table.headings = merged(table.headings, row);
    else if (table.rows.push(row) >= HEADER_ROWS) this.#begin(table);
  }

  /** The header is known now: the rows that waited go out under it. */
  #begin(table: OpenTable): void {
    const { name, rows, headings } = table;
    const header = headings ?? headerOf(rows);
    const columns = (header ?? []).map((text) => (isName(text) ? text : ''));
    table.batch = new RowBatch(this.#input, { name, columns });
    const hidden = (headings ?? rows[0] ?? []).map((text, i) => (columns[i] ? '' : text));
    if (header !== undefined && hidden.some((text) => text !== '')) {
      const place = placeIn(this.#input, `${name} header`);
      this.ready.push({ type: 'rows', table: place, columns: [], rows: [hidden], place: () => place });
    }
    for (const row of headings === undefined && header !== undefined ? rows.slice(1) : rows) {
      this.#put(table.batch, row);
    }
    table.rows = [];
  }

  #put(batch: RowBatch, row: readonly string[]): void {
    if (batch.add(row)) this.ready.push(...batch.take());
  }

  #endTable(): void {
    const table = this.#tables.pop();
    if (table === undefined) return;
    this.#endRow(table);
    if (table.batch === undefined) this.#begin(table);
    if (table.batch !== undefined) this.ready.push(...table.batch.take());
  }
}

function newTable(name: string): OpenTable {
  return { name, rows: [], headings: undefined, row: [], heading: true, cell: undefined, batch: undefined };
}

/** Two rows of headings, as pandas writes for a named index: the later wins where it says something. */
function merged(first: readonly string[] | undefined, second: readonly string[]): string[] {
  return second.map((text, i) => (text === '' ? (first?.[i] ?? '') : text));
}
