/** The values of an HDF5 dataset, wherever they lie: in its header, in one piece, or in chunks behind filters. */
import { inflateSync } from 'node:zlib';
import type { Budget } from './budget.ts';
import { Cursor, damaged, type Hdf5Bytes, NOWHERE } from './hdf5-bytes.ts';
import { MESSAGE, type Message } from './hdf5-object.ts';
import { ContentError } from './reader.ts';

const CHUNK_BYTES = 64 * 1024 ** 2;
const MOST_CHUNKS = 100_000;
/** Filters that are read. */
const DEFLATE = 1;
const SHUFFLE = 2;
const CHECKSUM = 3;

/** A run of values. */
export interface Values {
  readonly bytes: Buffer;
  /** Where along each axis the first value stands. */
  readonly start: readonly number[];
  /** How many values the run has along each axis; beyond the dataset's end they mean nothing. */
  readonly shape: readonly number[];
}

/** Lengths of the axes; empty for a single value. */
export function shapeOf(file: Hdf5Bytes, bytes: Buffer): readonly number[] {
  const cursor = new Cursor(bytes);
  const version = cursor.number(1);
  const rank = cursor.number(1);
  cursor.take(version === 1 ? 6 : 2);
  if (rank > 32) throw damaged();
  return Array.from({ length: rank }, () => cursor.number(file.lengthSize));
}

interface Dataset {
  readonly shape: readonly number[];
  /** Bytes of a value. */
  readonly size: number;
  readonly messages: readonly Message[];
}

/**
 * Runs in the order in which they stand in the dataset.
 * @throws ContentError `malformed`; `unsupported-format` for indexes and filters that are not read
 */
export async function* valuesOf(
  file: Hdf5Bytes,
  { shape, size, messages }: Dataset,
  budget: Budget,
): AsyncGenerator<Values, void, undefined> {
  const layout = new Cursor(messages.find(({ type }) => type === MESSAGE.layout)?.bytes ?? Buffer.alloc(0));
  const version = layout.number(1);
  const kind = layout.number(1);
  const count = shape.reduce((product, length) => product * length, 1);
  const start = shape.map(() => 0);
  if (version !== 3 && !(version === 4 && kind < 2)) throw unread('an index that we do not read');
  if (kind === 0) {
    yield { bytes: layout.take(layout.number(2)), start, shape };
  } else if (kind === 1) {
    const at = layout.number(file.addressSize);
    // Nothing was ever written.
    if (at >= NOWHERE) return;
    yield { bytes: await file.read(at, count * size), start, shape };
  } else {
    const rank = layout.number(1);
    const tree = layout.number(file.addressSize);
    const chunk = Array.from({ length: rank - 1 }, () => layout.number(4));
    if (rank !== shape.length + 1) throw damaged();
    if (tree >= NOWHERE) return;
    const chunks: Chunk[] = [];
    await chunksOf(file, { address: tree, rank, chunks, depth: 0 });
    const filters = filtersOf(messages);
    const most = chunk.reduce((product, length) => product * length, size);
    if (most > CHUNK_BYTES)
      throw new ContentError('memory-limit', `a chunk holds more than ${CHUNK_BYTES} bytes`);
    for (const each of chunks.toSorted(inOrder)) {
      const packed = await file.read(each.address, each.size);
      const bytes = unfilter(packed, { filters, mask: each.mask, most, size });
      budget.inflate(bytes.length, { inflated: bytes.length, packed: packed.length });
      yield { bytes, start: each.start, shape: chunk };
    }
  }
}

interface Chunk {
  readonly address: number;
  readonly size: number;
  /** Filters that were left out, by bit. */
  readonly mask: number;
  readonly start: readonly number[];
}

function inOrder(a: Chunk, b: Chunk): number {
  const axis = a.start.findIndex((value, i) => value !== b.start[i]);
  return axis === -1 ? 0 : (a.start[axis] ?? 0) - (b.start[axis] ?? 0);
}

interface Tree {
  readonly address: number;
  readonly rank: number;
  readonly chunks: Chunk[];
  readonly depth: number;
}

async function chunksOf(file: Hdf5Bytes, { address, rank, chunks, depth }: Tree): Promise<void> {
  const headBytes = 8 + 2 * file.addressSize;
  const head = await file.read(address, headBytes);
  if (head.toString('latin1', 0, 4) !== 'TREE' || head[4] !== 1 || depth > 16) throw damaged();
  const isLeaf = head[5] === 0;
  const count = head.readUInt16LE(6);
  const cursor = new Cursor(await file.read(address + headBytes, count * (8 + 8 * rank + file.addressSize)));
  for (let i = 0; i < count; i += 1) {
    const [size, mask] = [cursor.number(4), cursor.number(4)];
    const start = Array.from({ length: rank }, () => cursor.number(8)).slice(0, -1);
    const child = cursor.number(file.addressSize);
    if (chunks.length >= MOST_CHUNKS) throw damaged();
    if (isLeaf) chunks.push({ address: child, size, mask, start });
    else await chunksOf(file, { address: child, rank, chunks, depth: depth + 1 });
  }
}

function filtersOf(messages: readonly Message[]): readonly number[] {
  const bytes = messages.find(({ type }) => type === MESSAGE.filters)?.bytes;
  if (bytes === undefined) return [];
  const cursor = new Cursor(bytes);
  const version = cursor.number(1);
  const count = cursor.number(1);
  if (version === 1) cursor.take(6);
  return Array.from({ length: count }, () => {
    const id = cursor.number(2);
    const name = version === 1 || id >= 256 ? cursor.number(2) : 0;
    cursor.take(2);
    const values = cursor.number(2);
    cursor.take(version === 1 ? Math.ceil(name / 8) * 8 : name);
    cursor.take(4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
    return id;
  });
}

function unfilter(
  packed: Buffer,
  {
    filters,
    mask,
    most,
    size,
  }: {
    readonly filters: readonly number[];
    readonly mask: number;
    readonly most: number;
    readonly size: number;
  },
): Buffer {
  let bytes = packed;
  for (const [i, id] of [...filters.entries()].toReversed()) {
    if ((mask >> i) & 1) continue;
    if (id === DEFLATE) bytes = inflated(bytes, most);
    else if (id === SHUFFLE) bytes = unshuffled(bytes, size);
    else if (id === CHECKSUM) bytes = bytes.subarray(0, Math.max(0, bytes.length - 4));
    else throw unread(`filter ${id}`);
  }
  return bytes;
}

function inflated(bytes: Buffer, most: number): Buffer {
  try {
    // Four bytes more for a checksum below.
    return inflateSync(bytes, { maxOutputLength: most + 4 });
  } catch (cause) {
    throw new ContentError('malformed', 'a chunk is damaged', { cause });
  }
}

/** First bytes of all values, then second ones, and so on: put together again. */
function unshuffled(bytes: Buffer, size: number): Buffer {
  const count = Math.floor(bytes.length / size);
  const plain = Buffer.from(bytes);
  for (let part = 0; part < size; part += 1) {
    for (let i = 0; i < count; i += 1) plain[i * size + part] = bytes[part * count + i] ?? 0;
  }
  return plain;
}

function unread(what: string): ContentError {
  return new ContentError('unsupported-format', `${what}: no reader yet`);
}
