/**
 * JSON to tokens, a piece at a time, in constant memory and without recursion. Takes what is written under that name:
 * comments, single quotes, bare words, trailing commas, several values, an end in the middle. Nothing is skipped, because
 * what stands in a damaged file is as sensitive as in a whole one.
 */
import { CELL_CHARS } from './rows.ts';

export interface TokenSink {
  /** `{` or `[`. */
  open(array: boolean): void;
  close(): void;
  key(text: string): void;
  /** A string without its quotes, or a number or word as it is written. */
  value(text: string): void;
  /** A piece of a string too long to be kept, key or value; its last piece comes so too. `first`: it begins here. */
  long(piece: string, first: boolean): void;
  comment(text: string): void;
  /** A line end outside strings. */
  line(): void;
}

/** Levels of nesting whose kind is kept; a value deeper than that counts as in an array. */
const KINDS = 100_000;

type State =
  | 'between'
  | 'string'
  | 'escape'
  | 'unicode'
  | 'word'
  | 'slash'
  | 'line comment'
  | 'block comment';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

export class JsonTokens {
  readonly #sink: TokenSink;
  /** Every line is a document of its own: an end of line closes whatever is open. */
  readonly #lines: boolean;
  #state: State = 'between';
  #quote = 0x22;
  #text = '';
  #long = false;
  #hex = '';
  /** Kinds of what is open: true for an array. */
  readonly #open: boolean[] = [];
  #deeper = 0;
  #keyNext = false;

  constructor(sink: TokenSink, { lines }: { readonly lines: boolean }) {
    this.#sink = sink;
    this.#lines = lines;
  }

  /** The next piece, cut anywhere between characters. */
  write(text: string): void {
    let i = 0;
    while (i < text.length) {
      switch (this.#state) {
        case 'between':
          i = this.#between(text, i);
          break;
        case 'string':
          i = this.#string(text, i);
          break;
        case 'escape':
          i = this.#escape(text, i);
          break;
        case 'unicode':
          i = this.#unicode(text, i);
          break;
        case 'word':
          i = this.#until(text, i, WORD_END);
          break;
        case 'slash':
          i = this.#slash(text, i);
          break;
        case 'line comment':
          i = this.#until(text, i, LINE_END);
          break;
        case 'block comment':
          i = this.#block(text, i);
      }
    }
  }

  /** The end of the text: what is open is closed. */
  end(): void {
    if (this.#state !== 'between') this.#endToken();
    while (this.#open.length + this.#deeper > 0) this.#close();
  }

  #between(text: string, from: number): number {
    for (let i = from; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code === 0x20 || code === 0x09 || code === 0x0d || code === 0) continue;
      switch (code) {
        case 0x22:
        case 0x27:
          this.#quote = code;
          this.#state = 'string';
          return i + 1;
        case 0x2c:
          this.#keyNext = this.#inObject();
          break;
        case 0x3a:
          this.#keyNext = false;
          break;
        case 0x7b:
        case 0x5b:
          this.#push(code === 0x5b);
          break;
        case 0x7d:
        case 0x5d:
          this.#close();
          break;
        case 0x0a:
          this.#endLine();
          break;
        case 0x2f:
          this.#state = 'slash';
          return i + 1;
        default:
          // Spaces that JSON does not know, and that end words.
          if (/\s/.test(text.charAt(i))) break;
          this.#state = 'word';
          return i;
      }
    }
    return text.length;
  }

  #string(text: string, from: number): number {
    for (let i = from; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code === this.#quote) {
        if (this.#text === '' && !this.#long) this.#emit(text.slice(from, i));
        else {
          this.#append(text.slice(from, i));
          this.#endToken();
        }
        this.#state = 'between';
        return i + 1;
      }
      if (code === 0x5c || (code === 0x0a && this.#lines)) {
        this.#append(text.slice(from, i));
        if (code === 0x5c) this.#state = 'escape';
        else this.#endToken();
        return code === 0x5c ? i + 1 : i;
      }
    }
    this.#append(text.slice(from));
    return text.length;
  }

  #escape(text: string, i: number): number {
    const char = text.charAt(i);
    this.#state = 'string';
    if (char === '\n' && this.#lines) return i;
    if (char === 'u') {
      this.#state = 'unicode';
      this.#hex = '';
    } else {
      this.#append(ESCAPES[char] ?? char);
    }
    return i + 1;
  }

  #unicode(text: string, i: number): number {
    const char = text.charAt(i);
    const hex = /[0-9a-f]/i.test(char);
    if (hex) this.#hex += char;
    if (hex && this.#hex.length < 4) return i + 1;
    this.#append(hex ? String.fromCharCode(Number.parseInt(this.#hex, 16)) : `\\u${this.#hex}`);
    this.#state = 'string';
    return hex ? i + 1 : i;
  }

  #slash(text: string, i: number): number {
    const char = text.charAt(i);
    this.#text = '/';
    this.#state = char === '/' ? 'line comment' : char === '*' ? 'block comment' : 'word';
    return i;
  }

  /** A word or a comment up to the character that ends it, which is left. */
  #until(text: string, from: number, ends: RegExp): number {
    ends.lastIndex = from;
    const end = ends.exec(text)?.index ?? -1;
    this.#append(text.slice(from, end === -1 ? text.length : end));
    if (end === -1) return text.length;
    this.#endToken();
    return end;
  }

  #block(text: string, from: number): number {
    const end = text.indexOf('/', from);
    this.#append(text.slice(from, end === -1 ? text.length : end + 1));
    if (end === -1) return text.length;
    // `/*/` is not yet a whole comment.
    if (this.#text.endsWith('*/') && (this.#long || this.#text.length > 3)) this.#endToken();
    return end + 1;
  }

  #append(piece: string): void {
    this.#text += piece;
    if (this.#text.length > CELL_CHARS) this.#spill(false);
  }

  /** Half a surrogate pair waits for its other half, and a star for its slash. */
  #spill(last: boolean): void {
    const held = last ? 0 : /[\ud800-\udbff*]$/.test(this.#text) ? 1 : 0;
    const cut = this.#text.length - held;
    this.#sink.long(this.#text.slice(0, cut), !this.#long);
    this.#long = true;
    this.#text = this.#text.slice(cut);
  }

  /** The end of a string, word or comment, whole or cut off. */
  #endToken(): void {
    const state = this.#state;
    const text = this.#text;
    if (this.#long) {
      this.#spill(true);
      this.#keyNext = false;
    } else if (state === 'line comment' || state === 'block comment') this.#sink.comment(text);
    else this.#emit(text);
    this.#text = '';
    this.#long = false;
    this.#state = 'between';
  }

  #emit(text: string): void {
    if (text.length > CELL_CHARS) this.#sink.long(text, true);
    else if (this.#keyNext) this.#sink.key(text);
    else this.#sink.value(text);
    this.#keyNext = false;
  }

  #push(array: boolean): void {
    this.#keyNext = !array;
    if (this.#open.length < KINDS) this.#open.push(array);
    else this.#deeper += 1;
    this.#sink.open(array);
  }

  #close(): void {
    if (this.#deeper > 0) this.#deeper -= 1;
    else if (this.#open.pop() === undefined) return;
    this.#keyNext = false;
    this.#sink.close();
  }

  #inObject(): boolean {
    return this.#deeper === 0 && this.#open.at(-1) === false;
  }

  #endLine(): void {
    if (this.#lines) while (this.#open.length + this.#deeper > 0) this.#close();
    this.#sink.line();
  }
}

const WORD_END = /[\s,:{}[\]"]/g;
const LINE_END = /\n/g;
