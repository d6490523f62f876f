/** TOML by its lines: arrays of tables (`[[people]]`) are lists of records; everything else stays text. */
import { isName } from './header.ts';
import type { Line, LineReader, Token } from './keyed-text.ts';
import { isSecretive } from './secretive.ts';

const ENTRY =
  /^\s*(?:"(?<double>[^"\\]{1,128})"|'(?<single>[^']{1,128})'|(?<bare>[\w.-]{1,128}))\s*=\s*(?=\S)/;
const SECTION = /^\s*(?<open>\[\[?)\s*(?<name>[^[\]]{1,200}?)\s*\]\]?\s*(?:#.*)?$/;

export class TomlLines implements LineReader {
  /** The array that is open, by its dotted name; empty outside of arrays. */
  #array = '';
  /** Keys of its name. */
  #depth = 0;
  /** Keys open in and below the array's element, the array's own with it. */
  #open = 0;
  #records = 0;
  #begun = false;
  /** What ends the string that goes on over lines. */
  #until: string | undefined;

  line(text: string): Line {
    if (this.#until !== undefined) {
      if (text.includes(this.#until)) this.#until = undefined;
      return { tokens: [], records: this.#records };
    }
    const section = SECTION.exec(text)?.groups;
    if (section === undefined) return this.#entry(text);
    const tokens = this.#section(keysOf(section.name ?? ''), section.open === '[[');
    return { tokens, records: this.#records };
  }

  #section(keys: readonly string[], array: boolean): readonly Token[] {
    const name = keys.join('.');
    if (array && name === this.#array) {
      this.#records += 1;
      // The element and what is open in it; the array goes on.
      const closed = this.#close(this.#open - keys.length);
      this.#open = keys.length + 1;
      return [...closed, { type: 'open', array: false }];
    }
    if (this.#array !== '' && !array && name.startsWith(`${this.#array}.`)) {
      const closed = this.#close(this.#open - this.#depth - 1);
      const inner = keys.slice(this.#depth);
      this.#open = this.#depth + 1 + inner.length;
      return [...closed, ...inner.flatMap(opened)];
    }
    const closed = this.#close(this.#open);
    const document = this.#begin();
    this.#array = array ? name : '';
    this.#depth = keys.length;
    this.#records = array ? 1 : 0;
    this.#open = keys.length + (array ? 1 : 0);
    if (!array) return [...closed, ...document, ...keys.flatMap(opened)];
    return [
      ...closed,
      ...document,
      ...keys.slice(0, -1).flatMap(opened),
      { type: 'key', name: keys.at(-1) ?? '' },
      { type: 'open', array: true },
      { type: 'open', array: false },
    ];
  }

  #begin(): readonly Token[] {
    if (this.#begun) return [];
    this.#begun = true;
    return [{ type: 'open', array: false }];
  }

  #close(count: number): Token[] {
    return Array.from({ length: count }, () => ({ type: 'close' }) as const);
  }

  #entry(text: string): Line {
    const entry = ENTRY.exec(text);
    const records = this.#records;
    if (entry === null) return { tokens: [], records };
    const from = entry[0].length;
    const rest = text.slice(from);
    const over = /^(?:"""|''')/.exec(rest)?.[0];
    if (over !== undefined && !rest.slice(over.length).includes(over)) this.#until = over;
    const { double, single, bare = '' } = entry.groups ?? {};
    const key = double ?? single ?? bare;
    const scalar = isName(key) ? scalarOf(rest) : undefined;
    if (scalar === undefined) return { tokens: [], records };
    const stays = records === 0 || isSecretive(key);
    return {
      tokens: [
        ...this.#begin(),
        { type: 'key', name: key },
        { type: 'value', value: stays ? null : scalar.value, known: scalar.value },
      ],
      ...(stays ? {} : { taken: { from: 0, to: from + scalar.length } }),
      records,
    };
  }
}

function opened(name: string): readonly Token[] {
  return [
    { type: 'key', name },
    { type: 'open', array: false },
  ];
}

function keysOf(name: string): readonly string[] {
  const keys = name.split('.').map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'));
  return keys.map((key) => (isName(key) ? key : '?'));
}

/** The value that begins `text`; undefined for lists, tables and strings that go on in the next line. */
function scalarOf(text: string): { readonly value: string; readonly length: number } | undefined {
  const quoted = /^(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)')(?=\s*(?:#.*)?$)/.exec(text);
  if (quoted !== null) {
    const { double, single = '' } = quoted.groups ?? {};
    return { value: double?.replace(/\\(["\\])/g, '$1') ?? single, length: quoted[0].length };
  }
  if (/^["'[{]/.test(text)) return undefined;
  const value = text.replace(/\s+#.*$/, '').trimEnd();
  return value === '' ? undefined : { value, length: value.length };
}
