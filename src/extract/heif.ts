/** HEIC and AVIF pictures: Exif and XMP, which are items that the file's directory leads to (ISO/IEC 14496-12, 8.11; 23008-12, A.2). */
import { exifFields } from './exif.ts';
import { pictureFields, pictureXmp } from './picture.ts';
import { type Context, gapNote, type Input } from './reader.ts';
import type { Extracted } from './segment.ts';
import { type Access, accessTo } from './zip-access.ts';

/** Boxes at one level, and items of a file; more are damage. */
const BOXES = 10_000;
/** The directory, and an item that is read. */
const META_BYTES = 16 * 1024 ** 2;
const ITEM_BYTES = 4 * 1024 ** 2;

export async function* readHeif(input: Input, _context: Context): AsyncGenerator<Extracted, void, undefined> {
  const access = await accessTo(input);
  const found = await metaOf(access);
  const meta = found ?? [];
  if (found === undefined) yield gapNote(input, 'malformed', 'the picture has no directory');
  for (const item of itemsOf(meta)) {
    const bytes = await bytesOf(item, access, meta);
    // Exif stands behind the length of what comes before it.
    if (item.type === 'Exif') yield* pictureFields(exifFields(bytes.subarray(4 + u(bytes, 0, 4))), input);
    else yield* pictureXmp(bytes, input);
  }
}

interface Box {
  readonly type: string;
  readonly bytes: Buffer;
}

/** The boxes of the directory. */
async function metaOf(access: Access): Promise<readonly Box[] | undefined> {
  for (let at = 0, i = 0; at + 8 <= access.size && i < BOXES; i += 1) {
    const head = Buffer.from(await access.read(at, at + 16));
    const { size, type, start } = headOf(head, access.size - at);
    if (type === 'meta') {
      const end = Math.min(at + size, at + META_BYTES);
      // Four bytes of version before the boxes in it.
      return boxesIn(Buffer.from(await access.read(at + start + 4, end)));
    }
    at += size;
  }
  return undefined;
}

function headOf(
  head: Buffer,
  rest: number,
): { readonly size: number; readonly type: string; readonly start: number } {
  const size = u(head, 0, 4);
  const type = head.toString('latin1', 4, 8);
  if (size === 1) return { size: Math.max(16, u(head, 8, 8)), type, start: 16 };
  return { size: size === 0 ? rest : Math.max(8, size), type, start: 8 };
}

function boxesIn(bytes: Buffer): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length && boxes.length < BOXES; ) {
    const { size, type, start } = headOf(bytes.subarray(at, at + 16), bytes.length - at);
    boxes.push({ type, bytes: bytes.subarray(at + start, at + size) });
    at += size;
  }
  return boxes;
}

interface Item {
  readonly type: 'Exif' | 'XMP';
  /** Offsets count from here: the file, or the box of data in the directory. */
  readonly inDirectory: boolean;
  readonly extents: readonly { readonly offset: number; readonly length: number }[];
}

/** Items with Exif or XMP. */
function itemsOf(meta: readonly Box[]): readonly Item[] {
  const kinds = kindsOf(meta.find(({ type }) => type === 'iinf')?.bytes ?? Buffer.alloc(0));
  return locationsOf(meta.find(({ type }) => type === 'iloc')?.bytes ?? Buffer.alloc(0)).flatMap(
    ({ id, ...location }) => {
      const type = kinds.get(id);
      return type === undefined ? [] : [{ ...location, type }];
    },
  );
}

function kindsOf(bytes: Buffer): ReadonlyMap<number, Item['type']> {
  const kinds = new Map<number, Item['type']>();
  for (const { type, bytes: entry } of boxesIn(bytes.subarray(bytes[0] === 0 ? 6 : 8))) {
    const version = entry[0] ?? 0;
    if (type !== 'infe' || version < 2) continue;
    const wide = version === 2 ? 2 : 4;
    const kind = entry.toString('latin1', 4 + wide + 2, 4 + wide + 6);
    const mime = kind === 'mime' && entry.includes('application/rdf+xml');
    if (kind === 'Exif' || mime) kinds.set(u(entry, 4, wide), mime ? 'XMP' : 'Exif');
  }
  return kinds;
}

function locationsOf(bytes: Buffer): readonly (Omit<Item, 'type'> & { readonly id: number })[] {
  const version = bytes[0] ?? 0;
  const [first = 0, second = 0] = [bytes[4], bytes[5]];
  const sizes = {
    offset: first >> 4,
    length: first & 15,
    base: second >> 4,
    index: version > 0 ? second & 15 : 0,
  };
  const wide = version < 2 ? 2 : 4;
  let at = 6;
  const next = (size: number): number => {
    at += size;
    return u(bytes, at - size, size);
  };
  const items: (Omit<Item, 'type'> & { id: number })[] = [];
  for (let left = next(wide); left > 0 && at < bytes.length && items.length < BOXES; left -= 1) {
    const id = next(wide);
    const inDirectory = version > 0 && (next(2) & 15) === 1;
    next(2);
    const base = next(sizes.base);
    const extents: { offset: number; length: number }[] = [];
    for (let more = next(2); more > 0 && at < bytes.length; more -= 1) {
      next(sizes.index);
      extents.push({ offset: base + next(sizes.offset), length: next(sizes.length) });
    }
    items.push({ id, inDirectory, extents });
  }
  return items;
}

async function bytesOf(
  { inDirectory, extents }: Item,
  access: Access,
  meta: readonly Box[],
): Promise<Buffer> {
  const data = meta.find(({ type }) => type === 'idat')?.bytes ?? Buffer.alloc(0);
  const parts: Buffer[] = [];
  let total = 0;
  for (const { offset, length } of extents) {
    total += length;
    if (total > ITEM_BYTES) break;
    const end = offset + length;
    parts.push(inDirectory ? data.subarray(offset, end) : Buffer.from(await access.read(offset, end)));
  }
  return Buffer.concat(parts);
}

/** A whole number of `size` bytes, the highest first; 0 beyond the end. */
function u(bytes: Buffer, at: number, size: number): number {
  if (size === 0 || at + size > bytes.length) return 0;
  return size === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, size);
}
