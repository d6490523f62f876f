/**
 * Any text encoding to UTF-8, as a stream. UTF-8 and ASCII pass through untouched; a byte that is not UTF-8 is taken as
 * windows-1252 on its own, so that latin-1 and mixed files need no guess and come out the same however the stream is cut.
 */
import { isUtf8 } from 'node:buffer';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** The encoding of text that begins with `head`; undefined when it is not text. */
export function encodingOf(head: Buffer): { readonly encoding: Encoding; readonly bom: number } | undefined {
  for (const { encoding, mark } of MARKS) {
    if (head[0] === mark[0] && head.subarray(0, mark.length).equals(mark))
      return { encoding, bom: mark.length };
  }
  const wide = head.includes(0) ? wideEncodingOf(head) : undefined;
  if (wide !== undefined) return { encoding: wide, bom: 0 };
  return hasControls(head) ? undefined : { encoding: 'utf-8', bom: 0 };
}

/** Longest first: the mark of UTF-32LE begins with that of UTF-16LE. */
const MARKS: readonly { readonly encoding: Encoding; readonly mark: Buffer }[] = [
  { encoding: 'utf-32le', mark: Buffer.from([0xff, 0xfe, 0, 0]) },
  { encoding: 'utf-32be', mark: Buffer.from([0, 0, 0xfe, 0xff]) },
  { encoding: 'utf-8', mark: Buffer.from([0xef, 0xbb, 0xbf]) },
  { encoding: 'utf-16le', mark: Buffer.from([0xff, 0xfe]) },
  { encoding: 'utf-16be', mark: Buffer.from([0xfe, 0xff]) },
];

/** 1 for control characters that text does not have: all but backspace, tab, line ends, form feed, and escape of coloured logs. */
const CONTROLS = Uint8Array.from({ length: 256 }, (_, code) =>
  code < 0x20 && ![0, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b].includes(code) ? 1 : 0,
);

/** Marks around messages and between their fields: start and end of a heading, text or transmission, separators, end of file. */
const FRAMING: ReadonlySet<number> = new Set([0x01, 0x02, 0x03, 0x04, 0x1a, 0x1c, 0x1d, 0x1e, 0x1f]);

/** NUL is let through: holes of sparse files and preallocated logs are full of it, and UTF-16 is half of it. */
function hasControls(head: Buffer): boolean {
  let controls = 0;
  for (let i = 0; i < head.length; i += 1) controls += CONTROLS[head[i] ?? 0] ?? 0;
  // A stray one in a thousand is a damaged text, more is not text.
  return controls * 1000 > head.length && !isFramed(head, controls);
}

/** SWIFT messages begin with SOH and end with ETX: up to one mark in fifty characters, in what else is clean text. */
function isFramed(head: Buffer, controls: number): boolean {
  if (controls * 50 > head.length || head.includes(0)) return false;
  for (const byte of head) if (CONTROLS[byte] === 1 && !FRAMING.has(byte)) return false;
  // The last character may be cut.
  return isUtf8(head.subarray(0, Math.max(0, head.length - 3)));
}

/** UTF-16 without a mark: NULs on one side only, and clean text when read so. */
function wideEncodingOf(head: Buffer): Encoding | undefined {
  const nulls: [number, number] = [0, 0];
  for (let i = 0; i < head.length; i += 1) if (head[i] === 0) nulls[i & 1 ? 1 : 0] += 1;
  const [even, odd] = nulls;
  if (Math.max(even, odd) * 100 < head.length || Math.min(even, odd) * 20 > Math.max(even, odd))
    return undefined;
  const encoding = odd > even ? 'utf-16le' : 'utf-16be';
  const whole = head.subarray(0, head.length - (head.length % 2));
  return NOT_TEXT.test(new TextDecoder(encoding).decode(whole)) ? undefined : encoding;
}

/** Controls but for tab, line ends and form feed; private, unassigned and half characters. */
const NOT_TEXT = /[\0-\x08\x0e-\x1f\ufffd\p{Cn}\p{Co}]/u;

/**
 * UTF-8 chunks of at most 64 KiB more than the source's own, cut between characters, without a byte order mark.
 * A chunk is valid only until the next one is asked for.
 */
export async function* utf8Chunks(
  head: Buffer,
  stream: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const { encoding, bom } = encodingOf(head) ?? { encoding: 'utf-8', bom: 0 };
  const convert = encoding === 'utf-8' ? narrow() : wide(encoding);
  let skip = bom;
  for await (const whole of stream) {
    const chunk = encoding === 'utf-8' && isHole(whole) ? A_NUL : whole;
    const start = Math.min(skip, chunk.length);
    skip -= start;
    for (const piece of convert(start === 0 ? chunk : chunk.subarray(start), false)) {
      if (piece.length > 0) yield piece;
    }
  }
  for (const piece of convert(Buffer.alloc(0), true)) if (piece.length > 0) yield piece;
}

/** Sparse files and preallocated logs have gigabytes of nothing: a stretch of it goes on as one NUL, which nothing reaches across. */
function isHole(chunk: Buffer): boolean {
  const { length } = chunk;
  if (chunk[0] !== 0 || length < HOLE_BYTES || length > ZEROS.length) return false;
  return chunk.compare(ZEROS, 0, length) === 0;
}

