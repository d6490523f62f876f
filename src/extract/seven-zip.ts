/**
 * 7-Zip archives: each file like a file of its own, unpacked as a stream. Own code around our LZMA: `7z-wasm` and `libarchive-wasm` want the
 * whole archive in memory, unpack each member into more of it, and give windows of any size.
 */
import { crc32, createInflateRaw } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { unpackBzip2 } from './bzip2.ts';
import { INFLATE_CHUNK, inflate, unpackWith } from './inflate.ts';
import { unpackLzma, unpackLzma2 } from './lzma-stream.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import type { Extracted } from './segment.ts';
import { type Coder, decodeHeader, type Folder, type SevenZipHeader } from './seven-zip-header.ts';
import { type Access, accessTo, rangeOf } from './zip-access.ts';

const START_BYTES = 32;
/** The directory, packed and unpacked. */
const HEADER_BYTES = 64 * 1024 ** 2;
const AES = '06f10701';

/** Bytes of a request for a large archive. */
const WINDOW_BYTES = 4 * 1024 ** 2;

export async function* readSevenZip(
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  // What is packed together is read from end to end; of a sample only the beginning is.
  const access = await accessTo(input, input.sample === undefined ? { window: WINDOW_BYTES } : {});
  const { folders, names } = await directoryOf(access, context);
  let file = 0;
  for (const folder of folders) {
    const own = names.slice(file, file + folder.parts.length);
    file += folder.parts.length;
    if (own.length > 0) yield* readFolder(folder, { names: own, access, input }, context);
  }
}

/** @throws ContentError `malformed`; `encrypted` when even the names need a password */
async function directoryOf(access: Access, context: Context): Promise<SevenZipHeader> {
  const start = Buffer.from(await access.read(0, START_BYTES));
  if (start.length < START_BYTES || crc32(start.subarray(12)) !== start.readUInt32LE(8)) throw damaged();
  const [offset, size] = [Number(start.readBigUInt64LE(12)), Number(start.readBigUInt64LE(20))];
  if (size === 0) return { folders: [], names: [] };
  if (START_BYTES + offset + size > access.size || size > HEADER_BYTES) throw damaged();
  let bytes = Buffer.from(await access.read(START_BYTES + offset, START_BYTES + offset + size));
  if (crc32(bytes) !== start.readUInt32LE(28)) throw damaged();
  // A directory may be packed, and that one's directory again; writers do it once.
  for (let times = 0; times < 4; times += 1) {
    const header = decodeHeader(bytes);
    if (!header.encoded) return header;
    const [folder] = header.folders;
    if (folder === undefined || folder.size > HEADER_BYTES) throw damaged();
    const obstacle = obstacleTo(folder);
    if (obstacle !== undefined) throw new ContentError(obstacle.reason, obstacle.message);
    const parts: Buffer[] = [];
    for await (const chunk of unpack(folder, access, context)) parts.push(Buffer.from(chunk));
    bytes = Buffer.concat(parts);
  }
  throw damaged();
}

interface Members {
  readonly names: readonly string[];
  readonly access: Access;
  readonly input: Input;
}

async function* readFolder(
  folder: Folder,
  { names, access, input }: Members,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const obstacle = obstacleTo(folder);
  if (obstacle !== undefined) {
    for (const name of names) {
      if (!context.budget.takeMember()) throw new ContentError('archive-limit', 'holds too many members');
      yield gapNote({ place: `${input.label}!/${name}` }, obstacle.reason, obstacle.message);
    }
    return;
  }
  const reader = new ByteReader(unpack(folder, access, context));
  for (const [i, name] of names.entries()) {
    const { size = 0, crc } = folder.parts[i] ?? {};
    const start = reader.offset;
    const place = `${input.label}!/${name}`;
    yield* context.member({
      name: name.slice(name.lastIndexOf('/') + 1),
      mediaType: null,
      label: place,
      place,
      path: input.path === '' ? name : `${input.path}!/${name}`,
      size,
      depth: input.depth + 1,
      unpacked: false,
      stream: () => wholeMember(reader, size, crc),
    });
    const failure = await skipTo(reader, start + size);
    if (failure === undefined) continue;
    // Files packed as one are lost together from where it breaks off; other folders are not.
    const lost = names.length - i - 1;
    if (lost > 0) yield gapNote(input, failure.reason, `${lost} files packed together with ${name} are lost`);
    return;
  }
}

