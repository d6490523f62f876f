/**
 * Compound files (OLE2), the container of old Office files and Outlook messages: its streams by path, each as bytes ([MS-CFB]). Own code:
 * the library `cfb` holds all of the file several times over and follows damaged chains without bound.
 */
import { chainOf, type OleHeader, readChain, readHeader, type Sectors } from './ole-sectors.ts';
import { ContentError, type Context, type Input } from './reader.ts';
import { decodeUtf16 } from './utf16.ts';
import { accessTo } from './zip-access.ts';

const ENTRY_BYTES = 128;
const STORAGE = 1;
const STREAM = 2;
const ROOT = 5;
/** "No entry" in a field that refers to one. */
const NONE = 0xffff_ffff;
/** Storages within storages; real ones have a handful. */
const DEPTH = 64;
/** How often a reader may read the whole file. */
const READ_TIMES = 4;

export interface OleStream {
  /** Names from the root on: `Workbook`, `__attach_version1.0_#00000000/__substg1.0_37010102`. Control characters are left out. */
  readonly path: string;
  /** Bytes, as the directory says; fewer may be there. */
  readonly size: number;
  /**
   * Its bytes; a chunk is valid only until the next one is asked for.
   * @throws ContentError `malformed` where it breaks off, after what could be read
   */
  stream(): AsyncGenerator<Buffer, void, undefined>;
}

export interface Ole {
  readonly streams: readonly OleStream[];
  /** False when the directory names entries that are not there. */
  readonly whole: boolean;
}

/**
 * The streams of a compound file in the order of its directory's tree.
 * @throws ContentError `malformed` when it has no directory; `archive-limit` when it cannot be held
 */
export async function openOle(input: Input, context: Context): Promise<Ole> {
  const access = await accessTo(input);
  const header = await readHeader(access);
  const { sectors } = header;
  const directory = await directoryOf(header, context);
  const root = directory[0];
  if (root?.type !== ROOT) throw new ContentError('malformed', 'it has no directory');
  const small = await smallSectors(header, root);
  const state = { left: READ_TIMES * access.size };
  const { found, whole } = pathsOf(directory);
  const streams = found.map(({ path, entry }) => ({
    path,
    size: entry.size,
    stream: () =>
      counted(readChain(entry.size < header.cutoff ? small : sectors, entry.start, entry.size), state),
  }));
  return { streams, whole };
}

/** Streams may share sectors when somebody wants them to: all of them together give no more than the file holds, so many times. */
async function* counted(
  chunks: AsyncGenerator<Buffer, void, undefined>,
  state: { left: number },
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    state.left -= chunk.length;
    if (state.left < 0) throw new ContentError('malformed', 'its streams overlap: a bomb');
    yield chunk;
  }
}

/**
 * The bytes of a stream up to `limit`, or as many as are there.
 * @throws ContentError `memory-limit` when there are more
 */
export async function oleBytes(stream: OleStream, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let total = 0;
  try {
    for await (const chunk of stream.stream()) {
      total += chunk.length;
      if (total > limit) throw new ContentError('memory-limit', `a stream of it is above ${limit} bytes`);
      parts.push(Buffer.from(chunk));
    }
  } catch (error) {
    if (!(error instanceof ContentError) || error.reason !== 'malformed') throw error;
  }
  return Buffer.concat(parts);
}

interface Entry {
  readonly name: string;
  readonly type: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
}

async function directoryOf({ sectors, directory }: OleHeader, context: Context): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const number of chainOf(sectors.next, directory)) {
    context.signal.throwIfAborted();
    for await (const chunk of sectors.read(number, 1)) {
      for (let at = 0; at + ENTRY_BYTES <= chunk.length; at += ENTRY_BYTES) {
        entries.push(decodeEntry(chunk.subarray(at, at + ENTRY_BYTES), sectors.size));
      }
    }
  }
  return entries;
}

function decodeEntry(bytes: Buffer, sectorSize: number): Entry {
  const length = Math.max(0, Math.min(64, bytes.readUInt16LE(64)) - 2);
  // Files with small sectors leave the upper half of the size unset.
  const high = sectorSize === 512 ? 0 : bytes.readUInt32LE(124);
  return {
    name: decodeUtf16(bytes.subarray(0, length)).replaceAll(/\p{Cc}/gu, ''),
    type: bytes[66] ?? 0,
    left: bytes.readUInt32LE(68),
    right: bytes.readUInt32LE(72),
    child: bytes.readUInt32LE(76),
    start: bytes.readUInt32LE(116),
    size: bytes.readUInt32LE(120) + high * 2 ** 32,
  };
}

/** The small streams' sectors: they lie in the stream of the root, and have a table of their own. */
async function smallSectors({ sectors, smallTable, smallSize }: OleHeader, root: Entry): Promise<Sectors> {
  const table = chainOf(sectors.next, smallTable);
  const next = new Uint32Array((table.length * sectors.size) / 4).fill(NONE);
  let filled = 0;
  for (const number of table) {
    for await (const chunk of sectors.read(number, 1)) {
      for (let at = 0; at + 4 <= chunk.length; at += 4, filled += 1) next[filled] = chunk.readUInt32LE(at);
    }
  }
  const home = chainOf(sectors.next, root.start);
  const perSector = sectors.size / smallSize;
  return {
    size: smallSize,
    next,
    async *read(number, count) {
      for (let i = number; i < number + count; i += 1) {
        const sector = home[Math.floor(i / perSector)];
        if (sector === undefined) throw new ContentError('malformed', 'a stream of it breaks off');
        const from = (i % perSector) * smallSize;
        for await (const chunk of sectors.read(sector, 1)) yield chunk.subarray(from, from + smallSize);
      }
    },
  };
}

/** Streams with the names of the storages around them. Siblings form a tree, whose shape is not believed. */
function pathsOf(directory: readonly Entry[]): {
  readonly found: readonly { readonly path: string; readonly entry: Entry }[];
  readonly whole: boolean;
} {
  const found: { path: string; entry: Entry }[] = [];
  let whole = true;
  const seen = new Set<number>([0]);
  const waiting = [{ at: directory[0]?.child ?? NONE, folder: '', depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { at, folder, depth } = next;
    const entry = directory[at];
    if (entry === undefined && at !== NONE) whole = false;
    if (entry === undefined || seen.has(at) || depth > DEPTH) continue;
    seen.add(at);
    const path = folder + entry.name;
    if (entry.type === STREAM) found.push({ path, entry });
    waiting.push({ at: entry.right, folder, depth });
    if (entry.type === STORAGE) waiting.push({ at: entry.child, folder: `${path}/`, depth: depth + 1 });
    waiting.push({ at: entry.left, folder, depth });
  }
  return { found, whole };
}
