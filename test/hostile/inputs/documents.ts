/** Documents that ask for files and servers, inflate, nest, or are damaged: numbers 6 to 11 and 40. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { zipOf } from '../../extract/zip-fixture.ts';
import { type HostileInput, MiB, PEOPLE } from './input.ts';

/** `outside`: a file that must not be read; `trap`: an address that must not be asked. */
export function documents({
  outside,
  trap,
}: {
  readonly outside: string;
  readonly trap: string;
}): readonly HostileInput[] {
  const xxe = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file://${outside}"><!ENTITY n SYSTEM "${trap}/e">
    <!ENTITY % d SYSTEM "${trap}/d.dtd"> %d;]>`;
  const word = `${xxe}<w:document><w:body><w:p><w:r><w:t>&f;&n;</w:t></w:r></w:p></w:body></w:document>`;
  return [
    { number: 6, name: 'xxe.docx', content: docx(word), reasons: [], found: false },
    {
      number: 6,
      name: 'xxe.svg',
      content: `${xxe}<svg><text>&f;&n;</text></svg>`,
      reasons: [],
      found: false,
    },
    {
      number: 6,
      name: 'xxe.odt',
      content: zipOf([
        { name: 'mimetype', data: Buffer.from('application/vnd.oasis.opendocument.text'), stored: true },
        {
          name: 'content.xml',
          data: Buffer.from(`${xxe}<office:text><text:p>&f;&n;</text:p></office:text>`),
        },
      ]),
      reasons: [],
      found: false,
    },
    {
      number: 6,
      name: 'external.docx',
      content: docx('<w:document><w:body><w:p><w:r><w:t>x</w:t></w:r></w:p></w:body></w:document>', {
        'word/_rels/document.xml.rels': `<Relationships><Relationship Id="r1" TargetMode="External" Target="${trap}/t"/></Relationships>`,
      }),
      reasons: [],
      found: false,
    },
    {
      number: 6,
      name: 'laughs.xml',
      content: `${laughs()}<people><ssn>&l0;1001</ssn>&l9;</people>`,
      reasons: [],
      found: false,
    },
    {
      number: 6,
      name: 'page.html',
      content: `<img src="${trap}/i"><link rel=stylesheet href="${trap}/s"><iframe src="file://${outside}"></iframe>`,
      reasons: [],
      found: false,
    },
    {
      number: 7,
      name: 'stray-rejection.pdf',
      content: readFileSync(join(import.meta.dirname, '../fixtures/stray-rejection.pdf')),
      reasons: ['malformed', 'no-text'],
      found: false,
    },
    {
      number: 7,
      name: 'endless.pdf',
      content: gunzipSync(readFileSync(join(import.meta.dirname, '../fixtures/endless.pdf.gz'))),
      // A fast machine comes to its end before its time is over.
      reasons: ['time-limit'],
      orElse: ['no-text'],
      found: false,
    },
    {
      number: 7,
      name: 'cut.pdf',
      content: '%PDF-1.7\n1 0 obj\n<</Type/Catalog',
      reasons: ['malformed'],
      found: false,
    },
    { number: 7, name: 'encrypted.pdf', content: encryptedPdf(), reasons: ['encrypted'], found: false },
    { number: 8, name: 'sheet-bomb.xlsx', content: sheetBomb(), reasons: ['archive-limit'], found: false },
    { number: 8, name: 'wide.xlsx', content: wideSheet(16_384), reasons: [], found: false },
    { number: 8, name: 'million-strings.xlsx', content: manyStrings(1_000_000), reasons: [], found: true },
    {
      number: 8,
      name: 'cut.docx',
      content: docx(word).subarray(0, -40),
      reasons: ['malformed'],
      found: false,
    },
    { number: 9, name: 'nested.json', content: `${'['.repeat(100_000)}"x"`, reasons: [], found: false },
    { number: 9, name: 'one-line.json', content: oneLine(32 * MiB), reasons: [], found: true },
    {
      number: 9,
      name: 'broken.json',
      content: `{"a": [1, 2,, "people": ${JSON.stringify(PEOPLE)}`,
      reasons: [],
      found: true,
    },
    {
      number: 10,
      name: 'one-field.csv',
      content: `a,b\n"${'x'.repeat(32 * MiB)}`,
      reasons: [],
      found: false,
    },
    {
      number: 10,
      name: 'ragged.csv',
      content: `\ufeff${PEOPLE}1\n,,,,,,,\n\0\0,"\n`,
      reasons: [],
      found: true,
    },
    {
      number: 10,
      name: 'utf-16.csv',
      content: Buffer.from(`\ufeff${PEOPLE}`, 'utf16le'),
      reasons: [],
      found: true,
    },
    {
      number: 11,
      name: 'cut.parquet',
      content: Buffer.from('PAR1\x15\0\x15 PAR1', 'latin1'),
      reasons: ['malformed'],
      found: false,
    },
    ...['table.avro', 'table.feather', 'table.orc', 'table.dta', 'office.xls', 'packed.7z'].map((name) => ({
      number: 11,
      name: `cut-${name}`,
      content: cutPlanted(name),
      reasons: ['malformed'],
      found: false,
    })),
    {
      number: 11,
      name: 'encrypted.parquet',
      content: Buffer.from('PARE\0\0\0\x04\0\0\0PARE', 'latin1'),
      reasons: ['encrypted'],
      found: false,
    },
    {
      number: 40,
      name: 'long-message.jsonl',
      content: `${JSON.stringify({ user: 'U1', text: `${'so it goes '.repeat(4000)}${PEOPLE}` })}\n`,
      reasons: [],
      found: true,
    },
    {
      number: 40,
      name: 'zero-width.txt',
      content: PEOPLE.replaceAll(/\d/g, (digit) => `${String.fromCharCode(0xff10 + Number(digit))}\u200b`),
      reasons: [],
      found: true,
    },
  ];
}

