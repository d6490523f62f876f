/** Strings of Outlook messages: in UTF-16, or in the message's code page. */
import { isUtf8 } from 'node:buffer';
import { inflateRtf } from './msg-rtf.ts';
import { decoderOf } from './rtf-charset.ts';
import { decodeUtf16 } from './utf16.ts';

/** Properties of whole numbers that tell the code page. */
const MESSAGE_PAGE = 0x3ffd;
const MESSAGE_LANGUAGE = 0x3ff1;
/** Code pages by language ([MS-LCID], the lower ten bits) where it is not that of western Europe. */
const LANGUAGES: Readonly<Record<number, number>> = {
  1: 1256,
  4: 936,
  5: 1250,
  8: 1253,
  13: 1255,
  14: 1250,
  17: 932,
  18: 949,
  21: 1250,
  24: 1250,
  25: 1251,
  26: 1250,
  27: 1250,
  30: 874,
  31: 1254,
  34: 1251,
  36: 1250,
  37: 1257,
  38: 1257,
  39: 1257,
  42: 1258,
};
const ENTRY_BYTES = 16;
/** Before the entries of a message stand 24 or 32 bytes, of a recipient or attachment 8. */
const HEADS = [32, 24, 8];

export interface StringDecoders {
  readonly page: number;
  /** By the property's type, or by its id and type. Rich text comes as latin-1: it is decoded by its reader. */
  readonly decoders: Readonly<Record<string, (bytes: Buffer) => string>>;
}

/** `fixed`: the stream of properties that have a fixed length; `page`: of the message around, for what says nothing itself. */
export function decodersOf(fixed: Buffer, page: number | undefined): StringDecoders {
  const known = page ?? pageIn(fixed) ?? 1252;
  const decoder = decoderOf(known);
  return {
    page: known,
    decoders: {
      '001F': decodeUtf16,
      '001E': (bytes) => decoder.decode(bytes),
      '10130102': (bytes) => (isUtf8(bytes) ? bytes.toString() : decoder.decode(bytes)),
      '10090102': (bytes) => inflateRtf(bytes).toString('latin1'),
    },
  };
}

function pageIn(fixed: Buffer): number | undefined {
  const page = numberIn(fixed, MESSAGE_PAGE);
  if (page !== undefined) return page;
  const language = numberIn(fixed, MESSAGE_LANGUAGE);
  // Chinese of Taiwan and Hong Kong is written otherwise.
  if (language === 0x404 || language === 0xc04) return 950;
  return language === undefined ? undefined : LANGUAGES[language & 0x3ff];
}

function numberIn(fixed: Buffer, property: number): number | undefined {
  for (const head of HEADS) {
    for (let at = head; at + ENTRY_BYTES <= fixed.length; at += ENTRY_BYTES) {
      if (fixed.readUInt16LE(at) === 3 && fixed.readUInt16LE(at + 2) === property)
        return fixed.readUInt32LE(at + 8);
    }
  }
  return undefined;
}
