/** Rich text to tokens, a piece of bytes at a time (RTF 1.9.1: groups, control words and symbols, text). */

export interface RtfSink {
  /** `{` and `}`. */
  open(): void;
  close(): void;
  /** `\par`, `\u8364`, `\'e9` (as `'` with its value), `\~`. */
  control(word: string, parameter: number | undefined): void;
  /** Bytes of the document's character set, ASCII for the most part; never empty. */
  text(bytes: Buffer): void;
}

const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LF = 0x0a;
const CR = 0x0d;
/** A word and its number are no longer. */
const WORD_BYTES = 48;

export class RtfTokens {
  readonly #sink: RtfSink;
  #held: Buffer = Buffer.alloc(0);
  /** Bytes of a picture or object to be passed over. */
  #binary = 0;

  constructor(sink: RtfSink) {
    this.#sink = sink;
  }

  write(chunk: Buffer): void {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.from(bytes.subarray(this.#read(bytes, false)));
  }

  end(): void {
    this.#read(this.#held, true);
  }

  /** Gives the position of what must wait for more bytes. */
  #read(bytes: Buffer, last: boolean): number {
    let at = 0;
    while (at < bytes.length) {
      const skipped = Math.min(this.#binary, bytes.length - at);
      this.#binary -= skipped;
      at += skipped;
      const byte = bytes[at];
      if (byte === undefined) break;
      if (byte === OPEN) this.#sink.open();
      else if (byte === CLOSE) this.#sink.close();
      if (byte === OPEN || byte === CLOSE || byte === LF || byte === CR) at += 1;
      else if (byte === BACKSLASH) {
        if (bytes.length - at < WORD_BYTES && !last) return at;
        at += this.#control(bytes.toString('latin1', at + 1, at + WORD_BYTES)) + 1;
      } else at = this.#text(bytes, at);
    }
    return bytes.length;
  }

  #text(bytes: Buffer, from: number): number {
    let to = from;
    while (to < bytes.length && !isSpecial(bytes[to] ?? 0)) to += 1;
    this.#sink.text(bytes.subarray(from, to));
    return to;
  }

  /** Gives how many bytes the control takes, after its backslash. */
  #control(text: string): number {
    const word = /^([a-zA-Z]{1,32})(-?\d{1,10})? ?/.exec(text);
    if (word !== null) {
      const parameter = word[2] === undefined ? undefined : Number(word[2]);
      if (word[1] === 'bin') this.#binary = Math.max(0, parameter ?? 0);
      else this.#sink.control(word[1] ?? '', parameter);
      return word[0].length;
    }
    const hex = /^'([0-9a-f]{2})/i.exec(text);
    if (hex !== null) {
      this.#sink.control("'", Number.parseInt(hex[1] ?? '', 16));
      return 3;
    }
    if (text === '') return 0;
    this.#sink.control(text.charAt(0), undefined);
    return 1;
  }
}

function isSpecial(byte: number): boolean {
  return byte === BACKSLASH || byte === OPEN || byte === CLOSE || byte === LF || byte === CR;
}