/** The first fifth of a table, in which nobody stands yet. */
function cutPlanted(name: string): Buffer {
  const bytes = readFileSync(join(import.meta.dirname, '../../planted/fixtures', name));
  return bytes.subarray(0, bytes.length / 5);
}

function docx(document: string, more: Readonly<Record<string, string>> = {}): Buffer {
  const parts = { '[Content_Types].xml': '<Types/>', 'word/document.xml': document, ...more };
  return zipOf(Object.entries(parts).map(([name, text]) => ({ name, data: Buffer.from(text) })));
}

/** Ten times ten times ten ... to a billion. */
function laughs(): string {
  const entities = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`);
  return `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "521-45-">${entities.join('')}]>`;
}

const WORKBOOK = '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>';
const RELATIONS = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>';

function xlsx(sheet: Buffer, strings?: string): Buffer {
  const more = strings === undefined ? [] : [{ name: 'xl/sharedStrings.xml', data: Buffer.from(strings) }];
  return zipOf([
    ...more,
    { name: '[Content_Types].xml', data: Buffer.from('<Types/>') },
    { name: 'xl/workbook.xml', data: Buffer.from(WORKBOOK) },
    { name: 'xl/_rels/workbook.xml.rels', data: Buffer.from(RELATIONS) },
    { name: 'xl/worksheets/sheet1.xml', data: sheet },
  ]);
}

function sheetBomb(): Buffer {
  return xlsx(Buffer.alloc(64 * MiB, '<row><c><v>1</v></c></row>'));
}

function wideSheet(columns: number): Buffer {
  const row = `<row>${'<c t="inlineStr"><is><t>text</t></is></c>'.repeat(columns)}</row>`;
  return xlsx(Buffer.from(`<worksheet><sheetData>${row}${row}</sheetData></worksheet>`));
}

/** A list of so many strings, of which the sheet needs the last ones: people. */
function manyStrings(count: number): Buffer {
  const people = PEOPLE.trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const strings = [...Array.from({ length: count }, (_, n) => `note ${n}`), ...people.flat()];
  let next = count;
  const rows = people.map((row) => `<row>${row.map(() => `<c t="s"><v>${next++}</v></c>`).join('')}</row>`);
  return xlsx(
    Buffer.from(`<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`),
    `<sst>${strings.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
  );
}

/** People at the end of a very long line. */
function oneLine(bytes: number): string {
  return `{"rows": ["${'abcdefgh '.repeat(bytes / 9)}"], "people": ${JSON.stringify(PEOPLE)}}`;
}

/** Says that it needs a password; there is nothing in it. */
function encryptedPdf(): string {
  const hex = '0'.repeat(64);
  return `%PDF-1.4
1 0 obj
<</Type/Catalog/Pages 2 0 R>>
endobj
2 0 obj
<</Type/Pages/Kids[]/Count 0>>
endobj
3 0 obj
<</Filter/Standard/V 1/R 2/O <${hex}>/U <${hex}>/P -4>>
endobj
trailer
<</Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]/Size 4>>
%%EOF
`;
}
