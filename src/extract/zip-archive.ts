/** A zip archive opened: its members by name, each as its real bytes. Sizes and names in headers are not trusted. */
import { crc32, createInflateRaw, createZstdDecompress, inflateRawSync } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { ByteReader } from './byte-reader.ts';
import { unpackBzip2 } from './bzip2.ts';
import { INFLATE_CHUNK, inflate, unpackWith } from './inflate.ts';
import { WINDOW_BYTES } from './lzma.ts';
import { unpackLzma } from './lzma-stream.ts';
import { ContentError, type Context, type Input, SourceFailure } from './reader.ts';
import { unpackXz } from './xz.ts';
import { type Access, AccessReader, accessTo, rangeOf } from './zip-access.ts';

/** Compression methods that are read. */
const STORED = 0;
const DEFLATE = 8;
const BZIP2 = 12;
const LZMA = 14;
const ZSTANDARD = 93;
const XZ = 95;
const METHODS: ReadonlySet<number> = new Set([STORED, DEFLATE, BZIP2, LZMA, ZSTANDARD, XZ]);

const LOCAL_HEADER_BYTES = 30;

/** A member of so many bytes, packed and unpacked, is inflated at once: a stream costs more than most members. */
const SMALL_PACKED = 64 * 1024;
const SMALL_PLAIN = 512 * 1024;

export interface ArchiveMember {
  /** Path as written; a label, never a path to write to. */
  readonly name: string;
  /** As the archive says. */
  readonly size: number;
  /** Bytes in the archive. */
  readonly packed: number;
  /** Why its bytes cannot be had. */
  readonly obstacle?: { readonly reason: 'encrypted' | 'unsupported-format'; readonly message: string };
  /** The member's bytes as they really are; a wrong checksum is told at their end. */
  stream(): AsyncGenerator<Buffer, void, undefined>;
}

export interface Archive {
  /** Files in the order of the directory, up to one more than may be read. */
  readonly members: readonly ArchiveMember[];
  /** False when the directory breaks off. */
  readonly whole: boolean;
}

/** @throws ContentError `malformed` without a directory, or when members overlap; `archive-limit` when it cannot be held */
export async function openArchive(input: Input, context: Context): Promise<Archive> {
  const access = await accessTo(input);
  const zip = await openZip(access);
  const { entries, whole } = await entriesOf(zip, context.budget.limits.members);
  if (overlaps(entries)) throw new ContentError('malformed', 'members of the archive overlap: a bomb');
  const members = entries.map((entry) => {
    const obstacle = obstacleTo(entry);
    return {
      name: entryName(entry),
      size: entry.uncompressedSize,
      packed: entry.compressedSize,
      ...(obstacle ? { obstacle } : {}),
      stream: () => memberBytes({ zip, access, entry, context }),
    };
  });
  return { members: members.filter(({ name, size }) => !(name.endsWith('/') && size === 0)), whole };
}

async function openZip(access: Access): Promise<ZipFile> {
  try {
    // Names may be hostile and sizes may lie: both are looked at here.
    const options = { decodeStrings: false, validateEntrySizes: false, autoClose: false };
    return await fromRandomAccessReaderPromise(new AccessReader(access), access.size, options);
  } catch (cause) {
    if (cause instanceof SourceFailure) throw cause;
    throw new ContentError('malformed', 'the archive has no directory: damaged or cut short', { cause });
  }
}

/** Up to one entry more than may be read; `whole` is false when the directory breaks off. */
async function entriesOf(
  zip: ZipFile,
  most: number,
): Promise<{ readonly entries: readonly Entry[]; readonly whole: boolean }> {
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      entries.push(entry);
      if (entries.length > most) break;
    }
    return { entries, whole: true };
  } catch (error) {
    if (error instanceof SourceFailure) throw error;
    return { entries, whole: false };
  }
}

/** UTF-8, the Unicode extra field or code page 437, as the entry says; a label, never a path to write to. */
function entryName(entry: Entry): string {
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
}

