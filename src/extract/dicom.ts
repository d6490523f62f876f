/** DICOM files: the header's tags as one row under their names; the pixel data is not read. */
import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import { decoderFor } from './dicom-charset.ts';
import { TAG_NAMES } from './dicom-tags.ts';
import { readWhole } from './memory.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import { CELL_CHARS } from './rows.ts';
import type { Extracted } from './segment.ts';

/** Headers are some KiB; what comes first of a longer file holds them. */
const HEADER_BYTES = 16 * 1024 ** 2;
const PIXEL_DATA = 'x7fe00010';
/** Sequences within sequences. */
const DEPTH = 16;

/** Value representations that are text (DICOM PS3.5, 6.2). */
const TEXT_VR = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));

interface Tag {
  readonly name: string;
  readonly value: string;
}

export async function* readDicom(
  input: Input,
  _context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const { bytes } = await readWhole(input, HEADER_BYTES);
  const { dataSet, whole } = parse(bytes);
  const decode = decoderFor(dataSet.string('x00080005') ?? '');
  const tags = [...tagsOf(dataSet, { decode, prefix: '', depth: 0 })];
  if (tags.length > 0) {
    yield {
      type: 'rows',
      table: placeIn(input, 'tags'),
      columns: tags.map(({ name }) => name),
      rows: [tags.map(({ value }) => value)],
      place: (_, column) => placeIn(input, `tag ${tags[column]?.name ?? ''}`),
    };
  }
  if (!whole) yield gapNote(input, 'malformed', 'the header is damaged or cut short');
  yield gapNote(input, 'no-text', 'pixel data is not read');
}

function parse(bytes: Buffer): { readonly dataSet: DataSet; readonly whole: boolean } {
  try {
    return { dataSet: dicomParser.parseDicom(bytes, { untilTag: PIXEL_DATA }), whole: true };
  } catch (cause) {
    // The library gives what it had read when it met the damage.
    const partial =
      typeof cause === 'object' && cause !== null && 'dataSet' in cause ? cause.dataSet : undefined;
    if (partial === undefined) throw new ContentError('malformed', 'the DICOM header is damaged', { cause });
    return { dataSet: partial as DataSet, whole: false };
  }
}

interface Walk {
  readonly decode: (bytes: Uint8Array) => string;
  readonly prefix: string;
  readonly depth: number;
}

function* tagsOf(dataSet: DataSet, walk: Walk): Generator<Tag, void, undefined> {
  for (const element of Object.values(dataSet.elements)) {
    const name = `${walk.prefix}${TAG_NAMES[element.tag.slice(1)] ?? `(${element.tag.slice(1, 5)},${element.tag.slice(5)})`}`;
    if (element.items !== undefined && walk.depth < DEPTH) {
      for (const { dataSet: item } of element.items) {
        if (item !== undefined) yield* tagsOf(item, { ...walk, prefix: `${name}.`, depth: walk.depth + 1 });
      }
    } else {
      const value = textOf(dataSet, element, walk.decode);
      if (value !== '') yield { name, value };
    }
  }
}

function textOf(dataSet: DataSet, element: Element, decode: Walk['decode']): string {
  if (element.tag === PIXEL_DATA || element.length > CELL_CHARS) return '';
  if (element.vr !== undefined && !TEXT_VR.has(element.vr)) return '';
  const bytes = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  // Without a representation (implicit syntax) only what looks like text is.
  if (
    element.vr === undefined &&
    bytes.some((byte) => byte < 0x20 && byte !== 0x1b && byte !== 0x0d && byte !== 0x0a)
  )
    return '';
  const text = decode(bytes).replace(/[\0 ]+$/, '');
  if (element.vr === 'PN') return text.replaceAll('^', ' ').trim();
  return element.vr === 'DA' ? text.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3') : text;
}
