/** The elements of an SPSS table's rows, eight bytes each, as they are, out of its byte code, or out of zlib and its byte code. */
import { inflateSync } from 'node:zlib';
import type { ExactReader } from './exact-reader.ts';
import { ContentError, type Context } from './reader.ts';
import type { SavDictionary } from './sav-dictionary.ts';

const ELEMENT = 8;
/** Codes that are no number. */
const PAD = 0;
const END = 252;
const AS_IT_IS = 253;
const SPACES = 254;
/** A part by zlib; writers make them of 4 MiB. */
const PART_BYTES = 64 * 1024 ** 2;
/** What begins a part by zlib. */
const ZLIB = 0x78;

/**
 * Each is valid until the next one is asked for.
 * @throws ContentError `malformed` after what could be read; `archive-limit`
 */
export function savElements(
  reader: ExactReader,
  { compression, bias }: SavDictionary,
  context: Context,
): AsyncGenerator<Buffer, void, undefined> {
  if (compression === 'none') return plain(reader);
  const coded = compression === 'zlib' ? inflated(reader, context) : plain(reader);
  return decoded(coded, { bias, bigEndian: reader.bigEndian });
}

async function* plain(reader: ExactReader): AsyncGenerator<Buffer, void, undefined> {
  while (true) {
    const element = await reader.upTo(ELEMENT);
    if (element.length < ELEMENT) return;
    yield element;
  }
}

/** Eight codes, then what those of them need that say so. */
async function* decoded(
  coded: AsyncGenerator<Buffer, void, undefined>,
  { bias, bigEndian }: { readonly bias: number; readonly bigEndian: boolean },
): AsyncGenerator<Buffer, void, undefined> {
  const number = Buffer.alloc(ELEMENT);
  const spaces = Buffer.alloc(ELEMENT, ' ');
  const write = (value: number): Buffer => {
    if (bigEndian) number.writeDoubleBE(value);
    else number.writeDoubleLE(value);
    return number;
  };
  for (let next = await coded.next(); !next.done; next = await coded.next()) {
    const codes = Buffer.from(next.value);
    for (const code of codes) {
      if (code === END) return;
      if (code === PAD) continue;
      if (code === AS_IT_IS) {
        const { done, value } = await coded.next();
        if (done) throw new ContentError('malformed', 'the table is cut short');
        yield value;
      } else if (code === SPACES) yield spaces;
      else yield write(code > END ? -Number.MAX_VALUE : code - bias);
    }
  }
}

/** Three offsets, then parts one after the other, then a table of them, which is not needed: each part knows where it ends. */
async function* inflated(reader: ExactReader, { budget }: Context): AsyncGenerator<Buffer, void, undefined> {
  await reader.skip(ELEMENT);
  const trailer = await reader.number(8);
  await reader.skip(ELEMENT);
  let rest: Buffer = Buffer.alloc(0);
  let held: Buffer = Buffer.alloc(0);
  while (true) {
    const wanted = Math.min(PART_BYTES - held.length, trailer - reader.offset);
    if (wanted > 0) held = Buffer.concat([held, await reader.upTo(wanted)]);
    if (held[0] !== ZLIB) break;
    const { plain: bytes, used } = inflatePart(held);
    budget.inflate(bytes.length, { inflated: bytes.length, packed: used });
    held = held.subarray(used);
    rest = Buffer.concat([rest, bytes]);
    let at = 0;
    for (; at + ELEMENT <= rest.length; at += ELEMENT) yield rest.subarray(at, at + ELEMENT);
    rest = rest.subarray(at);
  }
}

function inflatePart(held: Buffer): { readonly plain: Buffer; readonly used: number } {
  try {
    // With `info` it returns more than its types say.
    const { buffer, engine } = inflateSync(held, { info: true, maxOutputLength: PART_BYTES }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return { plain: buffer, used: engine.bytesWritten };
  } catch (cause) {
    throw new ContentError('malformed', 'a part of it is damaged, or too large unpacked', { cause });
  }
}
