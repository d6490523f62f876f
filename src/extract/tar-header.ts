/** The 512-byte headers of tar: POSIX ustar, pax and GNU (https://www.gnu.org/software/tar/manual/html_node/Standard.html). */

export const BLOCK = 512;

export interface TarHeader {
  /** Path as written; a label, never a place to write to. */
  readonly name: string;
  /** Bytes of data that follow. */
  readonly size: number;
  /** The type flag: `0` a file, `5` a folder, `x` pax attributes of the next, `L` its long name. */
  readonly type: string;
}

/** Undefined when it is none: too short, or the checksum is wrong. */
export function decodeHeader(block: Buffer): TarHeader | undefined {
  if (block.length < BLOCK || checksum(block) !== octal(block.subarray(148, 156))) return undefined;
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? text(block.subarray(345, 500)) : '';
  const name = text(block.subarray(0, 100));
  const size = number(block.subarray(124, 136));
  if (!Number.isSafeInteger(size) || size < 0) return undefined;
  const type =
    name.endsWith('/') && (block[156] === 0x30 || block[156] === 0)
      ? '5'
      : String.fromCharCode(block[156] ?? 0);
  return { name: prefix === '' ? name : `${prefix}/${name}`, size, type };
}

/** Name and size out of pax attributes: lines of `LENGTH KEY=VALUE`. */
export function decodePax(data: Buffer): Partial<TarHeader> {
  const found: { name?: string; size?: number } = {};
  for (let at = 0; at < data.length; ) {
    const length = Number.parseInt(data.toString('latin1', at, at + 20), 10);
    if (!(length > 0)) break;
    const [, key, value = ''] = /^\d+ ([^=]+)=(.*)$/s.exec(data.toString('utf8', at, at + length - 1)) ?? [];
    if (key === 'path' || key === 'GNU.sparse.name') found.name = value;
    if (key === 'size' && /^\d{1,15}$/.test(value)) found.size = Number(value);
    at += length;
  }
  return found;
}

/** Whether another block of a sparse file's map follows. */
export function isExtended(block: Buffer, at: number): boolean {
  return (block[at] ?? 0) !== 0;
}

/** True when `head` begins with a header whose checksum is right; old archives have no other sign. */
export function isTar(head: Buffer): boolean {
  return head.length >= BLOCK && head[0] !== 0 && decodeHeader(head.subarray(0, BLOCK)) !== undefined;
}

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

function octal(bytes: Buffer): number {
  return Number.parseInt(text(bytes).trim() || '0', 8);
}

/** Octal text, or big-endian binary marked by the high bit for sizes of 8 GiB and more. */
function number(bytes: Buffer): number {
  if (((bytes[0] ?? 0) & 0x80) === 0) return octal(bytes);
  return Number(bytes.readBigUInt64BE(bytes.length - 8));
}

/** The sum of all bytes with the checksum's own taken as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i += 1) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return sum;
}
