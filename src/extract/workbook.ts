/** Excel workbooks: every sheet's rows, hidden ones too, with shared strings, cached values of formulas and dates. */
import { officeTokens } from './office-names.ts';
import { partElements, partText } from './office-part.ts';
import { type Input, placeIn } from './reader.ts';
import { CELL_CHARS } from './rows.ts';
import type { Extracted, GapNote } from './segment.ts';
import { SheetAbout } from './sheet-about.ts';
import { SheetCells } from './sheet-cells.ts';
import { isBuiltInDate, isDateFormat } from './sheet-dates.ts';
import { TableRows } from './table-rows.ts';
import { textSegments } from './text.ts';
import { attributeOf, attributesOf } from './xml-attributes.ts';
import type { Archive } from './zip-archive.ts';

/** Characters of shared strings kept; what is beyond goes out as text, without its cell. */
export const STRINGS_CHARS = 64 * 1024 ** 2;

export async function* readWorkbook(
  archive: Archive,
  input: Input,
  gaps: GapNote[],
): AsyncGenerator<Extracted, void, undefined> {
  const part = (path: string): AsyncIterable<string> => partText(archive, path, { input, gaps });
  const strings = new SharedStrings();
  for await (const piece of part('xl/sharedStrings.xml')) {
    strings.write(piece);
    for (const text of strings.beyond.splice(0)) {
      yield* textSegments(text.slice(0, CELL_CHARS), placeIn(input, 'shared strings'));
    }
  }
  const dates = new DateStyles();
  for await (const piece of part('xl/styles.xml')) dates.write(piece);
  for (const { name, path } of await sheetsOf(part, archive)) {
    const rows = new TableRows(input, `sheet ${name}`);
    const about = new SheetAbout();
    const cells = new SheetCells({
      strings: strings.texts,
      dates: dates.styles,
      about,
      row: (row) => rows.add(row),
    });
    for await (const piece of part(path)) {
      cells.write(piece);
      yield* rows.ready.splice(0);
    }
    cells.end();
    rows.end();
    yield* rows.ready;
    const place = placeIn(input, `sheet ${name}`);
    yield* textSegments(about.headers.join('\n'), `${place} header`, { line: 1 });
    yield* textSegments(about.notes.join('\n'), `${place} hints`, { line: 1 });
  }
  yield* readNames(part, input);
}

/** What sheets and ranges are called, and values that only have a name. */
async function* readNames(
  part: (path: string) => AsyncIterable<string>,
  input: Input,
): AsyncGenerator<Extracted, void, undefined> {
  const lines: string[] = [];
  let inName = false;
  const xml = officeTokens({
    open: (name, attributes) => {
      const { name: called = '', comment = '' } = attributesOf(attributes);
      inName = name === 'definedName';
      if (name === 'sheet') lines.push(called);
      if (inName) lines.push(`${called} ${comment}`.trim(), '');
    },
    close: () => {
      inName = false;
    },
    text: (text) => {
      if (inName) lines.push(`${lines.pop() ?? ''}${text}`);
    },
  });
  for await (const piece of part('xl/workbook.xml')) xml.write(piece);
  yield* textSegments(lines.filter((line) => line !== '').join('\n'), placeIn(input, 'names'), { line: 1 });
}

/** Sheets by the names on their tabs; those that the workbook has lost, by the names of their parts. */
async function sheetsOf(
  part: (path: string) => AsyncIterable<string>,
  { members }: Archive,
): Promise<readonly { readonly name: string; readonly path: string }[]> {
  const names = new Map<string, string>();
  await partElements(part('xl/workbook.xml'), (name, attributes) => {
    if (name === 'sheet') names.set(attributes['r:id'] ?? '', attributes.name ?? '');
  });
  const sheets: { name: string; path: string }[] = [];
  await partElements(part('xl/_rels/workbook.xml.rels'), (name, { Id = '', Target = '' }) => {
    const sheet = names.get(Id);
    if (name !== 'Relationship' || sheet === undefined) return;
    sheets.push({ name: sheet, path: Target.startsWith('/') ? Target.slice(1) : `xl/${Target}` });
  });
  const listed = new Set(sheets.map(({ path }) => path.toLowerCase()));
  for (const { name: path } of members) {
    const [, name] = /^xl\/worksheets\/([^/]+)\.xml$/i.exec(path) ?? [];
    if (name !== undefined && !listed.has(path.toLowerCase())) sheets.push({ name, path });
  }
  return sheets;
}

/** Texts that cells refer to by number. */
class SharedStrings {
  readonly texts: string[] = [];
  beyond: string[] = [];
  #text = '';
  #chars = 0;
  #inText = false;
  readonly #xml = officeTokens({
    open: (name) => {
      if (name === 'si') this.#text = '';
      // `rPh` is how a text is pronounced; it is text too.
      this.#inText = name === 't';
    },
    close: (name) => {
      this.#inText = false;
      if (name === 'si') this.#end();
    },
    text: (text) => {
      if (this.#inText) this.#text += text;
    },
  });

  write(piece: string): void {
    this.#xml.write(piece);
  }

  #end(): void {
    this.#chars += this.#text.length;
    if (this.#chars <= STRINGS_CHARS) this.texts.push(this.#text);
    else this.beyond.push(this.#text);
  }
}

/** Which cell styles show a number as a date. */
class DateStyles {
  /** By style number. */
  readonly styles: boolean[] = [];
  readonly #formats = new Map<string, boolean>();
  #inCells = false;
  readonly #xml = officeTokens({
    open: (name, attributes) => {
      const number = attributeOf(attributes, 'numFmtId') ?? '';
      if (name === 'numFmt')
        this.#formats.set(number, isDateFormat(attributeOf(attributes, 'formatCode') ?? ''));
      if (name === 'cellXfs') this.#inCells = true;
      if (name === 'xf' && this.#inCells) this.styles.push(this.#isDate(number));
    },
    close: (name) => {
      if (name === 'cellXfs') this.#inCells = false;
    },
    text: () => undefined,
  });

  write(piece: string): void {
    this.#xml.write(piece);
  }

  #isDate(format: string): boolean {
    return isBuiltInDate(Number(format)) || (this.#formats.get(format) ?? false);
  }
}
