/**
 * An XML document's elements to rows. The value of an entry of a name and a value (`<add key="..." value="..."/>`, `<name>...</name><value>...</value>`)
 * is under its name where that is the name of a secret.
 */
import { isName } from './header.ts';
import { type JsonTable, JsonTables, type Node, newRow, type Row } from './json-tables.ts';
import { type Input, placeIn } from './reader.ts';
import { BATCH_CHARS, CELL_CHARS } from './rows.ts';
import { ENTRY_NAMES, ENTRY_VALUES, secretEntry } from './secretive.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';
import { attributesOf } from './xml-attributes.ts';
import { XmlTokens } from './xml-tokens.ts';

/** Levels that paths name. */
const DEPTH = 64;
const RECORD_CELLS = 1000;

interface Element {
  readonly node: Node;
  /** Without its prefix. */
  readonly name: string;
  /** What its value is called, where that is the name of a secret. */
  entry: string | undefined;
  text: string;
  /** True when some of its text went out already, because it is too long to be kept. */
  long: boolean;
  /** Names of children that had children of their own. */
  complex: Set<string> | undefined;
  hasChildren: boolean;
}

/** One document on its way; `write` pieces, `end`, and take what is ready in between. */
export class XmlRecords {
  readonly #input: Pick<Input, 'place'>;
  readonly #xml: XmlTokens;
  readonly #tables: JsonTables;
  readonly #table: JsonTable;
  readonly #elements: Element[] = [];
  #deeper = 0;
  #row: Row | undefined;
  #cells = 0;
  #chars = 0;
  #ready: Extracted[] = [];

  constructor(input: Pick<Input, 'place'>) {
    this.#input = input;
    this.#tables = new JsonTables(input);
    this.#table = this.#tables.table('/');
    this.#elements.push(newElement(this.#table.root, ''));
    this.#xml = new XmlTokens({
      open: (name, attributes) => this.#open(name, attributesOf(attributes)),
      close: (name) => this.#close(name),
      text: (text) => this.#text(text),
      comment: (text) => this.#put(this.#node, text),
      instruction: (name, text) => {
        if (name !== '?xml') this.#put(this.#node, text);
      },
    });
  }

  write(text: string): void {
    this.#xml.write(text);
  }

  end(): void {
    this.#xml.end();
    while (this.#elements.length > 0) this.#endElement();
    this.#endRow();
    this.#tables.flush();
  }

  *take(): Generator<Extracted, void, undefined> {
    yield* this.#ready.splice(0);
    yield* this.#tables.ready.splice(0);
  }

  get #node(): Node {
    return this.#elements.at(-1)?.node ?? this.#table.root;
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    const parent = this.#elements.at(-1);
    if (this.#elements.length >= DEPTH) {
      this.#deeper += 1;
    } else {
      if (parent?.complex?.has(name)) this.#endRow();
      if (parent !== undefined) parent.hasChildren = true;
      const node = this.#key(name, '/');
      this.#elements.push(newElement(node, localName(name)));
    }
    if (this.#elements.length === 2) this.#root(name, attributes);
    else for (const attribute in attributes) this.#attribute(attribute, attributes[attribute] ?? '');
  }

  /** The root's tag says what kind of document it is, so it is given as it stands. */
  #root(name: string, attributes: Readonly<Record<string, string>>): void {
    const tag = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${value}"`);
    const line = this.#xml.line;
    this.#ready.push(...textSegments(`<${name}${tag.join('')}>\n`, this.#input.place, { line }));
  }

  /** `value` is what the element says; others are facts about it. */
  #attribute(name: string, value: string): void {
    const at = this.#node;
    const element = this.#elements.at(-1);
    if (element !== undefined && ENTRY_NAMES.has(name)) element.entry = secretEntry(value);
    const entry = name === 'value' ? element?.entry : undefined;
    if (entry !== undefined) this.#put(this.#table.key(at, entry, '/@value'), value);
    else this.#put(name === 'value' ? at : this.#key(name, '/@'), value);
  }

  /** The place below the current one. A name that could be a value is never shown, but looked at as text. */
  #key(name: string, mark: '/' | '/@'): Node {
    const at = this.#node;
    const local = localName(name);
    const known = at.keys.get(local);
    // What is remembered may be shown; with a prefix it may be another name.
    if (known !== undefined && local.length === name.length) return known;
    if (isName(name)) return known ?? this.#table.key(at, local, `${mark}${name}`);
    this.#put(at, name);
    return this.#table.key(at, '?', `${mark}?`);
  }

  #close(name: string): void {
    if (this.#deeper > 0) {
      this.#deeper -= 1;
      return;
    }
    if (this.#elements.length === 1) return;
    const element = this.#endElement();
    const parent = this.#elements.at(-1);
    if (!element?.hasChildren || parent === undefined) return;
    parent.complex ??= new Set();
    parent.complex.add(name);
  }

  #endElement(): Element | undefined {
    const element = this.#elements.pop();
    if (element === undefined) return undefined;
    if (element.long) this.#spill(element);
    else this.#put(this.#valueOf(element), element.text);
    return element;
  }

  /** Where an element's text goes, which may be the name of the entry around it, or its value. */
  #valueOf({ name, node, text }: Element): Node {
    const around = this.#elements.at(-1);
    if (around === undefined) return node;
    if (ENTRY_NAMES.has(name)) around.entry = secretEntry(text.trim());
    if (around.entry === undefined || !ENTRY_VALUES.has(name)) return node;
    return this.#table.key(around.node, around.entry, `/${name}`);
  }

  #text(text: string): void {
    const element = this.#elements.at(-1);
    if (element === undefined) return;
    element.text += text;
    if (element.text.length > CELL_CHARS) this.#spill(element);
  }

  #spill(element: Element): void {
    const place = placeIn(this.#input, element.node.exact);
    this.#ready.push(...textSegments(element.text, place, { continues: element.long }));
    element.text = '';
    element.long = true;
  }

  #put(node: Node, value: string): void {
    const text = value.trim();
    if (text === '') return;
    if (text.length > CELL_CHARS) {
      this.#ready.push(...textSegments(text, placeIn(this.#input, node.exact)));
      return;
    }
    this.#row ??= newRow(`line ${this.#xml.line} `);
    this.#table.put(this.#row, node, text);
    this.#cells += 1;
    this.#chars += text.length;
    if (this.#cells >= RECORD_CELLS || this.#chars >= BATCH_CHARS) this.#endRow();
  }

  #endRow(): void {
    if (this.#row !== undefined) this.#tables.add(this.#table, this.#row);
    this.#row = undefined;
    this.#cells = 0;
    this.#chars = 0;
  }
}

function newElement(node: Node, name: string): Element {
  return { node, name, entry: undefined, text: '', long: false, complex: undefined, hasChildren: false };
}

/** `birthTime` for `hl7:birthTime`. */
function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}
