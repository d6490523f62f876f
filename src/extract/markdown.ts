/** Markdown: text as it stands, but for its tables, which are rows under their headings. */
import { textPieces } from './pieces.ts';
import type { Context, Input } from './reader.ts';
import { CELL_CHARS } from './rows.ts';
import type { Extracted } from './segment.ts';
import { TableRows } from './table-rows.ts';
import { textSegments } from './text.ts';

/** The line below a table's heading: `|---|:--:|`. */
const RULE = /^\s{0,3}\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/;

export async function* readMarkdown(
  input: Input,
  _context?: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const blocks = new Blocks(input);
  let held = '';
  for await (const piece of textPieces(input)) {
    held += piece;
    const end = held.lastIndexOf('\n') + 1;
    // A line that does not end is no table.
    if (end === 0 && held.length < CELL_CHARS) continue;
    const whole = end === 0 ? held : held.slice(0, end);
    held = held.slice(whole.length);
    for (const line of whole.split(/(?<=\n)/)) blocks.add(line);
    yield* blocks.ready.splice(0);
  }
  if (held !== '') blocks.add(held);
  blocks.end();
  yield* blocks.ready;
}

/** Lines to text and tables. The last line waits, because the next one may make it a heading. */
class Blocks {
  readonly #input: Pick<Input, 'place'>;
  #text = '';
  #from = 1;
  #line = 1;
  #continues = false;
  #last: string | undefined;
  #table: TableRows | undefined;
  #count = 0;
  ready: Extracted[] = [];

  constructor(input: Pick<Input, 'place'>) {
    this.#input = input;
  }

  add(line: string): void {
    if (this.#table !== undefined) {
      if (line.includes('|')) {
        this.#table.add(cellsOf(line));
        this.ready.push(...this.#table.ready.splice(0));
        this.#line += 1;
        return;
      }
      this.#endTable();
    }
    if (this.#last?.includes('|') && RULE.test(line.trimEnd())) {
      this.#beginTable(cellsOf(this.#last));
      return;
    }
    this.#pass();
    this.#last = line;
  }

  end(): void {
    this.#endTable();
    this.#pass();
    this.#flush(false);
  }

  /** The line that waited is text. */
  #pass(): void {
    if (this.#last === undefined) return;
    if (this.#text === '') this.#from = this.#line;
    this.#text += this.#last;
    if (this.#last.endsWith('\n')) this.#line += 1;
    this.#last = undefined;
    if (this.#text.length >= CELL_CHARS) this.#flush(true);
  }

  #flush(continues: boolean): void {
    const options = { line: this.#from, continues: this.#continues };
    this.ready.push(...textSegments(this.#text, this.#input.place, options));
    this.#continues = continues;
    this.#text = '';
  }

  #beginTable(heading: readonly string[]): void {
    this.#flush(false);
    this.#count += 1;
    this.#table = new TableRows(this.#input, `table ${this.#count}`, heading);
    this.#last = undefined;
    this.#line += 2;
  }

  #endTable(): void {
    if (this.#table === undefined) return;
    this.#table.end();
    this.ready.push(...this.#table.ready);
    this.#table = undefined;
  }
}

/** Cells between unescaped bars. */
function cellsOf(line: string): readonly string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}
