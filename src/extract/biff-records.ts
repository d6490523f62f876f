/** The records of an old Excel workbook, in order, and the strings in them ([MS-XLS] 2.1.4, 2.5.240, 2.5.293, 2.5.294). */
import { ByteReader } from './byte-reader.ts';
import { decodeUtf16 } from './utf16.ts';

/** Goes on with the record before it; comes on its own only after one that was longer than is held. */
export const CONTINUE = 0x3c;
/** The list of shared strings. */
export const SST = 0xfc;
/** The most that is held of a record and what continues it: of shared strings, and of anything else, such as pictures. */
const STRINGS_BYTES = 64 * 1024 ** 2;
const RECORD_BYTES = 1024 ** 2;

export interface BiffRecord {
  readonly type: number;
  /** Where it stands in the stream. */
  readonly offset: number;
  /** Its bytes, then those of each record that continues it. */
  readonly parts: readonly Buffer[];
}

/** Records of `stream`, each with those that continue it; a record cut short is the last one. */
export async function* biffRecords(
  stream: AsyncIterable<Buffer>,
): AsyncGenerator<BiffRecord, void, undefined> {
  const reader = new ByteReader(stream);
  let record: { type: number; offset: number; parts: Buffer[]; bytes: number } | undefined;
  while (true) {
    const offset = reader.offset;
    const header = reader.takeNow(4) ?? (await reader.take(4));
    if (header.length < 4) break;
    const [type, length] = [header.readUInt16LE(0), header.readUInt16LE(2)];
    const data = Buffer.from(reader.takeNow(length) ?? (await reader.take(length)));
    const most = record?.type === SST ? STRINGS_BYTES : RECORD_BYTES;
    if (type === CONTINUE && record !== undefined && record.bytes < most) {
      record.parts.push(data);
      record.bytes += data.length;
    } else {
      if (record !== undefined) yield record;
      record = { type, offset, parts: [data], bytes: data.length };
    }
    if (data.length < length) break;
  }
  if (record !== undefined) yield record;
}

/** Reads through the parts of a record as if they were one; numbers and strings beyond its end are zero and short. */
export class PartReader {
  readonly #parts: readonly Buffer[];
  #part = 0;
  #at = 0;

  constructor(parts: readonly Buffer[]) {
    this.#parts = parts;
  }

  get ended(): boolean {
    this.#turn();
    return this.#part >= this.#parts.length;
  }

  number(bytes: 1 | 2 | 4): number {
    const taken = this.bytes(bytes);
    return taken.length < bytes ? 0 : taken.readUIntLE(0, bytes);
  }

  bytes(length: number): Buffer {
    const parts: Buffer[] = [];
    for (let left = length; left > 0 && !this.ended; ) {
      const part = this.#rest(left);
      parts.push(part);
      left -= part.length;
    }
    return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
  }

  /** A string with its flags before it, formatting left out. `length`: how the number of characters is written. */
  string(length: 1 | 2): string {
    const count = this.number(length);
    const flags = this.number(1);
    const runs = flags & 8 ? this.number(2) : 0;
    const extra = flags & 4 ? this.number(4) : 0;
    const text = this.characters(count, (flags & 1) === 1);
    this.#skip(4 * runs + extra);
    return text;
  }

  /** So many characters. Where they go on in the next part, that begins with a flag of its own. */
  characters(count: number, wide: boolean): string {
    let text = '';
    let isWide = wide;
    let begun = this.#part;
    for (let left = count; left > 0 && !this.ended; ) {
      if (this.#part !== begun) isWide = (this.number(1) & 1) === 1;
      begun = this.#part;
      const part = this.#rest(isWide ? 2 * left : left);
      const decoded = isWide ? decodeUtf16(part) : part.toString('latin1');
      text += decoded;
      left -= isWide ? Math.ceil(part.length / 2) : part.length;
      if (part.length === 0) break;
    }
    return text;
  }

  #skip(length: number): void {
    for (let left = length; left > 0 && !this.ended; ) left -= this.#rest(left).length;
  }

  /** Up to `length` bytes of the current part. */
  #rest(length: number): Buffer {
    this.#turn();
    const part = this.#parts[this.#part]?.subarray(this.#at, this.#at + length) ?? Buffer.alloc(0);
    this.#at += part.length;
    return part;
  }

  #turn(): void {
    while (this.#part < this.#parts.length && this.#at >= (this.#parts[this.#part]?.length ?? 0)) {
      this.#part += 1;
      this.#at = 0;
    }
  }
}