/** Passes over what a member has left; why that cannot be had, if so. Its own gap has been told. */
async function skipTo(reader: ByteReader, end: number): Promise<ContentError | undefined> {
  try {
    await reader.skip(end - reader.offset);
  } catch (error) {
    if (error instanceof ContentError) return error;
    throw error;
  }
  return reader.offset < end ? new ContentError('malformed', 'the archive ends inside of a file') : undefined;
}

async function* wholeMember(
  reader: ByteReader,
  size: number,
  crc: number | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  const start = reader.offset;
  let sum = 0;
  for await (const chunk of reader.stream(size)) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (reader.offset - start < size) throw new ContentError('malformed', 'the archive ends inside of it');
  if (crc !== undefined && sum !== crc) throw new ContentError('malformed', 'its checksum is wrong');
}

function obstacleTo({
  coders,
  ids,
}: Folder): { readonly reason: 'encrypted' | 'unsupported-format'; readonly message: string } | undefined {
  if (ids.includes(AES)) return { reason: 'encrypted', message: 'a member that needs a password' };
  const unread = ids.filter((id) => !UNPACKERS.has(id));
  if (coders.length > 0 && unread.length === 0) return undefined;
  return { reason: 'unsupported-format', message: `packed by method ${ids.join(', ')}: no reader yet` };
}

/** The plain bytes of a folder, accounted for. */
function unpack(folder: Folder, access: Access, context: Context): AsyncGenerator<Buffer, void, undefined> {
  const start = START_BYTES + folder.start;
  const packed = rangeOf(access, start, Math.min(access.size, start + folder.packed));
  return unpackWith(
    packed,
    (bytes) => folder.coders.reduce((stream, coder) => unpackBy(stream, coder, context), bytes),
    context,
  );
}

type Unpack = (packed: AsyncIterable<Buffer>, coder: Coder, context: Context) => AsyncIterable<Buffer>;

function unpackBy(packed: AsyncIterable<Buffer>, coder: Coder, context: Context): AsyncIterable<Buffer> {
  return UNPACKERS.get(coder.id)?.(packed, coder, context) ?? packed;
}

const UNPACKERS: ReadonlyMap<string, Unpack> = new Map<string, Unpack>([
  ['00', (packed) => packed],
  ['03', (packed, { properties }) => differences(packed, (properties[0] ?? 0) + 1)],
  ['030101', lzma],
  [
    '21',
    (packed, { properties, size }) =>
      unpackLzma2(new ByteReader(packed), Math.min(size, windowOf(properties))),
  ],
  ['040108', (packed, _, context) => inflateRaw(packed, context)],
  ['040202', (packed) => unpackBzip2(packed)],
]);

function lzma(packed: AsyncIterable<Buffer>, { properties, size }: Coder): AsyncIterable<Buffer> {
  if (properties.length < 5) throw damaged();
  const window = Math.min(size, properties.readUInt32LE(1));
  return unpackLzma(new ByteReader(packed), { properties: properties[0] ?? 0xff, window, size });
}

/** As in xz: a power of two, or one and a half of it. */
function windowOf(properties: Buffer): number {
  const bits = properties[0] ?? 0;
  return bits >= 40 ? 2 ** 32 : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11);
}

/** What is unpacked is accounted for once, at the end of the chain. */
const UNCOUNTED = { inflate: () => undefined };

function inflateRaw(packed: AsyncIterable<Buffer>, { signal }: Context): AsyncIterable<Buffer> {
  return inflate(packed, createInflateRaw({ chunkSize: INFLATE_CHUNK }), { budget: UNCOUNTED, signal });
}

/** Each byte is what is to be added to the one so many before. */
async function* differences(
  packed: AsyncIterable<Buffer>,
  distance: number,
): AsyncGenerator<Buffer, void, undefined> {
  const before = Buffer.alloc(distance);
  let at = 0;
  for await (const chunk of packed) {
    const plain = Buffer.alloc(chunk.length);
    for (let i = 0; i < chunk.length; i += 1) {
      const value = ((before[at] ?? 0) + (chunk[i] ?? 0)) & 0xff;
      before[at] = value;
      plain[i] = value;
      at = at + 1 === distance ? 0 : at + 1;
    }
    yield plain;
  }
}

function damaged(): ContentError {
  return new ContentError('malformed', 'the archive has no directory: damaged or cut short');
}
