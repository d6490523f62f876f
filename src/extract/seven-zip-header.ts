/**
 * What a 7-Zip archive says of itself: packed streams, how they are unpacked, the files in them (7zFormat.txt by Igor Pavlov, in the
 * public domain). One file, because each part of the directory is read by what the part before it said.
 */
import { ContentError } from './reader.ts';
import { decodeUtf16 } from './utf16.ts';

/** One step of unpacking. */
export interface Coder {
  /** Hex: `030101` for LZMA. */
  readonly id: string;
  readonly properties: Buffer;
  readonly size: number;
}

/** Files that are packed as one stream. */
export interface Folder {
  /** From the packed bytes to plain ones. Empty when it is more than a chain. */
  readonly coders: readonly Coder[];
  /** All codecs in it. */
  readonly ids: readonly string[];
  /** Where its packed bytes are, from the end of the first header. */
  readonly start: number;
  readonly packed: number;
  /** Bytes when unpacked. */
  readonly size: number;
  /** Files in it, in order. */
  readonly parts: readonly { readonly size: number; readonly crc: number | undefined }[];
}

export interface SevenZipHeader {
  readonly folders: readonly Folder[];
  /** Files with content, in the order of the folders' parts. */
  readonly names: readonly string[];
}

const ID = {
  end: 0,
  header: 1,
  archiveProperties: 2,
  additionalStreams: 3,
  mainStreams: 4,
  files: 5,
  packInfo: 6,
  unpackInfo: 7,
  subStreams: 8,
  size: 9,
  crc: 10,
  folder: 11,
  unpackSize: 12,
  unpackStreams: 13,
  emptyStream: 14,
  names: 17,
  encoded: 23,
} as const;
/** Coders of one folder. */
const MOST_CODERS = 16;

/**
 * The folders of the archive; `encoded`: they are of one that holds the real header.
 * @throws ContentError `malformed`; `unsupported-format`
 */
export function decodeHeader(bytes: Buffer): SevenZipHeader & { readonly encoded: boolean } {
  const reader = new HeaderReader(bytes);
  const type = reader.number();
  if (type === ID.encoded) return { folders: readStreams(reader), names: [], encoded: true };
  if (type !== ID.header) throw damaged();
  let folders: readonly Folder[] = [];
  let names: readonly string[] = [];
  for (let id = reader.number(); id !== ID.end; id = reader.number()) {
    if (id === ID.mainStreams) folders = readStreams(reader);
    else if (id === ID.files) names = readFiles(reader);
    else if (id === ID.archiveProperties) skipProperties(reader);
    else throw damaged();
  }
  return { folders, names, encoded: false };
}

function skipProperties(reader: HeaderReader): void {
  while (reader.number() !== ID.end) reader.take(reader.count());
}

interface RawFolder {
  readonly coders: readonly Omit<Coder, 'size'>[];
  /** Numbers of the coders from the packed side to the plain one; undefined when they are no chain. */
  readonly chain: readonly number[] | undefined;
  readonly inputs: number;
  readonly outputs: number;
  /** The output that no other coder takes. */
  readonly last: number;
}

function readStreams(reader: HeaderReader): readonly Folder[] {
  let packed: { position: number; sizes: readonly number[] } = { position: 0, sizes: [] };
  let raw: readonly RawFolder[] = [];
  let sizes: readonly (readonly number[])[] = [];
  let crcs: readonly (number | undefined)[] = [];
  let parts: readonly Folder['parts'][] | undefined;
  for (let id = reader.number(); id !== ID.end; id = reader.number()) {
    if (id === ID.packInfo) packed = readPackInfo(reader);
    else if (id === ID.unpackInfo) ({ raw, sizes, crcs } = readUnpackInfo(reader));
    else if (id === ID.subStreams)
      parts = readSubStreams(
        reader,
        raw.map((folder, i) => ({ size: sizes[i]?.[folder.last] ?? 0, crc: crcs[i] })),
      );
    else throw damaged();
  }
  let start = packed.position;
  let stream = 0;
  return raw.map((folder, i) => {
    const own = packed.sizes.slice(stream, stream + folder.inputs - folder.outputs + 1);
    const bytes = own.reduce((sum, size) => sum + size, 0);
    stream += own.length;
    const at = start;
    start += bytes;
    const all = sizes[i] ?? [];
    const size = all[folder.last] ?? 0;
    const coders = (folder.chain ?? []).flatMap((n) => {
      const coder = folder.coders[n];
      return coder === undefined ? [] : [{ ...coder, size: all[n] ?? 0 }];
    });
    return {
      coders,
      ids: folder.coders.map(({ id }) => id),
      start: at,
      packed: bytes,
      size,
      parts: parts?.[i] ?? [{ size, crc: crcs[i] }],
    };
  });
}

function readPackInfo(reader: HeaderReader): {
  readonly position: number;
  readonly sizes: readonly number[];
} {
  const position = reader.number();
  const count = reader.count();
  let sizes: readonly number[] = [];
  for (let id = reader.number(); id !== ID.end; id = reader.number()) {
    if (id === ID.size) sizes = Array.from({ length: count }, () => reader.number());
    else if (id === ID.crc) reader.crcs(count);
    else throw damaged();
  }
  return { position, sizes };
}

function readUnpackInfo(reader: HeaderReader): {
  readonly raw: readonly RawFolder[];
  readonly sizes: readonly (readonly number[])[];
  readonly crcs: readonly (number | undefined)[];
} {
  if (reader.number() !== ID.folder) throw damaged();
  const count = reader.count();
  // Written elsewhere in the archive: nobody does.
  if (reader.byte() !== 0) throw damaged();
  const raw = Array.from({ length: count }, () => readFolder(reader));
  if (reader.number() !== ID.unpackSize) throw damaged();
  const sizes = raw.map(({ outputs }) => Array.from({ length: outputs }, () => reader.number()));
  let crcs: readonly (number | undefined)[] = [];
  for (let id = reader.number(); id !== ID.end; id = reader.number()) {
    if (id !== ID.crc) throw damaged();
    crcs = reader.crcs(count);
  }
  return { raw, sizes, crcs };
}