/** True when two members share bytes: small archives that inflate to everything are made so. */
function overlaps(entries: readonly Entry[]): boolean {
  const sorted = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  return sorted.some((entry, i) => {
    const next = sorted[i + 1];
    const least = LOCAL_HEADER_BYTES + entry.fileNameLength + entry.compressedSize;
    return next !== undefined && next.relativeOffsetOfLocalHeader < entry.relativeOffsetOfLocalHeader + least;
  });
}

function obstacleTo(
  entry: Entry,
): { readonly reason: 'encrypted' | 'unsupported-format'; readonly message: string } | undefined {
  if (entry.isEncrypted()) return { reason: 'encrypted', message: 'a member that needs a password' };
  const { compressionMethod: method } = entry;
  if (METHODS.has(method)) return undefined;
  return {
    reason: 'unsupported-format',
    message: `compressed by method ${method}, which is not read; pack it again with deflate`,
  };
}

interface Opened {
  readonly zip: ZipFile;
  readonly access: Access;
  readonly entry: Entry;
  readonly context: Context;
}

/** The member's bytes as they really are; a wrong checksum is told at their end. */
async function* memberBytes({
  zip,
  access,
  entry,
  context,
}: Opened): AsyncGenerator<Buffer, void, undefined> {
  const start = await dataStart(zip, entry);
  const small = await smallMember({ access, entry, context }, start);
  if (small !== undefined) {
    context.budget.inflate(small.length, { inflated: small.length, packed: entry.compressedSize });
    yield small;
    return;
  }
  const packed = rangeOf(access, start, start + entry.compressedSize);
  let sum = 0;
  for await (const chunk of unpack(packed, entry, context)) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw new ContentError('malformed', 'its checksum is wrong');
}

/** All of a small, undamaged member; undefined for every other. */
async function smallMember(
  { access, entry, context }: Omit<Opened, 'zip'>,
  start: number,
): Promise<Buffer | undefined> {
  const { compressedSize, compressionMethod } = entry;
  if (compressionMethod !== DEFLATE || compressedSize > SMALL_PACKED) return undefined;
  const packed = await access.read(start, start + compressedSize);
  try {
    const plain = inflateRawSync(packed, {
      maxOutputLength: Math.min(SMALL_PLAIN, context.budget.left || 1),
    });
    return crc32(plain) === entry.crc32 ? plain : undefined;
  } catch {
    // As a stream it gives what can still be read, and says what is wrong.
    return undefined;
  }
}

async function dataStart(zip: ZipFile, entry: Entry): Promise<number> {
  try {
    return (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
  } catch (cause) {
    if (cause instanceof SourceFailure) throw cause;
    throw new ContentError('malformed', 'its header is damaged or missing', { cause });
  }
}

function unpack(
  packed: AsyncIterable<Buffer>,
  { compressionMethod: method, uncompressedSize: size }: Entry,
  context: Context,
): AsyncIterable<Buffer> {
  if (method === STORED) return stored(packed, context);
  if (method === BZIP2) return unpackWith(packed, unpackBzip2, context);
  if (method === LZMA) return unpackWith(packed, (bytes) => unpackZipLzma(bytes, size), context);
  if (method === XZ) return unpackWith(packed, unpackXz, context);
  const transform =
    method === DEFLATE
      ? createInflateRaw({ chunkSize: INFLATE_CHUNK })
      : createZstdDecompress({ chunkSize: INFLATE_CHUNK });
  return inflate(packed, transform, context);
}

/** The version of who packed it and the size of the properties come before what LZMA itself needs (APPNOTE 5.8.8). */
async function* unpackZipLzma(
  packed: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  const reader = new ByteReader(packed);
  const head = Buffer.from(await reader.take(9));
  if (head.length < 9) throw new ContentError('malformed', 'its compressed data is damaged or cut short');
  const window = Math.min(WINDOW_BYTES, Math.max(1, Math.min(head.readUInt32LE(5), size)));
  yield* unpackLzma(reader, { properties: head[4] ?? 0xff, window, size });
}

async function* stored(
  bytes: AsyncIterable<Buffer>,
  { budget }: Context,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of bytes) {
    budget.store(chunk.length);
    yield chunk;
  }
}
