/**
 * XML as tags and text one after the other, a piece at a time, in bounded memory. Takes what is written under that name: tags that are never
 * closed, values without quotes, an end in the middle. No entities but the five of XML and numbers; nothing is fetched.
 * Our own because it is most of the time that spreadsheets and documents take: htmlparser2 reads XML a fifth as fast.
 */
import { LineIndex } from './line-index.ts';
import { CELL_CHARS } from './rows.ts';
import { decoded } from './xml-attributes.ts';

export interface XmlSink {
  /** `attributes`: as they are written, for xml-attributes.ts. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  /** Decoded, in one piece unless it is long. */
  text(text: string): void;
  comment?(text: string): void;
  /** `<!DOCTYPE ...>` and `<?name ...?>`, without the brackets. */
  instruction?(name: string, text: string): void;
}

/** Elements within each other: beyond these all are closed. */
const DEPTH = 1000;
/** A tag longer than this is text: pictures are written into attributes. */
const TAG_CHARS = 16 * 1024 ** 2;
/** A reference such as `&#x10ffff;` is no longer. */
const REFERENCE_CHARS = 32;

const COMMENT = { begin: '!--', end: '-->' };
const CDATA = { begin: '![CDATA[', end: ']]>' };

export class XmlTokens {
  readonly #sink: XmlSink;
  readonly #lines = new LineIndex();
  readonly #open: string[] = [];
  /** By depth, the name of the element that was opened there last. */
  readonly #last: string[] = [];
  #state: 'text' | 'tag' | 'comment' | 'cdata' = 'text';
  /** What is known of the current token from earlier pieces. */
  #held = '';
  /** In a tag: the quote that ends the value, 0 outside of one, and whether a value comes next. */
  #quote = 0;
  #valueNext = false;
  /** Offset of the current token, and of the current piece. */
  #at = 0;
  #base = 0;

  constructor(sink: XmlSink) {
    this.#sink = sink;
  }

  /** The line of what the sink is being told. */
  get line(): number {
    return this.#lines.at(this.#at);
  }