/** Less is not worth looking at. */
const HOLE_BYTES = 64 * 1024;
const ZEROS = Buffer.alloc(4096 * 1024);
const A_NUL = Buffer.alloc(1);

/** All of `bytes` in UTF-8, without byte order mark; a character cut at the end is windows-1252. */
export function utf8Of(bytes: Buffer): Buffer {
  const { encoding, bom } = encodingOf(bytes) ?? { encoding: 'utf-8', bom: 0 };
  const text = bytes.subarray(bom);
  if (encoding === 'utf-8') return repaired(text);
  return Buffer.concat([...wide(encoding)(text, true)]);
}

type Convert = (chunk: Buffer, last: boolean) => Iterable<Buffer>;

/** UTF-8 with windows-1252 for what is not. Holds back a character that the cut went through. */
function narrow(): Convert {
  let held = Buffer.alloc(0);
  return function* (chunk, last) {
    let start = 0;
    if (held.length > 0) {
      // At most three more bytes complete the character, or show that there is none.
      while (start < chunk.length && pendingBytes(held) > 0 && isContinuation(chunk[start] ?? 0)) {
        held = Buffer.concat([held, chunk.subarray(start, start + 1)]);
        start += 1;
      }
      if (start < chunk.length || pendingBytes(held) === 0 || last) {
        yield repaired(held);
        held = Buffer.alloc(0);
      }
    }
    if (held.length > 0) return;
    const end = last ? chunk.length : chunk.length - heldBytes(chunk.subarray(start));
    if (end < chunk.length) held = Buffer.from(chunk.subarray(end));
    const whole = start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
    yield isUtf8(whole) ? whole : repaired(whole);
  };
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Length of the UTF-8 character that begins with `byte`; 1 for one that begins none. */
function characterLength(byte: number): number {
  return byte >= 0xf0 && byte < 0xf5 ? 4 : byte >= 0xe0 ? (byte < 0xf0 ? 3 : 1) : byte >= 0xc2 ? 2 : 1;
}

/** How many bytes the character in `held` still lacks. */
function pendingBytes(held: Buffer): number {
  return characterLength(held[0] ?? 0) - held.length;
}

/** How many bytes at the end of `chunk` may be the beginning of a character that goes on. */
function heldBytes(chunk: Buffer): number {
  for (let back = 1; back <= 3 && back <= chunk.length; back += 1) {
    const byte = chunk[chunk.length - back] ?? 0;
    if (!isContinuation(byte)) return characterLength(byte) > back ? back : 0;
  }
  return 0;
}

const WINDOWS_1252 = new TextDecoder('windows-1252');

/** Every valid character as it is, every other byte as windows-1252. */
function repaired(bytes: Buffer): Buffer {
  if (isUtf8(bytes)) return bytes;
  // A byte becomes at most three.
  const out = Buffer.allocUnsafe(bytes.length * 3);
  let end = 0;
  for (let i = 0; i < bytes.length; ) {
    const byte = bytes[i] ?? 0;
    const length = characterLength(byte);
    if (byte < 0x80) {
      out[end++] = byte;
      i += 1;
    } else if (length > 1 && i + length <= bytes.length && isUtf8(bytes.subarray(i, i + length))) {
      for (const stop = i + length; i < stop; i += 1) out[end++] = bytes[i] ?? 0;
    } else {
      for (const part of LATIN[byte - 0x80] ?? []) out[end++] = part;
      i += 1;
    }
  }
  return out.subarray(0, end);
}

/** UTF-8 of the windows-1252 characters 0x80 to 0xff. */
const LATIN: readonly Buffer[] = Array.from({ length: 128 }, (_, i) =>
  Buffer.from(WINDOWS_1252.decode(Uint8Array.of(0x80 + i))),
);

/** Bytes of UTF-16 or UTF-32 decoded at a time. */
const WIDE_BYTES = 64 * 1024;

function wide(encoding: Exclude<Encoding, 'utf-8'>): Convert {
  const decode = encoding.startsWith('utf-32') ? utf32(encoding === 'utf-32be') : utf16(encoding);
  return function* (chunk, last) {
    for (let i = 0; i < chunk.length; i += WIDE_BYTES) {
      yield Buffer.from(decode(chunk.subarray(i, i + WIDE_BYTES), true));
    }
    if (last) yield Buffer.from(decode(Buffer.alloc(0), false));
  };
}

function utf16(encoding: string): (bytes: Buffer, more: boolean) => string {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return (bytes, more) => decoder.decode(bytes, { stream: more });
}

/** No decoder of the platform knows UTF-32. */
function utf32(bigEndian: boolean): (bytes: Buffer, more: boolean) => string {
  let held = Buffer.alloc(0);
  return (bytes) => {
    const all = held.length > 0 ? Buffer.concat([held, bytes]) : bytes;
    const end = all.length - (all.length % 4);
    held = Buffer.from(all.subarray(end));
    const points: string[] = [];
    for (let i = 0; i < end; i += 4) {
      const point = bigEndian ? all.readUInt32BE(i) : all.readUInt32LE(i);
      points.push(point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd');
    }
    return points.join('');
  };
}
