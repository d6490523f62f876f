/** Objects of an HDF5 file: the messages in their headers, and for groups the names of what they hold. */
import { Cursor, damaged, type Hdf5Bytes, NOWHERE } from './hdf5-bytes.ts';

/** Messages by what they tell. */
export const MESSAGE = {
  space: 1,
  linkInfo: 2,
  type: 3,
  link: 6,
  layout: 8,
  filters: 11,
  attribute: 12,
  continuation: 16,
  symbolTable: 17,
  attributeInfo: 21,
} as const;
const MOST_MESSAGES = 20_000;
const MOST_LINKS = 100_000;

export interface Message {
  readonly type: number;
  readonly bytes: Buffer;
  /** True when the bytes are a reference to a message that others share. */
  readonly shared: boolean;
}

/**
 * All messages of the object at `address`.
 * @throws ContentError `malformed`
 */
export async function messagesAt(file: Hdf5Bytes, address: number): Promise<readonly Message[]> {
  const head = await file.readUpTo(address, 32);
  const isNew = head.toString('latin1', 0, 4) === 'OHDR';
  const messages: Message[] = [];
  const blocks = isNew ? [newBlock(head, address)] : [oldBlock(head, address)];
  const seen = new Set<number>();
  for (const block of blocks) {
    if (seen.has(block.at) || blocks.length > 1000) throw damaged();
    seen.add(block.at);
    const cursor = new Cursor(await file.read(block.at, block.length));
    if (isNew && block.signed) cursor.take(4);
    while (cursor.left >= (isNew ? 4 + block.order : 8)) {
      const message = isNew ? newMessage(cursor, block.order) : oldMessage(cursor);
      if (message === undefined) break;
      if (messages.length >= MOST_MESSAGES) throw damaged();
      if (message.type !== MESSAGE.continuation) messages.push(message);
      else blocks.push(continued(file, message.bytes, { isNew, order: block.order }));
    }
  }
  return messages;
}

interface Block {
  readonly at: number;
  readonly length: number;
  /** Bytes that each message has for the order of its making. */
  readonly order: number;
  /** Begins with four letters. */
  readonly signed: boolean;
}

function oldBlock(head: Buffer, address: number): Block {
  if (head.length < 16 || head[0] !== 1) throw damaged();
  return { at: address + 16, length: head.readUInt32LE(8), order: 0, signed: false };
}

function newBlock(head: Buffer, address: number): Block {
  const cursor = new Cursor(head, 5);
  const flags = cursor.number(1);
  cursor.take((flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0));
  const length = cursor.number(2 ** (flags & 3));
  return { at: address + cursor.at, length, order: flags & 4 ? 2 : 0, signed: false };
}

function continued(
  file: Hdf5Bytes,
  bytes: Buffer,
  { isNew, order }: { readonly isNew: boolean; readonly order: number },
): Block {
  const cursor = new Cursor(bytes);
  const at = cursor.number(file.addressSize);
  // A checksum ends those that begin with letters.
  const length = cursor.number(file.lengthSize) - (isNew ? 4 : 0);
  return { at, length, order, signed: isNew };
}

function oldMessage(cursor: Cursor): Message | undefined {
  const [type, size, flags] = [cursor.number(2), cursor.number(2), cursor.number(1)];
  cursor.take(3);
  return size > cursor.left ? undefined : { type, bytes: cursor.take(size), shared: (flags & 2) !== 0 };
}

function newMessage(cursor: Cursor, order: number): Message | undefined {
  const [type, size, flags] = [cursor.number(1), cursor.number(2), cursor.number(1)];
  cursor.take(order);
  return size > cursor.left ? undefined : { type, bytes: cursor.take(size), shared: (flags & 2) !== 0 };
}

export interface Link {
  readonly name: string;
  readonly address: number;
}

/** What a group holds. `whole` is false when there is more, in an index that is not read. */
export interface Links {
  readonly links: readonly Link[];
  readonly whole: boolean;
}

/** Undefined when the object is no group. */
export async function linksOf(file: Hdf5Bytes, messages: readonly Message[]): Promise<Links | undefined> {
  const links: Link[] = [];
  let isGroup = false;
  let whole = true;
  for (const { type, bytes } of messages) {
    if (type === MESSAGE.symbolTable) {
      isGroup = true;
      const cursor = new Cursor(bytes);
      const tree = cursor.number(file.addressSize);
      const names = await localHeap(file, cursor.number(file.addressSize));
      await readTree(file, { address: tree, names, links, depth: 0 });
    } else if (type === MESSAGE.link) {
      isGroup = true;
      const link = decodeLink(file, bytes);
      if (link !== undefined) links.push(link);
    } else if (type === MESSAGE.linkInfo) {
      isGroup = true;
      const cursor = new Cursor(bytes, 1);
      if ((cursor.number(1) & 1) === 1) cursor.take(8);
      // More links than fit into a header lie in a heap of their own.
      whole = cursor.number(file.addressSize) >= NOWHERE;
    }
  }
  return isGroup ? { links, whole } : undefined;
}

/** Undefined for links to names and to other files. */
function decodeLink(file: Hdf5Bytes, bytes: Buffer): Link | undefined {
  const cursor = new Cursor(bytes, 1);
  const flags = cursor.number(1);
  const type = flags & 8 ? cursor.number(1) : 0;
  cursor.take((flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0));
  const name = cursor.take(cursor.number(2 ** (flags & 3))).toString();
  return type === 0 ? { name, address: cursor.number(file.addressSize) } : undefined;
}

async function localHeap(file: Hdf5Bytes, address: number): Promise<Buffer> {
  const cursor = new Cursor(await file.read(address, 8 + 2 * file.lengthSize + file.addressSize));
  if (cursor.take(4).toString('latin1') !== 'HEAP') throw damaged();
  cursor.take(4);
  const size = cursor.number(file.lengthSize);
  cursor.take(file.lengthSize);
  return file.read(cursor.number(file.addressSize), size);
}

interface Tree {
  readonly address: number;
  readonly names: Buffer;
  readonly links: Link[];
  readonly depth: number;
}

async function readTree(file: Hdf5Bytes, { address, names, links, depth }: Tree): Promise<void> {
  if (depth > 16 || links.length > MOST_LINKS) throw damaged();
  const head = new Cursor(await file.read(address, 8 + 2 * file.addressSize));
  const mark = head.take(4).toString('latin1');
  if (mark === 'SNOD') {
    const count = (await file.read(address, 8)).readUInt16LE(6);
    const size = 2 * file.addressSize + 24;
    const entries = new Cursor(await file.read(address + 8, count * size));
    for (let i = 0; i < count; i += 1) {
      const entry = new Cursor(entries.take(size));
      const name = new Cursor(names, entry.number(file.addressSize)).text();
      const object = entry.number(file.addressSize);
      // Links to names have no address; what they lead to is met under its own.
      if (object < NOWHERE) links.push({ name, address: object });
    }
    return;
  }
  if (mark !== 'TREE') throw damaged();
  head.take(2);
  const count = head.number(2);
  const pair = file.lengthSize + file.addressSize;
  const start = address + 8 + 2 * file.addressSize;
  const children = new Cursor(await file.read(start, count * pair));
  for (let i = 0; i < count; i += 1) {
    children.take(file.lengthSize);
    await readTree(file, { address: children.number(file.addressSize), names, links, depth: depth + 1 });
  }
}
