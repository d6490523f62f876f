/**
 * The records of a JSON document. Each element of an array is a record of that array's table (`$.people[*]`), with all that
 * is nested in it in the same row; keys outside of arrays make one record of the document (`$`). The value of an entry of a name and a value
 * (`{"name": "DB_PASSWORD", "value": "..."}`) is under its name where that is the name of a secret. The rows of what pandas, MLflow and Weights & Biases
 * keep as `{"columns": ["email"], "data": [["a@b"]]}` have its columns' names.
 */
import { isName } from './header.ts';
import { type JsonTable, JsonTables, type Node, newRow, type Row } from './json-tables.ts';
import type { TokenSink } from './json-tokens.ts';
import { type Input, placeIn } from './reader.ts';
import { BATCH_CHARS } from './rows.ts';
import { ENTRY_NAMES, ENTRY_VALUES, secretEntry } from './secretive.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

/** Levels that paths name. */
const DEPTH = 64;
/** Elements of an array within a record that lie in its row; later ones are records of a table of their own. */
const INLINE = 16;
/** Cells after which a record goes on in another row. */
const RECORD_CELLS = 1000;

/** A record on its way: what its cells go into. */
interface OpenRecord {
  readonly table: JsonTable;
  /** Path of the table and of this record, for what is nested in it. */
  readonly place: string;
  row: Row;
  cells: number;
  chars: number;
}

interface Frame {
  readonly array: boolean;
  /** Where its values go: a path in `record`. */
  readonly node: Node;
  readonly record: OpenRecord;
  /** True outside of every array: its arrays' elements are records of their own. */
  readonly outer: boolean;
  /** True when `record` began with this frame and ends with it. */
  readonly owner: boolean;
  /** Elements, or keys that are no names, so far. */
  index: number;
  /** Path of the key whose value comes next; undefined for an element. */
  key: Node | undefined;
  /** What an array may be a property of, as jCard and jCal write it: `["fn", {}, "text", "Vera Lindqvist"]`. */
  property: Property | undefined;
  /** What the value of an entry is called, where that is the name of a secret. */
  entry: string | undefined;
  /** The next value is the name of an entry, or what it is called by. */
  part: 'name' | 'value' | undefined;
  /** What the elements of an array are called that is a row of a split table. */
  readonly titles: readonly string[] | undefined;
}

/** Names of columns that are kept for the rows after them. */
const TITLES = 1000;
const TITLES_KEY = /(?:^|\.)columns$/;
const ROWS_KEY = /(?:^|\.)data$/;

/** `parts`: how many of name, parameters and type were there so far. */
interface Property {
  readonly name: string;
  parts: number;
}

/** Names of properties are in lower case. */
const PROPERTY_NAME = /^[a-z][a-z0-9-]{0,30}$/;
/** Name, parameters and type, before the values. */
const PROPERTY_PARTS = 3;

/** Takes a document's tokens and gives its segments; `lines`: every line is a record of its own. */
export class JsonRecords implements TokenSink {
  readonly #input: Pick<Input, 'place' | 'part'>;
  readonly #lines: boolean;
  readonly #tables: JsonTables;
  readonly #frames: Frame[] = [];
  /** What lies deeper than paths go. */
  #deeper = 0;
  #line = 1;
  #texts: Extracted[] = [];
  /** Elements of the last list called `columns`. */
  #titles: string[] = [];
  #document: OpenRecord;

  constructor(input: Pick<Input, 'place' | 'part'>, { lines }: { readonly lines: boolean }) {
    this.#input = input;
    this.#lines = lines;
    this.#tables = new JsonTables(input);
    this.#document = this.#begin(lines ? '' : '$', lines ? 'line 1 $' : '$');
  }

  *take(): Generator<Extracted, void, undefined> {
    yield* this.#texts.splice(0);
    yield* this.#tables.ready.splice(0);
  }

  end(): void {
    this.#finish(this.#document);
    this.#tables.flush();
  }

