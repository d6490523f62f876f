/**
 * tar archives, streamed: each regular file is a member; links, devices and folders hold no content. Own code, because
 * tar-stream pushes: what it has buffered of a member is lost when the archive turns out to be cut short.
 */
import { ByteReader } from './byte-reader.ts';
import { ContentError, type Context, type Input } from './reader.ts';
import type { Extracted } from './segment.ts';
import { BLOCK, decodeHeader, decodePax, isExtended, type TarHeader } from './tar-header.ts';

/** Long names and attributes above this are no names. */
const META_BYTES = 1024 ** 2;

export async function* readTar(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  for (let next = await nextFile(reader); next !== undefined; next = await nextFile(reader)) {
    const { name, size } = next;
    const start = reader.offset;
    const { place, path } = memberOf(input, name);
    yield* context.member({
      name: name.slice(name.lastIndexOf('/') + 1),
      mediaType: null,
      label: place,
      place,
      path,
      size,
      // `b.tar.gz` is one archive, not two.
      depth: input.unpacked ? input.depth : input.depth + 1,
      unpacked: false,
      stream: () => wholeMember(reader, size),
    });
    const taken = reader.offset - start;
    await reader.skip(size - taken + padding(size));
  }
}

/** Place and path of the member `name`. What a compression held has no path of its own: `b.tar.gz!/c.csv`. */
function memberOf(input: Input, name: string): { readonly place: string; readonly path: string } {
  const outer = input.unpacked ? input.path.slice(0, Math.max(0, input.path.lastIndexOf('!/'))) : input.path;
  return { place: `${input.label}!/${name}`, path: outer === '' ? name : `${outer}!/${name}` };
}

async function* wholeMember(reader: ByteReader, size: number): AsyncGenerator<Buffer, void, undefined> {
  const start = reader.offset;
  yield* reader.stream(size);
  if (reader.offset - start < size) throw new ContentError('malformed', 'the archive ends inside of it');
}

/** The next file's header with its long name, everything else passed over; undefined at the end of the archive. */
async function nextFile(reader: ByteReader): Promise<TarHeader | undefined> {
  let long: Partial<TarHeader> = {};
  while (true) {
    const block = await reader.take(BLOCK);
    if (block.length === 0 || block.every((byte) => byte === 0)) return undefined;
    const header = decodeHeader(block);
    if (header === undefined) throw new ContentError('malformed', 'a header of the archive is damaged');
    if (header.type === 'S')
      for (let more = isExtended(block, 482); more; ) more = isExtended(await reader.take(BLOCK), 504);
    if (header.type === 'L' || header.type === 'x') {
      if (header.size > META_BYTES) throw new ContentError('malformed', 'a name in the archive is too long');
      const data = await reader.take(header.size);
      long = { ...long, ...(header.type === 'L' ? { name: cString(data) } : decodePax(data)) };
      await reader.skip(padding(header.size));
    } else if (FILES.has(header.type)) {
      return { ...header, ...long };
    } else {
      long = {};
      await reader.skip(DATALESS.has(header.type) ? 0 : header.size + padding(header.size));
    }
  }
}

/** Regular files in all their spellings, contiguous and sparse ones. */
const FILES = new Set(['0', '\0', '7', 'S']);
/** Links, devices, folders and pipes have no data whatever their size says. */
const DATALESS = new Set(['1', '2', '3', '4', '5', '6']);

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}
