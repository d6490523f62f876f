/** The text of a Word document, paragraph by paragraph: pieces of the stream in the order in which they are read ([MS-DOC] 2.8.35, 2.9.178). */
import { decoderOf } from './rtf-charset.ts';
import { decodeUtf16 } from './utf16.ts';

/** Where the header tells of the table of pieces, and of the pages with paragraphs' properties. */
const PIECES_AT = 0x01a2;
const PARAGRAPHS_AT = 0x0102;
/** Word 6 and 95 have no pieces in it: their text lies in one stretch. */
const WORD_97 = 0xc1;
const TEXT_FROM = 0x18;
const TEXT_TO = 0x1c;
const PAGE_BYTES = 512;
/** Properties "is in a table" and "ends a row", each with the value 1. */
const IN_TABLE = Buffer.from('162401', 'hex');
const ENDS_ROW = Buffer.from('172401', 'hex');
/** Characters decoded at a time. */
const RUN_CHARS = 32 * 1024;

export interface DocParagraph {
  /** With the mark that ends it: `\r`, `\f`, or `\x07` at the end of a cell. A part of one that is very long has none. */
  readonly text: string;
  readonly inTable: boolean;
  readonly endsRow: boolean;
}

interface Piece {
  readonly from: number;
  readonly chars: number;
  readonly wide: boolean;
}

/** Stretches of the stream with a property, by their beginnings in ascending order. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly endsRow: boolean;
}

export class DocPieces {
  readonly #document: Buffer;
  readonly #pieces: readonly Piece[];
  readonly #stretches: readonly Stretch[];
  /** True when text is not where the document says. */
  damaged = false;

  constructor(document: Buffer, table: Buffer) {
    this.#document = document;
    const old = document.readUInt16LE(2) < WORD_97;
    const pieces = old ? undefined : this.#piecesIn(table);
    this.damaged = !old && pieces === undefined;
    this.#pieces = pieces ?? [this.#oneStretch()];
    this.#stretches = this.#paragraphsIn(table).toSorted((a, b) => a.from - b.from);
  }

  *paragraphs(): Generator<DocParagraph, void, undefined> {
    let text = '';
    let from = 0;
    const decoder = decoderOf(1252);
    for (const { from: start, chars, wide } of this.#pieces) {
      const width = wide ? 2 : 1;
      for (let done = 0; done < chars; done += RUN_CHARS) {
        const at = start + done * width;
        const bytes = this.#document.subarray(at, at + Math.min(RUN_CHARS, chars - done) * width);
        if (bytes.length < Math.min(RUN_CHARS, chars - done) * width) this.damaged = true;
        const run = wide ? decodeUtf16(bytes) : decoder.decode(bytes);
        let begun = 0;
        for (const { index } of run.matchAll(/[\r\f\x07]/g)) {
          if (text === '') from = at + begun * width;
          yield this.#paragraph(text + run.slice(begun, index + 1), from);
          text = '';
          begun = index + 1;
        }
        if (text === '') from = at + begun * width;
        text += run.slice(begun);
        if (text.length < RUN_CHARS) continue;
        yield this.#paragraph(text, from);
        text = '';
      }
    }
    if (text !== '') yield this.#paragraph(text, from);
  }

  #paragraph(text: string, from: number): DocParagraph {
    let low = 0;
    let high = this.#stretches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#stretches[middle]?.from ?? 0) <= from) low = middle + 1;
      else high = middle;
    }
    const stretch = this.#stretches[low - 1];
    const inTable = stretch !== undefined && from < stretch.to;
    return { text, inTable, endsRow: inTable && stretch.endsRow && text.endsWith('\x07') };
  }

  #piecesIn(table: Buffer): readonly Piece[] | undefined {
    const found = this.#listed(table, PIECES_AT);
    let at = 0;
    // Properties of pieces come first: 1, a length, and that many bytes.
    while (found[at] === 1 && at + 3 <= found.length) at += 3 + found.readUInt16LE(at + 1);
    if (found[at] !== 2 || at + 5 > found.length) return undefined;
    const list = found.subarray(at + 5, at + 5 + found.readUInt32LE(at + 1));
    const count = Math.floor((list.length - 4) / 12);
    const pieces: Piece[] = [];
    for (let i = 0; i < count; i += 1) {
      const chars = list.readUInt32LE(4 * i + 4) - list.readUInt32LE(4 * i);
      const position = list.readUInt32LE(4 * (count + 1) + 8 * i + 2);
      const wide = (position & 0x4000_0000) === 0;
      const from = wide ? position & 0x3fff_ffff : (position & 0x3fff_ffff) >>> 1;
      if (chars <= 0 || from >= this.#document.length) {
        this.damaged = true;
        continue;
      }
      pieces.push({ from, chars: Math.min(chars, this.#document.length - from), wide });
    }
    return pieces.length === 0 ? undefined : pieces;
  }

  #oneStretch(): Piece {
    const from = this.#document.readUInt32LE(TEXT_FROM);
    const to = Math.min(this.#document.length, this.#document.readUInt32LE(TEXT_TO));
    return { from, chars: Math.max(0, to - from), wide: false };
  }

  /** The bytes of the table stream that the header's pair at `at` tells of. */
  #listed(table: Buffer, at: number): Buffer {
    if (at + 8 > this.#document.length) return Buffer.alloc(0);
    const from = this.#document.readUInt32LE(at);
    return table.subarray(from, from + this.#document.readUInt32LE(at + 4));
  }

  /** Stretches in tables, from the pages of paragraphs' properties ([MS-DOC] 2.9.174). */
  #paragraphsIn(table: Buffer): readonly Stretch[] {
    const list = this.#listed(table, PARAGRAPHS_AT);
    const count = Math.min(Math.floor((list.length - 4) / 8), Math.ceil(this.#document.length / PAGE_BYTES));
    const stretches: Stretch[] = [];
    for (let i = 0; i < count; i += 1) {
      const start = (list.readUInt32LE(4 * (count + 1) + 4 * i) & 0x3f_ffff) * PAGE_BYTES;
      const page = this.#document.subarray(start, start + PAGE_BYTES);
      if (page.length === PAGE_BYTES) stretches.push(...stretchesOf(page));
    }
    return stretches;
  }
}

function stretchesOf(page: Buffer): readonly Stretch[] {
  const count = Math.min(page[PAGE_BYTES - 1] ?? 0, 29);
  const stretches: Stretch[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = 2 * (page[4 * (count + 1) + 13 * i] ?? 0);
    const words = page[at] ?? 0;
    const properties =
      words === 0
        ? page.subarray(at + 2, at + 2 + 2 * (page[at + 1] ?? 0))
        : page.subarray(at + 1, at + 2 * words);
    const endsRow = at > 0 && properties.includes(ENDS_ROW);
    if (!endsRow && !(at > 0 && properties.includes(IN_TABLE))) continue;
    stretches.push({ from: page.readUInt32LE(4 * i), to: page.readUInt32LE(4 * i + 4), endsRow });
  }
  return stretches;
}
