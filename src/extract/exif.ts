/** What cameras and programs write beside a picture (Exif 2.32, TIFF 6.0): who made it, with what, where; texts and the position only. */
import { decodeUtf16 } from './utf16.ts';

export interface ExifField {
  /** `artist`, `GPS location`; empty for a text under a tag that is not known. */
  readonly name: string;
  readonly text: string;
}

/** Fields of one directory; more are damage. */
const FIELDS = 1000;
/** Directories: pages of a TIFF, and those that fields refer to. */
const DIRECTORIES = 100;
/** The longest text that is kept. */
const TEXT_BYTES = 64 * 1024;

const NAMES: Readonly<Record<number, string>> = {
  269: 'document name',
  270: 'description',
  271: 'make',
  272: 'model',
  305: 'software',
  306: 'changed',
  315: 'artist',
  316: 'computer',
  33432: 'copyright',
  36867: 'taken',
  37510: 'comment',
  40091: 'title',
  40092: 'comment',
  40093: 'author',
  40094: 'keywords',
  40095: 'subject',
  42016: 'image id',
  42032: 'owner',
  42033: 'serial number',
  42037: 'lens serial number',
};
const INNER = new Set([0x8769, 0x8825, 0xa005]);
const GPS = 0x8825;
const COMMENT = 0x9286;
/** XML of Adobe's in a TIFF. */
const XMP = 0x02bc;
/** Bytes of a value by its type. */
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8];

/** The fields of a TIFF block, as far as they can be read; none when it is none. */
export function exifFields(block: Buffer): readonly ExifField[] {
  const order = block.toString('latin1', 0, 2);
  if (block.length < 8 || (order !== 'II' && order !== 'MM')) return [];
  const reader = new Block(block, order === 'II');
  const fields: ExifField[] = [];
  const waiting = [{ at: reader.u32(4), gps: false }];
  const seen = new Set<number>();
  for (let next = waiting.shift(); next !== undefined && seen.size < DIRECTORIES; next = waiting.shift()) {
    const { at, gps } = next;
    if (at === 0 || at + 2 > block.length || seen.has(at)) continue;
    seen.add(at);
    const entries = reader.directory(at);
    for (const { tag, at: entry } of entries) {
      if (INNER.has(tag)) waiting.push({ at: reader.u32(entry + 8), gps: tag === GPS });
      else if (!gps) fields.push(...textOf(reader, tag, entry));
    }
    if (gps) fields.push(...positionOf(reader, entries));
    else waiting.push({ at: reader.u32(at + 2 + 12 * entries.length), gps: false });
  }
  return fields;
}

interface Entry {
  readonly tag: number;
  readonly at: number;
}

class Block {
  readonly #bytes: Buffer;
  readonly #little: boolean;

  constructor(bytes: Buffer, little: boolean) {
    this.#bytes = bytes;
    this.#little = little;
  }

  u16(at: number): number {
    if (at + 2 > this.#bytes.length) return 0;
    return this.#little ? this.#bytes.readUInt16LE(at) : this.#bytes.readUInt16BE(at);
  }

  u32(at: number): number {
    if (at + 4 > this.#bytes.length) return 0;
    return this.#little ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at);
  }

  directory(at: number): readonly Entry[] {
    const room = Math.floor((this.#bytes.length - at - 2) / 12);
    const count = Math.min(this.u16(at), room, FIELDS);
    return Array.from({ length: count }, (_, i) => {
      const entry = at + 2 + 12 * i;
      return { tag: this.u16(entry), at: entry };
    });
  }

  /** The bytes of an entry's value, which stand in it or elsewhere. */
  value(entry: number): { readonly type: number; readonly bytes: Buffer } {
    const type = this.u16(entry + 2);
    const size = (SIZES[type] ?? 0) * this.u32(entry + 4);
    const from = size <= 4 ? entry + 8 : this.u32(entry + 8);
    return { type, bytes: this.#bytes.subarray(from, from + Math.min(size, TEXT_BYTES)) };
  }

  /** A rational number of a value that has several. */
  rational(entry: number, index: number): number {
    const at = this.u32(entry + 8) + 8 * index;
    return this.u32(at) / (this.u32(at + 4) || 1);
  }

  get little(): boolean {
    return this.#little;
  }
}

function textOf(reader: Block, tag: number, entry: number): readonly ExifField[] {
  const { type, bytes } = reader.value(entry);
  const windows = tag >= 0x9c9b && tag <= 0x9c9f;
  if (type !== 2 && !windows && tag !== COMMENT && tag !== XMP) return [];
  const text = windows ? decodeUtf16(bytes) : tag === COMMENT ? comment(reader, bytes) : bytes.toString();
  const clean = text.replaceAll('\0', ' ').trim();
  return clean === '' ? [] : [{ name: NAMES[tag] ?? '', text: clean }];
}

/** A user's comment says in eight letters how it is written. */
function comment(reader: Block, bytes: Buffer): string {
  const kind = bytes.toString('latin1', 0, 7);
  const text = bytes.subarray(8);
  if (kind !== 'UNICODE') return text.toString();
  const even = Buffer.from(text.subarray(0, text.length & ~1));
  return decodeUtf16(reader.little ? even : even.swap16());
}

/** Latitude and longitude in degrees, as people and maps write them. */
function positionOf(reader: Block, entries: readonly Entry[]): readonly ExifField[] {
  const at = (tag: number): number | undefined => entries.find((entry) => entry.tag === tag)?.at;
  const degrees = (reference: number | undefined, value: number, negative: string): string => {
    const sum = [0, 1, 2].reduce((total, i) => total + reader.rational(value, i) / 60 ** i, 0);
    const side = reference === undefined ? '' : reader.value(reference).bytes.toString('latin1', 0, 1);
    return (side === negative ? -sum : sum).toFixed(6);
  };
  const [latitude, longitude] = [at(2), at(4)];
  if (latitude === undefined || longitude === undefined) return [];
  const text = `${degrees(at(1), latitude, 'S')}, ${degrees(at(3), longitude, 'W')}`;
  return [{ name: 'GPS location', text }];
}