function readFolder(reader: HeaderReader): RawFolder {
  const count = reader.count();
  if (count < 1 || count > MOST_CODERS) throw damaged();
  let inputs = 0;
  let outputs = 0;
  const coders = Array.from({ length: count }, () => {
    const flags = reader.byte();
    const id = reader.take(flags & 15).toString('hex');
    const complex = (flags & 16) !== 0;
    inputs += complex ? reader.count() : 1;
    outputs += complex ? reader.count() : 1;
    return { id, properties: flags & 32 ? reader.take(reader.count()) : Buffer.alloc(0) };
  });
  if (inputs > 32 || outputs > 32 || outputs < 1) throw damaged();
  const pairs = Array.from({ length: outputs - 1 }, () => [reader.number(), reader.number()] as const);
  const streams = inputs - pairs.length;
  if (streams < 1) throw damaged();
  if (streams > 1) for (let i = 0; i < streams; i += 1) reader.number();
  const taken = new Set(pairs.map(([, output]) => output));
  const last = Array.from({ length: outputs }, (_, i) => i).find((i) => !taken.has(i)) ?? 0;
  const chain = inputs === count && outputs === count ? chainOf(last, pairs) : undefined;
  return { coders, chain, inputs, outputs, last };
}

/** From the coder that gives the plain bytes back to the one that takes the packed ones, then turned round. */
function chainOf(
  last: number,
  pairs: readonly (readonly [input: number, output: number])[],
): readonly number[] | undefined {
  const chain = [last];
  for (let at = last; chain.length <= pairs.length; ) {
    const pair = pairs.find(([input]) => input === at);
    if (pair === undefined) return undefined;
    at = pair[1];
    chain.push(at);
  }
  return chain.toReversed();
}

function readSubStreams(
  reader: HeaderReader,
  folders: readonly { readonly size: number; readonly crc: number | undefined }[],
): readonly Folder['parts'][] {
  let counts: readonly number[] = folders.map(() => 1);
  let id = reader.number();
  if (id === ID.unpackStreams) {
    counts = folders.map(() => reader.count());
    id = reader.number();
  }
  const sizes = folders.map(({ size }, i) => {
    const count = counts[i] ?? 0;
    if (count === 0) return [];
    // The last one's size is what the others leave.
    const told = id === ID.size ? Array.from({ length: count - 1 }, () => reader.number()) : [];
    if (told.length < count - 1) throw damaged();
    return [...told, Math.max(0, size - told.reduce((sum, each) => sum + each, 0))];
  });
  if (id === ID.size) id = reader.number();
  const unknown = folders.map(({ crc }, i) => counts[i] !== 1 || crc === undefined);
  let crcs: readonly (number | undefined)[] = [];
  if (id === ID.crc) {
    crcs = reader.crcs(sizes.reduce((sum, own, i) => sum + (unknown[i] ? own.length : 0), 0));
    id = reader.number();
  }
  if (id !== ID.end) throw damaged();
  let next = 0;
  return sizes.map((own, i) =>
    own.map((size) => {
      if (!unknown[i]) return { size, crc: folders[i]?.crc };
      next += 1;
      return { size, crc: crcs[next - 1] };
    }),
  );
}

/** Names of the files that have content. */
function readFiles(reader: HeaderReader): readonly string[] {
  const count = reader.count();
  let names: readonly string[] = [];
  let empty: readonly boolean[] = [];
  for (let id = reader.number(); id !== ID.end; id = reader.number()) {
    const bytes = reader.take(reader.count());
    if (id === ID.emptyStream) empty = new HeaderReader(bytes).bits(count);
    else if (id === ID.names) names = decodeUtf16(bytes.subarray(1)).split('\0').slice(0, count);
  }
  return Array.from({ length: count }, (_, i) => names[i] ?? '').filter((_, i) => empty[i] !== true);
}

/** Numbers and bytes one after the other; nothing is longer than what is there. */
class HeaderReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  take(length: number): Buffer {
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    if (part.length < length) throw damaged();
    this.#at += length;
    return part;
  }

  /** As many ones as the first byte begins with, so many bytes follow, lowest first; the rest of it comes on top. */
  number(): number {
    const first = this.byte();
    let value = 0;
    let mask = 0x80;
    for (let i = 0; i < 8; i += 1, mask >>= 1) {
      if ((first & mask) === 0) return value + (first & (mask - 1)) * 2 ** (8 * i);
      value += this.byte() * 2 ** (8 * i);
    }
    return value;
  }

  /** A number of things each of which takes a bit at least. */
  count(): number {
    const count = this.number();
    if (count > 8 * this.#bytes.length) throw damaged();
    return count;
  }

  bits(count: number): readonly boolean[] {
    const bytes = this.take(Math.ceil(count / 8));
    return Array.from({ length: count }, (_, i) => (((bytes[i >> 3] ?? 0) << (i & 7)) & 0x80) !== 0);
  }

  crcs(count: number): readonly (number | undefined)[] {
    const known = this.byte() === 1 ? undefined : this.bits(count);
    return Array.from({ length: count }, (_, i) =>
      known?.[i] === false ? undefined : this.take(4).readUInt32LE(),
    );
  }
}

function damaged(): ContentError {
  return new ContentError('malformed', "the archive's directory is damaged");
}