  /** The next piece, cut anywhere between characters. */
  write(piece: string): void {
    this.#lines.at(this.#at);
    this.#lines.add(piece);
    let i = 0;
    while (i < piece.length) {
      if (this.#state === 'text') i = this.#inText(piece, i);
      else if (this.#state === 'tag') i = this.#inTag(piece, i);
      else i = this.#inSection(piece, i);
    }
    this.#base += piece.length;
  }

  /** Closes what is open. A tag that was not ended is text. */
  end(): void {
    if (this.#state === 'text') this.#text(this.#held);
    else if (this.#state === 'tag') this.#text(`<${this.#held}`);
    else this.#section(this.#held);
    this.#held = '';
    this.#closeTo(0);
  }

  #inText(piece: string, from: number): number {
    const tag = piece.indexOf('<', from);
    if (this.#held === '') this.#at = this.#base + from;
    if (tag === -1) {
      this.#held += piece.slice(from);
      if (this.#held.length > CELL_CHARS) this.#spill();
      return piece.length;
    }
    if (this.#held !== '') this.#text(this.#held + piece.slice(from, tag));
    else if (tag > from) this.#text(piece.slice(from, tag));
    this.#held = '';
    this.#at = this.#base + tag;
    this.#state = 'tag';
    this.#quote = 0;
    this.#valueNext = false;
    return tag + 1;
  }

  /** Long text goes out as far as no reference is cut. */
  #spill(): void {
    const reference = this.#held.indexOf('&', this.#held.length - REFERENCE_CHARS);
    const cut = reference === -1 ? this.#held.length : reference;
    this.#text(this.#held.slice(0, cut));
    this.#held = this.#held.slice(cut);
  }

  #inTag(piece: string, from: number): number {
    const first = this.#held === '' ? piece.charCodeAt(from) : this.#held.charCodeAt(0);
    // A sign that was not written as `&lt;`.
    if (isSpace(first) || first === 0x3e) return this.#continue('text', '<', from);
    if (first === 0x21 || first === 0x3f) return this.#inInstruction(piece, from);
    const end = this.#tagEnd(piece, from);
    if (end === -1) {
      this.#held += piece.slice(from);
      if (this.#held.length > TAG_CHARS) this.#continue('text', `<${this.#held}`, from);
      return piece.length;
    }
    if (this.#held === '') this.#element(piece, from, end);
    else this.#element(this.#held + piece.slice(from, end), 0, this.#held.length + end - from);
    return this.#continue('text', '', end + 1);
  }

  #continue(state: 'text' | 'comment' | 'cdata', held: string, next: number): number {
    this.#state = state;
    this.#held = held;
    return next;
  }

  /** The bracket that ends the tag and does not lie in a value. */
  #tagEnd(piece: string, from: number): number {
    for (let i = from; i < piece.length; i += 1) {
      if (this.#quote !== 0) {
        i = piece.indexOf(this.#quote === 0x22 ? '"' : "'", i);
        if (i === -1) return -1;
        this.#quote = 0;
        continue;
      }
      const code = piece.charCodeAt(i);
      if (code === 0x3e) return i;
      if (code === 0x3d) this.#valueNext = true;
      else if (code > 0x20) {
        if (this.#valueNext && (code === 0x22 || code === 0x27)) this.#quote = code;
        this.#valueNext = false;
      }
    }
    return -1;
  }

  /** A tag's text is `from` to `end` of `text`. */
  #element(text: string, from: number, end: number): void {
    const depth = this.#open.length;
    if (text.charCodeAt(from) === 0x2f) {
      // Mostly what was opened last.
      const top = this.#open[depth - 1];
      if (top !== undefined && end - from === top.length + 1 && text.startsWith(top, from + 1)) {
        this.#open.pop();
        this.#sink.close(top);
        return;
      }
      const tag = text.slice(from + 1, end).trimStart();
      this.#close(tag.slice(0, nameEnd(tag, 0, tag.length)));
      return;
    }
    const name = this.#name(text, from, end);
    const empty = text.charCodeAt(end - 1) === 0x2f;
    this.#open.push(name);
    const to = empty ? end - 1 : end;
    this.#sink.open(name, from + name.length < to ? text.slice(from + name.length, to) : '');
    if (empty) this.#closeTo(depth);
    else if (depth >= DEPTH) this.#closeTo(0);
  }

  /** Mostly that of the element before it on the same level, so that no string need be made. */
  #name(text: string, from: number, end: number): string {
    const depth = this.#open.length;
    const last = this.#last[depth];
    if (last !== undefined && text.startsWith(last, from) && endsName(text.charCodeAt(from + last.length)))
      return last;
    const name = text.slice(from, nameEnd(text, from, end));
    this.#last[depth] = name;
    return name;
  }

  /** What is not open is not closed, and what is left open in it is. */
  #close(name: string): void {
    const last = this.#open.length - 1;
    const at = this.#open[last] === name ? last : this.#open.lastIndexOf(name);
    if (at !== -1) this.#closeTo(at);
  }

  #closeTo(depth: number): void {
    while (this.#open.length > depth) this.#sink.close(this.#open.pop() ?? '');
  }

  /** Behind `<!` or `<?`. */
  #inInstruction(piece: string, from: number): number {
    const held = this.#held.length;
    const start = this.#held + piece.slice(from, from + CDATA.begin.length);
    if (start.startsWith(COMMENT.begin)) {
      return this.#continue('comment', '', from + COMMENT.begin.length - held);
    }
    if (start.startsWith(CDATA.begin)) return this.#continue('cdata', '', from + CDATA.begin.length - held);
    const mark = start.startsWith('?') ? '?>' : '>';
    const text = this.#held + piece.slice(from);
    const end = text.indexOf(mark, Math.max(0, held - 1));
    if (end === -1) {
      if (text.length > CELL_CHARS) return this.#continue('text', `<${text}`, piece.length);
      this.#held = text;
      return piece.length;
    }
    this.#sink.instruction?.(/^[^\s/]*/.exec(text)?.[0] ?? '', text.slice(0, end));
    return this.#continue('text', '', from + end + mark.length - held);
  }

  #inSection(piece: string, from: number): number {
    const { end: mark } = this.#state === 'comment' ? COMMENT : CDATA;
    const held = this.#held.length;
    const text = this.#held + piece.slice(from);
    const end = text.indexOf(mark, Math.max(0, held - mark.length + 1));
    if (end !== -1) {
      this.#section(text.slice(0, end));
      return this.#continue('text', '', from + end + mark.length - held);
    }
    // The beginning of the mark may be the end of the piece.
    const cut = text.length > CELL_CHARS ? text.length - mark.length + 1 : 0;
    if (cut > 0) this.#section(text.slice(0, cut));
    this.#held = text.slice(cut);
    return piece.length;
  }

  #section(text: string): void {
    if (text === '') return;
    if (this.#state === 'comment') this.#sink.comment?.(text);
    else this.#sink.text(text);
  }

  #text(text: string): void {
    if (text !== '') this.#sink.text(decoded(text));
  }
}

function nameEnd(text: string, from: number, end: number): number {
  for (let i = from; i < end; i += 1) if (endsName(text.charCodeAt(i))) return i;
  return end;
}

/** Space, slash or bracket. */
function endsName(code: number): boolean {
  return isSpace(code) || code === 0x2f || code === 0x3e;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
