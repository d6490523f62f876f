/** PowerPoint documents of 1997 to 2003: the texts of slides, notes and masters ([MS-PPT] 2.3). Saved again, a file may hold a text twice. */
import { type OleStream, oleBytes } from './ole.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import { decoderOf } from './rtf-charset.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';
import { decodeUtf16 } from './utf16.ts';

const STREAM_BYTES = 128 * 1024 ** 2;
const HEADER_BYTES = 8;
/** Containers in containers. */
const DEPTH = 32;

const SLIDE = 1006;
const NOTES = 1008;
const SLIDE_OF_LIST = 1011;
const MASTER = 1016;
const LIST = 4080;
const CHARACTERS = 4000;
const BYTES = 4008;
const STRING = 4026;
/** `EncryptedSummary` and the like stand beside a header that says so ([MS-PPT] 2.3.2). */
const ENCRYPTED = 0xf3d1c4df;

/** What PowerPoint writes for fields, and to mark its own data. */
const MARK = /^(?:\*|___PPT\d+)$/;

interface Atom {
  readonly place: string;
  readonly text: string;
}

export async function* readPpt(
  streams: readonly OleStream[],
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const user = streams.find(({ path }) => /^Current User$/i.test(path));
  const current = user === undefined ? Buffer.alloc(0) : await oleBytes(user, STREAM_BYTES);
  if (current.length >= 16 && current.readUInt32LE(12) === ENCRYPTED)
    throw new ContentError('encrypted', 'needs a password');
  const stream = streams.find(({ path }) => /^PowerPoint Document$/i.test(path));
  const bytes = stream === undefined ? Buffer.alloc(0) : await oleBytes(stream, STREAM_BYTES);
  const document = new PptDocument(bytes);
  let last = '';
  let line = 1;
  for (const { place, text } of document.atoms()) {
    context.signal.throwIfAborted();
    line = place === last ? line : 1;
    last = place;
    yield* textSegments(`${text}\n`, placeIn(input, place), { line });
    line += text.split('\n').length;
  }
  if (document.damaged || bytes.length < (stream?.size ?? 0))
    yield gapNote(input, 'malformed', 'the presentation is damaged or cut short');
}

class PptDocument {
  readonly #bytes: Buffer;
  readonly #slides = { list: 0, slide: 0, notes: 0 };
  readonly #latin = decoderOf(1252);
  damaged = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Texts in the order in which they lie. */
  atoms(): Generator<Atom, void, undefined> {
    return this.#walk(0, this.#bytes.length, { place: '', inList: false, depth: 0 });
  }

  *#walk(
    from: number,
    to: number,
    { place, inList, depth }: { readonly place: string; readonly inList: boolean; readonly depth: number },
  ): Generator<Atom, void, undefined> {
    let here = place;
    for (let at = from; at + HEADER_BYTES <= to; ) {
      const version = this.#bytes.readUInt16LE(at);
      const type = this.#bytes.readUInt16LE(at + 2);
      const start = at + HEADER_BYTES;
      const end = start + this.#bytes.readUInt32LE(at + 4);
      if (end > to) this.damaged = true;
      const stop = Math.min(end, to);
      // Texts of an outline follow the slide that they belong to.
      if (type === SLIDE_OF_LIST && inList) here = `slide ${this.#next('list')}`;
      if ((version & 15) === 15 && depth < DEPTH && !this.#isZip(start, stop)) {
        const outline = type === LIST ? version >> 4 === 0 : inList;
        yield* this.#walk(start, stop, {
          place: this.#placeOf(type) ?? here,
          inList: outline,
          depth: depth + 1,
        });
      } else {
        const text = this.#textOf(type, start, stop);
        if (text.trim() !== '' && !MARK.test(text)) yield { place: here, text };
      }
      at = stop;
    }
  }

  /** What PowerPoint 2007 and later keep for themselves, such as themes: looks, marked as if there were records in them. */
  #isZip(start: number, stop: number): boolean {
    return stop - start >= 4 && this.#bytes.readUInt32BE(start) === 0x504b0304;
  }

  #placeOf(type: number): string | undefined {
    if (type === SLIDE) return `slide ${this.#next('slide')}`;
    if (type === NOTES) return `notes ${this.#next('notes')}`;
    return type === MASTER ? 'master' : undefined;
  }

  #next(counter: 'list' | 'slide' | 'notes'): number {
    this.#slides[counter] += 1;
    return this.#slides[counter];
  }

  #textOf(type: number, start: number, stop: number): string {
    const part = this.#bytes.subarray(start, stop);
    if (type === BYTES) return lines(this.#latin.decode(part));
    if (type === CHARACTERS || type === STRING) return lines(decodeUtf16(part));
    return '';
  }
}

/** Paragraphs end in a carriage return, lines in a vertical tab. */
function lines(text: string): string {
  return text.replace(/[\r\v]/g, '\n').replace(/[\0-\x08\x0e-\x1f]/g, '');
}
