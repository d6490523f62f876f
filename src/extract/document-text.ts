/** Paragraphs and tables out of the XML of text documents and slides: OOXML (w:, a:) and OpenDocument (text:, table:). */
import { Markup } from './markup.ts';
import { type Input, placeIn } from './reader.ts';
import { CELL_CHARS } from './rows.ts';
import type { Segment } from './segment.ts';
import { TableRows } from './table-rows.ts';
import { textSegments } from './text.ts';

const PARAGRAPHS = new Set(['w:p', 'a:p', 'text:p', 'text:h']);
/** Where OOXML keeps what people wrote; deleted text and field codes too. */
const RUNS = new Set(['w:t', 'w:delText', 'w:instrText', 'a:t', 't', 'm:t']);
const TABLES = new Set(['w:tbl', 'a:tbl', 'table:table']);
const ROWS = new Set(['w:tr', 'a:tr', 'table:table-row']);
const CELLS = new Set(['w:tc', 'a:tc', 'table:table-cell', 'table:covered-table-cell']);
const SPACES: Readonly<Record<string, string>> = {
  'w:tab': '\t',
  'w:br': '\n',
  'w:cr': '\n',
  'a:br': '\n',
  'text:tab': '\t',
  'text:s': ' ',
  'text:line-break': '\n',
};

interface OpenTable {
  readonly rows: TableRows;
  row: string[];
  /** The cell's text; undefined between cells. */
  cell: string | undefined;
  /** How often the cell stands there. */
  repeat: number;
}

/** The most often that a repeated cell is given: OpenDocument fills sheets to their edge with one. */
const REPEAT = 100;

/** One part of a document; `line` counts paragraphs. */
export class DocumentText {
  readonly #input: Pick<Input, 'place'>;
  readonly #markup: Markup;
  readonly #tables: OpenTable[] = [];
  #count = 0;
  #runs = 0;
  #paragraphs = 0;
  #text = '';
  #line = 1;
  #continues = false;
  ready: Segment[] = [];

  constructor(input: Pick<Input, 'place'>) {
    this.#input = input;
    this.#markup = new Markup(
      {
        open: (name, attributes) => this.#open(name, attributes),
        close: (name) => this.#close(name),
        text: (text) => {
          if (this.#runs > 0) this.#add(text);
        },
        comment: () => undefined,
        instruction: () => undefined,
      },
      { xml: true },
    );
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
    if (RUNS.has(name) || (name.startsWith('text:') && PARAGRAPHS.has(name))) this.#runs += 1;
    if (TABLES.has(name)) this.#beginTable(attributes['table:name']);
    else if (CELLS.has(name) && table !== undefined) {
      table.cell = '';
      table.repeat = Math.min(REPEAT, Number(attributes['table:number-columns-repeated'] ?? 1) || 1);
    }
    const space = SPACES[name];
    if (space !== undefined) this.#add(space);
  }

  #close(name: string): void {
    const table = this.#tables.at(-1);
    if (RUNS.has(name) || (name.startsWith('text:') && PARAGRAPHS.has(name))) this.#runs -= 1;
    if (PARAGRAPHS.has(name)) this.#endParagraph();
    else if (CELLS.has(name) && table !== undefined) endCell(table);
    else if (ROWS.has(name) && table !== undefined) endRow(table);
    else if (TABLES.has(name)) this.#endTable();
  }

  #beginTable(name: string | undefined): void {
    this.#flush(false);
    this.#count += 1;
    const rows = new TableRows(this.#input, `table ${name ?? this.#count}`);
    this.#tables.push({ rows, row: [], cell: undefined, repeat: 1 });
  }

  #endTable(): void {
    const table = this.#tables.pop();
    if (table === undefined) return;
    endRow(table);
    table.rows.end();
    this.ready.push(...table.rows.ready.splice(0));
  }

  #endParagraph(): void {
    const table = this.#tables.at(-1);
    if (table?.cell === undefined) {
      this.#text += '\n';
      this.#paragraphs += 1;
    } else {
      table.cell += '\n';
    }
  }

  #add(text: string): void {
    const table = this.#tables.at(-1);
    if (table?.cell !== undefined && table.cell.length < CELL_CHARS) {
      table.cell += text;
      return;
    }
    this.#text += text;
    if (this.#text.length >= CELL_CHARS) this.#flush(true);
  }

  #flush(continues: boolean): void {
    if (this.#text.trim() !== '') {
      const place = placeIn(this.#input, '');
      this.ready.push(...textSegments(this.#text, place, { line: this.#line, continues: this.#continues }));
    }
    this.#continues = continues && this.#text !== '';
    this.#line = 1 + this.#paragraphs;
    this.#text = '';
    for (const table of this.#tables) this.ready.push(...table.rows.ready.splice(0));
  }
}

function endCell(table: OpenTable): void {
  const cell = (table.cell ?? '').trim();
  for (let i = 0; i < (cell === '' ? Math.min(table.repeat, 20) : table.repeat); i += 1) table.row.push(cell);
  table.cell = undefined;
}

function endRow(table: OpenTable): void {
  const last = table.row.findLastIndex((cell) => cell !== '');
  if (last >= 0) table.rows.add(table.row.slice(0, last + 1));
  table.row = [];
}
