/** The sectors of a compound file and the chains that they form ([MS-CFB] 2.1 to 2.5). Nothing is believed but what the bytes bear out. */
import { ContentError } from './reader.ts';
import { type Access, rangeOf } from './zip-access.ts';

const HEADER_BYTES = 512;
/** Entries of the sector table's own directory that stand in the header. */
const HEADER_DIFAT = 109;
/** Sector numbers from here on are marks: end of chain, free, table. */
const MARKS = 0xffff_fffa;
const SIGNATURE = 'd0cf11e0a1b11ae1';

/** What a chain of sectors is read from: the file itself, or the stream that holds all small streams. */
export interface Sectors {
  readonly size: number;
  /** The next sector of each sector. */
  readonly next: Uint32Array;
  /** Bytes of sector `number`, in order, `count` sectors that lie side by side. */
  read(number: number, count: number): AsyncGenerator<Buffer, void, undefined>;
}

export interface OleHeader {
  readonly sectors: Sectors;
  readonly directory: number;
  /** Streams below this many bytes are in small sectors. */
  readonly cutoff: number;
  readonly smallTable: number;
  readonly smallSize: number;
}

/** @throws ContentError `malformed` when it is no compound file, or its sector table is out of reach */
export async function readHeader(access: Access): Promise<OleHeader> {
  const header = Buffer.from(await access.read(0, HEADER_BYTES));
  const shift = header.length < HEADER_BYTES ? 0 : header.readUInt16LE(30);
  if (header.toString('hex', 0, 8) !== SIGNATURE || (shift !== 9 && shift !== 12)) {
    throw new ContentError('malformed', 'its header is damaged or cut short');
  }
  const size = 2 ** shift;
  const next = await sectorTable(access, header, size);
  return {
    sectors: { size, next, read: (number, count) => fileSectors(access, { size, number, count }) },
    directory: header.readUInt32LE(48),
    cutoff: header.readUInt32LE(56),
    smallTable: header.readUInt32LE(60),
    smallSize: 64,
  };
}

async function* fileSectors(
  access: Access,
  { size, number, count }: { readonly size: number; readonly number: number; readonly count: number },
): AsyncGenerator<Buffer, void, undefined> {
  const start = (number + 1) * size;
  yield* rangeOf(access, start, Math.min(access.size, start + count * size));
}

/** The table of next sectors: where its parts stand is told by the header, then by a chain of sectors. */
async function sectorTable(access: Access, header: Buffer, size: number): Promise<Uint32Array> {
  const most = Math.ceil(access.size / size);
  const perSector = size / 4;
  const parts: number[] = [];
  for (let i = 0; i < HEADER_DIFAT; i += 1) parts.push(header.readUInt32LE(76 + 4 * i));
  let more = header.readUInt32LE(68);
  for (let seen = 0; more < MARKS && more < most && seen < most; seen += 1) {
    const bytes = Buffer.from(await access.read((more + 1) * size, (more + 2) * size));
    if (bytes.length < size) break;
    for (let i = 0; i < perSector - 1; i += 1) parts.push(bytes.readUInt32LE(4 * i));
    more = bytes.readUInt32LE(size - 4);
  }
  const next = new Uint32Array(most).fill(0xffff_ffff);
  for (const [i, part] of parts.slice(0, Math.ceil(most / perSector)).entries()) {
    if (part >= most) continue;
    const bytes = await access.read((part + 1) * size, (part + 2) * size);
    const count = Math.min(Math.floor(bytes.length / 4), most - i * perSector);
    for (let n = 0; n < count; n += 1) next[i * perSector + n] = bytes.readUInt32LE(4 * n);
  }
  return next;
}

/**
 * The first `size` bytes of the chain that begins at `start`.
 * @throws ContentError `malformed` after what could be read, when the chain is broken or runs in circles
 */
export async function* readChain(
  sectors: Sectors,
  start: number,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  let left = size;
  // A chain cannot be longer than all sectors together: one that is runs in circles.
  let sectorsLeft = sectors.next.length;
  for (let at = start; left > 0; ) {
    if (at >= sectors.next.length || sectorsLeft <= 0) throw broken();
    let count = 1;
    // Sectors side by side are read at once.
    while (sectors.next[at + count - 1] === at + count && count * sectors.size < left) count += 1;
    sectorsLeft -= count;
    for await (const chunk of sectors.read(at, count)) {
      const part = chunk.subarray(0, left);
      left -= part.length;
      if (part.length > 0) yield part;
    }
    const after = sectors.next[at + count - 1] ?? MARKS;
    if (left > 0 && after >= MARKS) throw broken();
    at = after;
  }
}

/** The numbers of the sectors of the chain that begins at `start`, as far as it goes. */
export function chainOf(next: Uint32Array, start: number): readonly number[] {
  const chain: number[] = [];
  for (let at = start; at < next.length && chain.length < next.length; at = next[at] ?? MARKS) chain.push(at);
  return chain;
}

function broken(): ContentError {
  return new ContentError('malformed', 'a stream of it breaks off');
}
