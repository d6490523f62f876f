/** Python's way to write a value: the text that numpy's headers are. Nothing is executed. */
import { ContentError } from './reader.ts';

/** A dict is an object without prototype, a tuple a list. */
export type Literal =
  | string
  | number
  | boolean
  | null
  | readonly Literal[]
  | { readonly [key: string]: Literal };

/** Lists within lists. */
const DEPTH = 16;
const TOKEN = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+)L?|([A-Za-z]+)|([[\](){},:]))/y;
const WORDS: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** @throws ContentError `malformed` */
export function parseLiteral(text: string): Literal {
  const parser = new Parser(text);
  return parser.value(0);
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Literal {
    const token = this.#token();
    if (depth > DEPTH) throw damaged();
    if (typeof token !== 'string') return token.value;
    if (token === '{') return this.#dict(depth);
    if (token === '[' || token === '(') return this.#list(token === '[' ? ']' : ')', depth);
    throw damaged();
  }

  #dict(depth: number): Literal {
    const entries: [string, Literal][] = [];
    while (!this.#ends('}')) {
      const key = this.value(depth + 1);
      if (this.#token() !== ':') throw damaged();
      entries.push([String(key), this.value(depth + 1)]);
    }
    return Object.assign(Object.create(null), Object.fromEntries(entries));
  }

  #list(end: string, depth: number): Literal {
    const items: Literal[] = [];
    while (!this.#ends(end)) items.push(this.value(depth + 1));
    return items;
  }

  /** Passes over commas, then the end when it is there. */
  #ends(end: string): boolean {
    const before = this.#at;
    let token = this.#token();
    let after = before;
    while (token === ',') {
      after = this.#at;
      token = this.#token();
    }
    if (token === end) return true;
    this.#at = after;
    return false;
  }

  /** A mark, or a value. */
  #token(): string | { readonly value: Literal } {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) throw damaged();
    this.#at = TOKEN.lastIndex;
    const [, single, double, number, word, mark] = match;
    const text = single ?? double;
    if (text !== undefined) return { value: text.replaceAll(/\\(.)/g, '$1') };
    if (number !== undefined) return { value: Number(number) };
    if (mark !== undefined) return mark;
    const value = WORDS.get(word ?? '');
    if (value === undefined) throw damaged();
    return { value };
  }
}

function damaged(): ContentError {
  return new ContentError('malformed', 'its header is damaged');
}
