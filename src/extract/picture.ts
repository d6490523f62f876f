/** Pictures: what is written beside the picture (Exif, XMP, comments). What is in the picture itself is for `ocr.ts`. */
import { inflateSync } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { type ExifField, exifFields } from './exif.ts';
import { readWhole } from './memory.ts';
import { toText } from './pieces.ts';
import { type Context, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { XmlRecords } from './xml-records.ts';

/** A TIFF above this is read as far as this. */
const TIFF_BYTES = 32 * 1024 ** 2;
/** A block of texts above this is passed over. */
const BLOCK_BYTES = 1024 ** 2;

export const PICTURE_NOT_READ = 'picture: not read';

export async function* readTiff(input: Input, _context: Context): AsyncGenerator<Extracted, void, undefined> {
  const { bytes } = await readWhole(input, TIFF_BYTES);
  yield* pictureFields(exifFields(bytes), input);
}

/** Blocks with a length each, up to the picture (ITU T.81 annex B). */
export async function* readJpeg(input: Input, _context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  await reader.take(2);
  for (let head = await reader.take(4); head.length === 4 && head[0] === 0xff; head = await reader.take(4)) {
    const marker = head[1] ?? 0;
    const length = head.readUInt16BE(2) - 2;
    if (marker === 0xda || length < 0) break;
    const block = await reader.take(length);
    if (marker === 0xfe) yield* pictureFields([{ name: 'comment', text: block.toString().trim() }], input);
    else if (marker === 0xe1) yield* readBlock(Buffer.from(block), input);
    else if (marker === 0xed) yield* pictureFields(captions(block), input);
  }
}

const XMP = 'http://ns.adobe.com/xap/1.0/\0';

function* readBlock(block: Buffer, input: Input): Generator<Extracted, void, undefined> {
  if (block.toString('latin1', 0, 6) === 'Exif\0\0')
    yield* pictureFields(exifFields(block.subarray(6)), input);
  else if (block.toString('latin1', 0, XMP.length) === XMP)
    yield* pictureXmp(block.subarray(XMP.length), input);
}

/** Chunks with a length each, before and after the picture (ISO 15948). */
export async function* readPng(input: Input, _context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  await reader.take(8);
  for (let head = await reader.take(8); head.length === 8; head = await reader.take(8)) {
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    const wanted = /^(?:tEXt|zTXt|iTXt|eXIf)$/.test(type) && length <= BLOCK_BYTES;
    if (wanted) {
      const chunk = Buffer.from(await reader.take(length));
      if (type === 'eXIf') yield* pictureFields(exifFields(chunk), input);
      else yield* readPngText(type, chunk, input);
    } else await reader.skip(length);
    await reader.skip(4);
  }
}

/** Chunks with a length each, the lowest byte first (https://developers.google.com/speed/webp/docs/riff_container). */
export async function* readWebp(input: Input, _context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  await reader.take(12);
  for (let head = await reader.take(8); head.length === 8; head = await reader.take(8)) {
    const length = head.readUInt32LE(4);
    const type = head.toString('latin1', 0, 4);
    if ((type === 'EXIF' || type === 'XMP ') && length <= BLOCK_BYTES) {
      const chunk = Buffer.from(await reader.take(length));
      // Some programs write it as JPEG has it.
      const exif = chunk.toString('latin1', 0, 6) === 'Exif\0\0' ? chunk.subarray(6) : chunk;
      if (type === 'EXIF') yield* pictureFields(exifFields(exif), input);
      else yield* pictureXmp(chunk, input);
    } else await reader.skip(length);
    await reader.skip(length % 2);
  }
}

function* readPngText(type: string, chunk: Buffer, input: Input): Generator<Extracted, void, undefined> {
  const end = chunk.indexOf(0);
  if (end === -1) return;
  const key = chunk.toString('latin1', 0, end);
  const text =
    type === 'tEXt'
      ? chunk.subarray(end + 1)
      : type === 'zTXt'
        ? unpacked(chunk.subarray(end + 2))
        : international(chunk, end + 1);
  if (key === 'XML:com.adobe.xmp') yield* pictureXmp(text, input);
  else
    yield* pictureFields(
      [{ name: FIELDS.has(key) ? key.toLowerCase() : '', text: toText(text).trim() }],
      input,
    );
}

/** Keywords that the standard names; others may be values. */
const FIELDS = new Set([
  'Artist',
  'Title',
  'Author',
  'Description',
  'Copyright',
  'Software',
  'Comment',
  'Source',
  'Disclaimer',
]);

/** Behind the keyword of `iTXt`: whether it is packed, how, language, the keyword translated, the text. */
function international(chunk: Buffer, at: number): Buffer {
  const language = chunk.indexOf(0, at + 2);
  const keyword = language === -1 ? -1 : chunk.indexOf(0, language + 1);
  const text = chunk.subarray(keyword + 1);
  return keyword === -1 ? Buffer.alloc(0) : chunk[at] === 1 ? unpacked(text) : text;
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: BLOCK_BYTES });
  } catch {
    // Damaged, or a bomb: the picture is a gap in any case.
    return Buffer.alloc(0);
  }
}

/** XML of Adobe's, by its elements. */
export function* pictureXmp(bytes: Buffer, input: Input): Generator<Extracted, void, undefined> {
  const records = new XmlRecords({ place: placeIn(input, 'XMP') });
  records.write(toText(bytes));
  records.end();
  yield* records.take();
}

/** Captions and names that news agencies write (IPTC-IIM): records 2 within Photoshop's block. */
function captions(block: Buffer): readonly ExifField[] {
  const fields: ExifField[] = [];
  for (let at = block.indexOf('1c02', 0, 'hex'); at !== -1 && at + 5 <= block.length; ) {
    const length = block.readUInt16BE(at + 3);
    const text = block.toString('utf8', at + 5, at + 5 + length);
    // Numbers of records are binary.
    if (!/[\0-\x08\ufffd]/.test(text))
      fields.push({ name: CAPTIONS[block[at + 2] ?? 0] ?? '', text: text.trim() });
    at = block.indexOf('1c02', at + 5 + length, 'hex');
  }
  return fields;
}

const CAPTIONS: Readonly<Record<number, string>> = {
  5: 'title',
  25: 'keywords',
  80: 'author',
  90: 'city',
  101: 'country',
  116: 'copyright',
  120: 'description',
  122: 'writer',
};

/** One row: what is not empty of `fields`. */
export function* pictureFields(
  fields: readonly ExifField[],
  input: Input,
): Generator<Extracted, void, undefined> {
  const filled = fields.filter(({ text }) => text !== '');
  if (filled.length === 0) return;
  yield {
    type: 'rows',
    table: placeIn(input, 'picture'),
    columns: filled.map(({ name }) => name),
    rows: [filled.map(({ text }) => text)],
    place: (_, column) => placeIn(input, `picture ${filled[column]?.name || `field ${column + 1}`}`),
  };
}