  open(array: boolean): void {
    if (this.#frames.length >= DEPTH) {
      this.#deeper += 1;
      return;
    }
    const top = this.#frames.at(-1);
    if (top === undefined) {
      const record = this.#document;
      const outer = !this.#lines;
      this.#frames.push({
        array,
        node: record.table.root,
        record,
        outer,
        owner: false,
        index: 0,
        key: undefined,
        property: undefined,
        entry: undefined,
        part: undefined,
        titles: undefined,
      });
      return;
    }
    const separate = top.key === undefined && !isInline(top);
    const record = separate ? this.#separate(top) : top.record;
    const node = separate ? record.table.root : this.#target(top);
    const outer = top.outer && !separate;
    this.#frames.push({
      array,
      node,
      record,
      outer,
      owner: separate,
      index: 0,
      key: undefined,
      property: undefined,
      entry: undefined,
      part: undefined,
      titles: array && separate && ROWS_KEY.test(top.node.name) ? this.#titles : undefined,
    });
    if (top.key === undefined) step(top, array ? 'array' : 'object');
    top.key = undefined;
  }

  close(): void {
    if (this.#deeper > 0) {
      this.#deeper -= 1;
      return;
    }
    const frame = this.#frames.pop();
    if (frame?.owner) this.#finish(frame.record);
  }

  key(text: string): void {
    const top = this.#frames.at(-1);
    if (top === undefined || this.#deeper > 0) {
      this.value(text);
      return;
    }
    top.part = ENTRY_NAMES.has(text) ? 'name' : ENTRY_VALUES.has(text) ? 'value' : undefined;
    const known = top.node.keys.get(text);
    if (known !== undefined || isName(text)) {
      top.key = known ?? top.record.table.key(top.node, text);
      return;
    }
    // A key that may be a value itself is read like one, and its place is its number.
    top.key = undefined;
    this.#cell(top, text);
  }

  value(text: string): void {
    const top = this.#frames.at(-1);
    if (top === undefined) {
      if (text !== 'null') this.#put(this.#document, this.#document.table.root, text);
    } else if (this.#deeper > 0) {
      this.#put(top.record, top.node, text);
    } else {
      if (top.part === 'name') top.entry = secretEntry(text);
      if (text !== 'null') this.#cell(top, text);
      if (top.array && TITLES_KEY.test(top.node.name)) this.#title(text, top.index);
      if (top.key === undefined) step(top, text);
      top.key = undefined;
    }
  }

  long(piece: string, first: boolean): void {
    const top = this.#frames.at(-1);
    const record = top?.record ?? this.#document;
    const at = top === undefined ? '' : (top.key?.exact ?? `${top.node.exact}[${top.index}]`);
    const place = `${record.row.place}${this.#deeper > 0 ? (top?.node.exact ?? '') : at}`;
    this.#texts.push(...textSegments(piece, placeIn(this.#input, place), { continues: !first }));
  }

  comment(text: string): void {
    const record = this.#frames.at(-1)?.record ?? this.#document;
    this.#put(record, record.table.root, text);
  }

  line(): void {
    this.#line += 1;
    if (!this.#lines) return;
    this.#finish(this.#document);
    this.#document.row = newRow(`line ${this.#line} $`);
  }

  #begin(table: string, place: string): OpenRecord {
    return { table: this.#tables.table(table), place, row: newRow(place), cells: 0, chars: 0 };
  }

  #finish(record: OpenRecord): void {
    this.#tables.add(record.table, record.row);
    record.row = newRow(record.row.place);
    record.cells = 0;
    record.chars = 0;
  }

  /** A record of its own for the next element of `frame`. */
  #separate({ record, node, index }: Frame): OpenRecord {
    const within = record.table.name;
    const table = `${within}${within === '' || node.name === '' ? '' : '.'}${node.name}[*]`;
    return this.#begin(table, `${record.row.place}${node.exact}[${index}]`);
  }

  /** A single value in its row, or as the whole of a record of its own. */
  #cell(frame: Frame, text: string): void {
    if (frame.key !== undefined || isInline(frame)) {
      this.#put(frame.record, this.#target(frame), text);
      return;
    }
    const record = this.#separate(frame);
    this.#put(record, record.table.named(frame.node.name), text);
    this.#finish(record);
  }

  #title(text: string, index: number): void {
    if (index === 0) this.#titles = [];
    if (index < TITLES) this.#titles[index] = isName(text) ? text : '';
  }

  #target({ record, node, key, index, property, entry, part, titles }: Frame): Node {
    if (key !== undefined) {
      if (part !== 'value' || entry === undefined) return key;
      return record.table.key(node, entry, key.exact.slice(node.exact.length));
    }
    const title = titles?.[index];
    if (title) return record.table.key(node, title, `[${index}]`);
    if (property?.parts !== PROPERTY_PARTS) return record.table.item(node, index);
    return record.table.key(node, property.name, `[${index}]`);
  }

  #put(record: OpenRecord, node: Node, text: string): void {
    record.table.put(record.row, node, text);
    record.cells += 1;
    record.chars += text.length;
    if (record.cells >= RECORD_CELLS || record.chars >= BATCH_CHARS) this.#finish(record);
  }
}

/** Past an element, which may be the next part of a property; `element`: a value as it is written. */
function step(frame: Frame, element: 'array' | 'object' | string): void {
  const { array, index, property } = frame;
  frame.index += 1;
  if (!array || index >= PROPERTY_PARTS) return;
  if (index === 0) {
    frame.property = PROPERTY_NAME.test(element) ? { name: element, parts: 1 } : undefined;
  } else if (property !== undefined) {
    const fits = index === 1 ? element === 'object' : PROPERTY_NAME.test(element) && element !== 'array';
    if (fits) property.parts += 1;
    else frame.property = undefined;
  }
}

/** True when the next element of `frame` goes into the row that the array is in. */
function isInline({ outer, index }: Frame): boolean {
  return !outer && index < INLINE;
}
