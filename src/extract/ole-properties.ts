/** What an old Office file says of itself: title, author, company and other texts, also of people's own ([MS-OLEPS], [MS-OSHARED] 2.3.3). */
import { decoderFor } from './exact-reader.ts';
import { isName } from './header.ts';
import { type OleStream, oleBytes } from './ole.ts';
import { type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { decodeUtf16 } from './utf16.ts';

const STREAM_BYTES = 1024 ** 2;
/** Sets of one stream, properties of one set, parts of one vector; more are damage. */
const SETS = 8;
const PROPERTIES = 10_000;

const PAGE = 1;
const NAMES = 0;
const TEXT = 30;
const WIDE_TEXT = 31;
const VARIANT = 12;
const VECTOR = 0x1000;

/** The numbers of properties that people know by name. */
const SUMMARY: Readonly<Record<number, string>> = {
  2: 'title',
  3: 'subject',
  4: 'author',
  5: 'keywords',
  6: 'comments',
  7: 'template',
  8: 'last author',
  18: 'program',
};
const DOCUMENT: Readonly<Record<number, string>> = { 2: 'category', 14: 'manager', 15: 'company' };

interface Property {
  readonly name: string;
  readonly text: string;
}

export async function* readOleProperties(
  streams: readonly OleStream[],
  input: Input,
): AsyncGenerator<Extracted, void, undefined> {
  for (const stream of streams) {
    const kind = /^(Document)?SummaryInformation$/i.exec(stream.path);
    if (kind === null || stream.size > STREAM_BYTES) continue;
    const found = propertiesOf(await oleBytes(stream, STREAM_BYTES), kind[1] ? DOCUMENT : SUMMARY);
    if (found.length === 0) continue;
    const columns = found.map(({ name }) => (isName(name) ? name : ''));
    yield {
      type: 'rows',
      table: placeIn(input, 'properties'),
      columns,
      rows: [found.map(({ text }) => text)],
      place: (_, column) => placeIn(input, `property ${columns[column] || column + 1}`),
    };
  }
}

/** As far as they can be read: what refers outside of the bytes is left out. */
function propertiesOf(bytes: Buffer, names: Readonly<Record<number, string>>): readonly Property[] {
  const sets = Math.min(SETS, u32(bytes, 24));
  // The first set has names that are known; in others people name their own.
  return Array.from({ length: sets }, (_, i) => i).flatMap((i) =>
    new PropertySet(bytes.subarray(u32(bytes, 28 + 20 * i + 16))).texts(i === 0 ? names : {}),
  );
}

class PropertySet {
  readonly #bytes: Buffer;
  readonly #entries: readonly { readonly id: number; readonly at: number }[];
  #decoder = decoderFor('windows-1252');

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const count = Math.min(PROPERTIES, u32(bytes, 4), Math.floor(bytes.length / 8));
    this.#entries = Array.from({ length: count }, (_, i) => ({
      id: u32(bytes, 8 + 8 * i),
      at: u32(bytes, 12 + 8 * i),
    }));
  }

  texts(names: Readonly<Record<number, string>>): readonly Property[] {
    const page = this.#entries.find(({ id }) => id === PAGE);
    const codePage = page === undefined ? 1252 : u32(this.#bytes, page.at + 4) & 0xffff;
    this.#decoder = decoderFor(codePage === 65001 ? 'utf-8' : `windows-${codePage}`);
    const own = this.#ownNames(codePage === 1200);
    return this.#entries
      .filter(({ id }) => id > PAGE)
      .flatMap(({ id, at }) => {
        const name = names[id] ?? own.get(id) ?? '';
        return this.#values(at).map((text) => ({ name, text }));
      })
      .filter(({ text }) => text !== '');
  }

  #values(at: number): readonly string[] {
    const values: string[] = [];
    const type = u32(this.#bytes, at);
    const vector = (type & VECTOR) !== 0;
    const count = vector ? Math.min(PROPERTIES, u32(this.#bytes, at + 4)) : 1;
    let next = at + (vector ? 8 : 4);
    for (let i = 0; i < count && next < this.#bytes.length; i += 1) {
      const inner = (type & 0xfff) === VARIANT ? u32(this.#bytes, next) : type & 0xfff;
      if ((type & 0xfff) === VARIANT) next += 4;
      const size = u32(this.#bytes, next) * (inner === WIDE_TEXT ? 2 : 1);
      // Numbers of a vector have no length of their own: heading pairs mix them with texts.
      if (inner !== TEXT && inner !== WIDE_TEXT) {
        if (!vector) break;
        next += 4;
        continue;
      }
      const raw = this.#bytes.subarray(next + 4, next + 4 + size);
      values.push(this.#text(raw, inner === WIDE_TEXT));
      next += 4 + (inner === WIDE_TEXT || (type & 0xfff) === VARIANT ? Math.ceil(size / 4) * 4 : size);
    }
    return values;
  }

  /** Numbers and the names that people gave to them. */
  #ownNames(wide: boolean): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    const at = this.#entries.find(({ id }) => id === NAMES)?.at;
    if (at === undefined) return names;
    let next = at + 4;
    for (let i = Math.min(PROPERTIES, u32(this.#bytes, at)); i > 0 && next < this.#bytes.length; i -= 1) {
      const size = u32(this.#bytes, next + 4) * (wide ? 2 : 1);
      names.set(u32(this.#bytes, next), this.#text(this.#bytes.subarray(next + 8, next + 8 + size), wide));
      next += 8 + (wide ? Math.ceil(size / 4) * 4 : size);
    }
    return names;
  }

  #text(raw: Buffer, wide: boolean): string {
    const text = wide ? decodeUtf16(raw) : this.#decoder.decode(raw);
    const end = text.indexOf('\0');
    return (end === -1 ? text : text.slice(0, end)).trim();
  }
}

function u32(bytes: Buffer, at: number): number {
  return at >= 0 && at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0;
}
