/** What a pattern demands of the byte before its start and of the one after its end. */
import type { ByteSet, ByteTree, CharacterSet } from './byte-tree.ts';
import { extentOf } from './extent.ts';
import { byteRange } from './nfa.ts';
import { SEPARATOR } from './normalise.ts';

/** Bytes with which a match can begin. */
export function firstBytes(items: readonly ByteTree[]): ByteSet {
  const first = new Uint8Array(256);
  for (const item of items) {
    addFirst(first, item);
    if (extentOf(item).least > 0) break;
  }
  return first;
}

/** Most places of a match's head that are looked at. */
const MOST_HEAD = 6;

/** Bytes that a match can hold at its first places, one after the other, as far as each of these is one byte. */
export function headBytes(items: readonly ByteTree[]): readonly ByteSet[] {
  const head: ByteSet[] = [];
  for (const item of items.filter((each) => !isZeroWidth(each))) {
    const { item: set, min, max } = item.kind === 'repeat' ? item : { item, min: 1, max: 1 };
    if (set.kind !== 'set' || set.wide) break;
    for (let i = 0; i < min && head.length < MOST_HEAD; i++) head.push(set.bytes);
    if (max > min) break;
  }
  return head;
}

/** Bytes with which a match can end. */
export function lastBytes(items: readonly ByteTree[]): ByteSet {
  const last = new Uint8Array(256);
  for (const item of items.toReversed()) {
    addLast(last, item);
    if (extentOf(item).least > 0) break;
  }
  return last;
}

/** Every byte that can occur in a match of the items. */
export function allBytes(items: readonly ByteTree[]): ByteSet {
  const all = new Uint8Array(256);
  for (const item of items) addAll(all, item);
  return all;
}

/** Bytes that may stand before a match, as far as look-behinds and `\b` at its very beginning tell. */
export function bytesBefore(items: readonly ByteTree[]): ByteSet {
  const leading = items.slice(
    0,
    items.findIndex((item) => !isZeroWidth(item)),
  );
  const first = firstBytes(items);
  if (leading.some((item) => item.kind === 'edge' && item.start)) return byteRange(SEPARATOR, SEPARATOR);
  return demands(
    leading.filter((item) => item.kind !== 'look' || item.behind),
    first,
  );
}

/** Bytes that may stand after a match, as far as look-aheads and `\b` at its very end tell. */
export function bytesAfter(items: readonly ByteTree[]): ByteSet {
  const trailing = items.slice(items.findLastIndex((item) => !isZeroWidth(item)) + 1);
  return demands(
    trailing.filter((item) => item.kind !== 'look' || !item.behind),
    lastBytes(items),
  );
}

export function isZeroWidth(item: ByteTree): boolean {
  return item.kind === 'look' || item.kind === 'boundary' || item.kind === 'edge';
}

/** Starts from everything; only ASCII is ever ruled out, and the edge of a text is not. */
function demands(assertions: readonly ByteTree[], own: ByteSet): ByteSet {
  const allowed = byteRange(0, 255);
  for (const assertion of assertions) {
    if (assertion.kind === 'boundary') demandBoundary(allowed, own);
    if (assertion.kind === 'look') demandLook(allowed, assertion);
  }
  allowed[SEPARATOR] = 1;
  return allowed;
}

function demandBoundary(allowed: ByteSet, own: ByteSet): void {
  const members = [...own.keys()].filter((byte) => own[byte]);
  if (members.every(isWord)) for (let byte = 0; byte < 0x80; byte++) if (isWord(byte)) allowed[byte] = 0;
  if (!members.some((byte) => isWord(byte) || byte >= 0x80)) {
    for (let byte = 0; byte < 0x80; byte++) if (!isWord(byte)) allowed[byte] = 0;
  }
}

/** Only looks at a single character count. */
function demandLook(allowed: ByteSet, look: Extract<ByteTree, { kind: 'look' }>): void {
  const options = look.item.kind === 'choice' ? look.item.items : [look.item];
  const sets = options.filter((option) => option.kind === 'set');
  if (look.negate) {
    for (const set of sets) for (let byte = 0; byte < 0x80; byte++) if (set.bytes[byte]) allowed[byte] = 0;
  } else if (options.every((option) => option.kind === 'set' || option.kind === 'edge')) {
    // `^` and `$` may stand for line breaks.
    const lines = sets.length < options.length;
    for (let byte = 0; byte < 0x80; byte++) {
      if (!sets.some((set) => set.bytes[byte]) && !(lines && (byte === 10 || byte === 13))) allowed[byte] = 0;
    }
  }
}

function isWord(byte: number): boolean {
  return /\w/.test(String.fromCharCode(byte));
}

function addFirst(into: ByteSet, item: ByteTree): void {
  if (item.kind === 'set') addSetBetween(into, item, 0xc2, 0xf4);
  else if (item.kind === 'repeat') addFirst(into, item.item);
  else if (item.kind === 'choice') for (const each of item.items) addFirst(into, each);
  else if (item.kind === 'sequence') merge(into, firstBytes(item.items));
}

function addLast(into: ByteSet, item: ByteTree): void {
  if (item.kind === 'set') addSetBetween(into, item, 0x80, 0xbf);
  else if (item.kind === 'repeat') addLast(into, item.item);
  else if (item.kind === 'choice') for (const each of item.items) addLast(into, each);
  else if (item.kind === 'sequence') merge(into, lastBytes(item.items));
}

/** Adds every byte of the set's characters. */
export function addSet(into: ByteSet, set: CharacterSet): void {
  addSetBetween(into, set, 0x80, 0xff);
}

function addAll(into: ByteSet, item: ByteTree): void {
  if (item.kind === 'set') addSet(into, item);
  else if (item.kind === 'repeat') addAll(into, item.item);
  else if (item.kind === 'choice' || item.kind === 'sequence')
    for (const each of item.items) addAll(into, each);
}

function addSetBetween(into: ByteSet, set: CharacterSet, first: number, last: number): void {
  merge(into, set.bytes);
  if (set.wide) merge(into, byteRange(first, last));
}

function merge(into: ByteSet, from: ByteSet): void {
  for (let byte = 0; byte < 256; byte++) if (from[byte]) into[byte] = 1;
}
