/**
 * Text whose lines may give values to keys (YAML, TOML, settings). The records of a list are rows with their keys as columns, like those of JSON, and
 * the text is without their values. All else is text in its lines, because what rules for secrets know is an assignment as it is written; its
 * values are told under their keys as well, in rows that are marked as being in the text.
 */
import { JsonRecords } from './json-records.ts';
import { textLines } from './lines.ts';
import type { Input } from './reader.ts';
import { CELL_CHARS } from './rows.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

/** A list of fewer records is no table. */
const LEAST_RECORDS = 3;
/** Lines that wait until it is clear whether they are of a table. */
const WAITING_LINES = 1000;

/** What a line says about the structure, in order; `value` null for one that stays text, though it may be known. */
export type Token =
  | { readonly type: 'open'; readonly array: boolean }
  | { readonly type: 'close' }
  | { readonly type: 'key'; readonly name: string }
  | { readonly type: 'value'; readonly value: string | null; readonly known?: string | undefined };

export interface Line {
  readonly tokens: readonly Token[];
  /** What of the line is given by the tokens, value and key, in UTF-16 units, `to` exclusive; absent for a line without a value. */
  readonly taken?: { readonly from: number; readonly to: number };
  /** Records so far in the list that the line is in; 0 outside of lists. */
  readonly records: number;
}

/** Understands one kind of lines, given without their ends. */
export interface LineReader {
  line(text: string): Line;
}

export async function* readKeyed(
  input: Input,
  reader: LineReader,
): AsyncGenerator<Extracted, void, undefined> {
  const text = new KeyedText(input, reader);
  for await (const lines of textLines(input)) {
    for (const line of lines) text.add(line);
    yield* text.take();
  }
  text.end();
  yield* text.take();
}

class KeyedText {
  readonly #input: Input;
  readonly #records: JsonRecords;
  /** What stays text, under its keys. */
  readonly #known: JsonRecords;
  readonly #reader: LineReader;
  /** True inside a line too long to be looked at. */
  #long = false;
  /** Lines of a list that may turn out to be a table. */
  #waiting: { readonly text: string; readonly line: Line }[] = [];
  /** True inside a list that is a table. */
  #table = false;
  /** Levels of `records` that are open. */
  #open = 0;
  #text = '';
  #line = 1;
  #textLine = 1;
  #continues = false;
  #ready: Extracted[] = [];

  constructor(input: Input, reader: LineReader) {
    this.#input = input;
    this.#records = new JsonRecords(input, { lines: false });
    this.#known = new JsonRecords(input, { lines: false });
    this.#reader = reader;
  }

  *take(): Generator<Extracted, void, undefined> {
    yield* this.#ready.splice(0);
    yield* this.#records.take();
    for (const part of this.#known.take()) if (part.type === 'rows') yield { ...part, inText: true };
  }

  end(): void {
    this.#release(false);
    this.#flush(false);
    for (; this.#open > 0; this.#open -= 1) {
      this.#records.close();
      this.#known.close();
    }
    this.#records.end();
    this.#known.end();
  }

  /** The next line with its end, or a part of a long one. */
  add(text: string): void {
    if (this.#long || text.length > CELL_CHARS) {
      this.#release(this.#table);
      this.#pass(text);
      this.#long = !text.endsWith('\n');
      return;
    }
    const line = this.#reader.line(text.replace(/\r?\n$/, ''));
    if (line.records === 0) {
      this.#release(false);
      this.#table = false;
    }
    this.#waiting.push({ text, line });
    this.#table ||= line.records >= LEAST_RECORDS;
    if (this.#table || line.records === 0 || this.#waiting.length >= WAITING_LINES)
      this.#release(this.#table);
  }

  /** The lines that waited go out: their values as cells, or with the rest as text. */
  #release(cells: boolean): void {
    for (const { text, line } of this.#waiting.splice(0)) {
      for (const token of line.tokens) this.#tell(token, cells);
      const { taken } = line;
      this.#pass(cells && taken ? text.slice(0, taken.from) + text.slice(taken.to) : text);
    }
  }

  #tell(token: Token, cells: boolean): void {
    if (token.type === 'open') this.#open += 1;
    else if (token.type === 'close') this.#open -= 1;
    for (const records of [this.#records, this.#known]) {
      if (token.type === 'open') records.open(token.array);
      else if (token.type === 'close') records.close();
      else if (token.type === 'key') records.key(token.name);
    }
    if (token.type !== 'value') return;
    const cell = cells ? token.value : null;
    // An element counts, though it stays text.
    this.#records.value(cell ?? 'null');
    this.#known.value(cell === null ? (token.known ?? token.value ?? 'null') : 'null');
  }

  #pass(text: string): void {
    if (this.#text === '') this.#textLine = this.#line;
    this.#text += text;
    if (text.endsWith('\n')) this.#line += 1;
    if (this.#text.length >= CELL_CHARS) this.#flush(true);
  }

  #flush(continues: boolean): void {
    if (this.#text.trim() !== '') {
      const options = { line: this.#textLine, continues: this.#continues };
      this.#ready.push(...textSegments(this.#text, this.#input.place, options));
      this.#continues = continues;
    }
    this.#text = '';
  }
}
