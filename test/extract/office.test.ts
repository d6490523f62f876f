import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';
import { zipOf } from './zip-fixture.ts';

function officeOf(parts: Readonly<Record<string, string | Buffer>>): Buffer {
  const types = { '[Content_Types].xml': '<?xml version="1.0"?><Types/>' };
  return zipOf(
    Object.entries({ ...types, ...parts }).map(([name, data]) => ({ name, data: Buffer.from(data) })),
  );
}

const WORKBOOK = {
  'xl/workbook.xml':
    '<workbook xmlns:r="x"><sheets><sheet name="People" r:id="r1"/><sheet name="Old" state="hidden" r:id="r2"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
  'xl/sharedStrings.xml':
    '<sst><si><t>name</t></si><si><t>born</t></si><si><r><t>An</t></r><r><t>n &amp; Co</t></r></si></sst>',
  'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
  'xl/worksheets/sheet1.xml':
    '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="D1" t="inlineStr"><is><t>total</t></is></c></row>' +
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="1"><v>29221</v></c><c r="D2"><f>SUM(1,2)</f><v>3</v></c></row></sheetData></worksheet>',
  'xl/worksheets/sheet2.xml':
    '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>hidden words</t></is></c></row></sheetData></worksheet>',
};

describe('a workbook', () => {
  test('has all sheets as tables: shared strings, dates, cached values, hidden sheets', async () => {
    const found = await collect(officeOf(WORKBOOK), { name: 'a.xlsx' });
    expect(found.formats[0]?.format).toBe('office');
    expect(cellLines(found)).toEqual([
      'sheet People row 1, column name = Ann & Co',
      'sheet People row 1, column born = 1980-01-01',
      'sheet People row 1, column total = 3',
      'sheet Old row 1, column 1 = hidden words',
    ]);
  });

  test('is the same wherever the stream is cut, and in an archive', async () => {
    const bytes = officeOf(WORKBOOK);
    const whole = await collect(bytes, { name: 'a.xlsx' });
    expect(await collect(bytes, { name: 'a.xlsx', cuts: [3] })).toEqual(whole);
    const packed = await collect(zipOf([{ name: 'a.xlsx', data: bytes }]), { name: 'b.zip' });
    expect(cellLines(packed)).toEqual(cellLines(whole).map((line) => `b.zip!/a.xlsx ${line}`));
  });

  test('is the same whatever prefixes its program writes', async () => {
    const namespaces =
      'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:q="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
    const prefixed = Object.entries(WORKBOOK).map(([name, xml]) => [
      name,
      name.endsWith('.rels')
        ? xml
        : xml
            .replaceAll(/<(\/?)(?=\w)/g, '<$1x:')
            .replaceAll('r:id=', 'q:id=')
            .replace(/(?<=^<x:\w+)/, ` ${namespaces}`),
    ]);
    const found = await collect(officeOf(Object.fromEntries(prefixed)), { name: 'a.xlsx' });
    expect(found).toEqual(await collect(officeOf(WORKBOOK), { name: 'a.xlsx' }));
  });

  test('that has lost where its sheets are has them all the same', async () => {
    const lost = { ...WORKBOOK, 'xl/_rels/workbook.xml.rels': '<Relationships/>' };
    expect(cellLines(await collect(officeOf(lost), { name: 'a.xlsx' }))).toContain(
      'sheet sheet2 row 1, column 1 = hidden words',
    );
  });

  test('with a damaged sheet gives the others, and a gap', async () => {
    const parts = Object.entries(WORKBOOK).map(([name, data]) => ({
      name,
      data: Buffer.from(data),
      ...(name.endsWith('sheet1.xml') ? { crc: 1 } : {}),
    }));
    const found = await collect(
      zipOf([{ name: '[Content_Types].xml', data: Buffer.from('<Types/>') }, ...parts]),
      {
        name: 'a.xlsx',
      },
    );
    expect(found.cells.map(({ cell }) => cell)).toContain('hidden words');
    expect(found.gaps).toEqual([
      { reason: 'malformed', message: 'its checksum is wrong', place: 'a.xlsx!/xl/worksheets/sheet1.xml' },
    ]);
  });
});

describe('a text document', () => {
  const run = (text: string): string => `<w:r><w:t>${text}</w:t></w:r>`;

  test('joins its runs, has paragraphs as lines, tables as rows, notes and comments at their place', async () => {
    const row = (cells: readonly string[]): string =>
      `<w:tr>${cells.map((cell) => `<w:tc><w:p>${run(cell)}</w:p></w:tc>`).join('')}</w:tr>`;
    const body = `<w:p>${run('Dear An')}${run('n,')}</w:p><w:p>${run('bye')}</w:p><w:tbl>${row(['name', 'email'])}${row(['Ann', 'ann@example.org'])}</w:tbl>`;
    const found = await collect(
      officeOf({
        'word/document.xml': `<w:document><w:body>${body}</w:body></w:document>`,
        'word/comments.xml': `<w:comments><w:p>${run('check this')}</w:p></w:comments>`,
        'word/embeddings/list.csv': 'name,age\nBob,7\n',
      }),
      { name: 'a.docx' },
    );
    expect(found.texts).toEqual([
      { place: '', line: 1, text: 'Dear Ann,\nbye\n' },
      { place: 'comments', line: 1, text: 'check this\n' },
    ]);
    expect(cellLines(found)).toEqual([
      'table 1 row 1, column name = Ann',
      'table 1 row 1, column email = ann@example.org',
      'a.docx!/word/embeddings/list.csv row 1, column name = Bob',
      'a.docx!/word/embeddings/list.csv row 1, column age = 7',
    ]);
  });

  test('of OpenDocument is read alike', async () => {
    const content =
      '<office:document-content><text:p>Dear <text:span>Ann</text:span></text:p><table:table table:name="People">' +
      '<table:table-row><table:table-cell><text:p>name</text:p></table:table-cell><table:table-cell><text:p>email</text:p></table:table-cell></table:table-row>' +
      '<table:table-row><table:table-cell><text:p>Ann</text:p></table:table-cell><table:table-cell><text:p>ann@example.org</text:p></table:table-cell></table:table-row>' +
      '</table:table></office:document-content>';
    const bytes = zipOf([
      { name: 'mimetype', data: Buffer.from('application/vnd.oasis.opendocument.text'), stored: true },
      { name: 'content.xml', data: Buffer.from(content) },
    ]);
    const found = await collect(bytes, { name: 'a.odt' });
    expect(found.texts.map(({ text }) => text)).toEqual(['Dear Ann\n']);
    expect(cellLines(found)).toEqual([
      'table People row 1, column name = Ann',
      'table People row 1, column email = ann@example.org',
    ]);
  });

  test('of slides names slide and notes', async () => {
    const slide = '<p:sld><a:p><a:r><a:t>Quarter </a:t></a:r><a:r><a:t>one</a:t></a:r></a:p></p:sld>';
    const parts = { 'ppt/slides/slide3.xml': slide, 'ppt/notesSlides/notesSlide3.xml': slide };
    expect((await collect(officeOf(parts), { name: 'a.pptx' })).texts).toEqual([
      { place: 'slide 3', line: 1, text: 'Quarter one\n' },
      { place: 'slide 3 notes', line: 1, text: 'Quarter one\n' },
    ]);
  });
});

/** A PDF without a table of contents: readers rebuild it. */
function pdfOf(text: string): string {
  const stream = `BT /F1 12 Tf 72 700 Td (${text}) Tj ET`;
  return [
    '%PDF-1.4',
    '1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj',
    '2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj',
    '3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>> endobj',
    `4 0 obj <</Length ${stream.length}>> stream\n${stream}\nendstream endobj`,
    '5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj',
    'trailer <</Root 1 0 R>>',
    '%%EOF',
  ].join('\n');
}

test('a text document is the same whatever prefix its program writes, or none', async () => {
  const body = '<w:body><w:p><w:r><w:t>some words</w:t></w:r></w:p></w:body>';
  const namespace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  for (const [prefix, declared] of [
    ['w:', 'xmlns:w'],
    ['ns0:', 'xmlns:ns0'],
    ['', 'xmlns'],
  ]) {
    const document = `<w:document>${body}</w:document>`
      .replaceAll('w:', prefix ?? '')
      .replace('document>', `document ${declared}="${namespace}">`);
    const { texts } = await collect(officeOf({ 'word/document.xml': document }), { name: 'a.docx' });
    expect(
      texts.map(({ text }) => text.trim()),
      prefix,
    ).toEqual(['some words']);
  }
});

describe('a presentation', () => {
  const slide = (text: string): string =>
    `<p:sld><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sld>`;
  const parts: Readonly<Record<string, string>> = {
    'ppt/presentation.xml':
      '<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId8"/><p:sldId id="257" r:id="rId7"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels':
      '<Relationships><Relationship Id="rId7" Target="slides/slide1.xml"/><Relationship Id="rId8" Target="/ppt/slides/slide2.xml"/></Relationships>',
    'ppt/slides/slide1.xml': slide('shown last'),
    'ppt/slides/slide2.xml': slide('shown first'),
    'ppt/notesSlides/notesSlide1.xml': slide('said first'),
    'ppt/notesSlides/_rels/notesSlide1.xml.rels':
      '<Relationships><Relationship Type="http://x/relationships/slide" Target="../slides/slide2.xml"/></Relationships>',
  };

  test('counts its slides as they are shown, and knows whose notes are whose', async () => {
    const { texts } = await collect(officeOf(parts), { name: 'a.pptx' });
    expect(texts.map(({ place, text }) => `${place}: ${text.trim()}`)).toEqual([
      'slide 2: shown last',
      'slide 1: shown first',
      'slide 1 notes: said first',
    ]);
  });

  test('without its order counts them as they are numbered', async () => {
    const { texts } = await collect(officeOf({ ...parts, 'ppt/presentation.xml': '<p:broken' }), {
      name: 'a.pptx',
    });
    expect(texts.map(({ place }) => place)).toEqual(['slide 1', 'slide 2', 'slide 1 notes']);
  });
});

describe('a PDF', () => {
  test('has its text by page', async () => {
    const found = await collect(pdfOf('Ann Example'), { name: 'a.pdf' });
    expect(found.texts).toEqual([{ place: 'page 1', line: 1, text: 'Ann Example' }]);
    expect(found.gaps).toEqual([]);
  });

  test('of pages without text is a gap that says which', async () => {
    const found = await collect(pdfOf(''), { name: 'a.pdf' });
    expect(found.gaps).toEqual([{ reason: 'no-text', message: 'page 1 without text: a scan or a drawing' }]);
  });
});

describe('a SQLite database', () => {
  function databaseOf(mode: string): Buffer {
    const database = new Database(':memory:');
    database.exec(
      `create table people (id integer, email text, photo blob); insert into people values (7, 'ann@example.org', x'ff00fe'), (9007199254740993, 'bob@example.org', null);`,
    );
    const bytes = database.serialize();
    database.close();
    if (mode === 'wal') bytes.fill(2, 18, 20);
    return bytes;
  }

  test.each(['delete', 'wal'])('in %s mode has every row of every table', async (mode) => {
    const found = await collect(databaseOf(mode), { name: 'a.db' });
    expect(cellLines(found)).toEqual([
      'table people row 1, column id = 7',
      'table people row 1, column email = ann@example.org',
      'table people row 2, column id = 9007199254740993',
      'table people row 2, column email = bob@example.org',
    ]);
    expect(found.gaps).toEqual([
      { reason: 'no-text', message: '1 binary values of table people are not read' },
    ]);
  });

  test('that is cut short ends in a gap', async () => {
    const found = await collect(databaseOf('delete').subarray(0, 5000), { name: 'a.db' });
    expect(found.gaps[0]?.reason).toBe('malformed');
  });
});

describe('what lies in a document beside its text', () => {
  const documentOf = (parts: readonly { readonly name: string; readonly data: string }[]): Buffer =>
    zipOf(
      [{ name: '[Content_Types].xml', data: '<Types/>' }, ...parts].map(({ name, data }) => ({
        name,
        data: Buffer.from(data),
      })),
    );

  test('is read: addresses behind links, caches of other tables, parts in other formats', async () => {
    const found = await collect(
      documentOf([
        { name: 'word/document.xml', data: '<w:p><w:t>write us</w:t></w:p>' },
        {
          name: 'word/_rels/document.xml.rels',
          data: '<Relationships><Relationship Target="mailto:anna@fernpost-mail.com" TargetMode="External"/><Relationship Target="styles.xml"/></Relationships>',
        },
        { name: 'word/styles.xml', data: '<w:styles><w:t>Heading</w:t></w:styles>' },
        { name: 'word/afchunk.htm', data: '<p>chunk of html</p>' },
        { name: 'xl/pivotCache/pivotCacheRecords1.xml', data: '<r><s v="Ben Adler"/></r>' },
        { name: 'xl/externalLinks/externalLink1.xml', data: '<cell><v>Cleo Brandt</v></cell>' },
      ]),
      { name: 'letter.docx' },
    );
    expect(found.texts).toEqual(
      expect.arrayContaining([
        { place: '', line: 1, text: 'write us\n' },
        { place: 'links', line: 1, text: 'mailto:anna@fernpost-mail.com' },
        { place: 'letter.docx!/word/afchunk.htm', line: 1, text: ' chunk of html ' },
      ]),
    );
    expect(cellLines(found)).toEqual([
      'xl/pivotCache/pivotCacheRecords1.xml line 1 /r/s/@v = Ben Adler',
      'xl/externalLinks/externalLink1.xml line 1 /cell/v = Cleo Brandt',
    ]);
  });

  test('is read: headers, hints and names of a workbook', async () => {
    const found = await collect(
      officeOf({
        'xl/workbook.xml':
          '<workbook xmlns:r="x"><sheets><sheet name="Payroll of Ann Lee" r:id="r1"/></sheets><definedNames><definedName name="owner" comment="of all">"ann@example.org"</definedName></definedNames></workbook>',
        'xl/_rels/workbook.xml.rels':
          '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        'xl/worksheets/sheet1.xml':
          '<worksheet><sheetData><row><c t="inlineStr"><is><t>x</t></is></c></row></sheetData>' +
          '<dataValidations><dataValidation prompt="Ask Bob"><formula1>"Cleo,Dora"</formula1></dataValidation><dataValidation><formula1>$A$1</formula1></dataValidation></dataValidations>' +
          '<hyperlinks><hyperlink ref="A1" location="Sheet2!A1" tooltip="Eve"/></hyperlinks>' +
          '<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;12Prepared for Ann Lee &amp;&amp; Co&amp;RPage &amp;P</oddHeader><oddFooter>&amp;C453-83-1025</oddFooter></headerFooter></worksheet>',
      }),
      { name: 'a.xlsx' },
    );
    expect(found.texts).toEqual([
      {
        place: 'sheet Payroll of Ann Lee header',
        line: 1,
        text: 'Prepared for Ann Lee & Co\nPage\n453-83-1025',
      },
      { place: 'sheet Payroll of Ann Lee hints', line: 1, text: 'Ask Bob\nCleo,Dora\nSheet2!A1\nEve' },
      { place: 'names', line: 1, text: 'Payroll of Ann Lee\nowner of all\n"ann@example.org"' },
    ]);
  });

  test('is read: what pictures show, variables, and the query of a mail merge', async () => {
    const { texts } = await collect(
      documentOf([
        {
          name: 'word/document.xml',
          data: '<w:p><w:drawing><wp:docPr id="1" name="Picture 1" descr="Passport of Ann Lee"/></w:drawing><w:t>see above</w:t></w:p>',
        },
        {
          name: 'word/settings.xml',
          data: '<w:settings><w:mailMerge><w:query w:val="SELECT * FROM staff"/></w:mailMerge><w:rsid w:val="00123456"/><w:docVars><w:docVar w:name="client" w:val="Bob Ray"/></w:docVars></w:settings>',
        },
      ]),
      { name: 'letter.docx' },
    );
    expect(texts).toEqual([
      { place: '', line: 1, text: 'see above\n' },
      { place: 'descriptions', line: 1, text: 'Passport of Ann Lee' },
      { place: 'settings', line: 1, text: 'SELECT * FROM staff\nclient: Bob Ray' },
    ]);
    const odt = await collect(
      documentOf([
        {
          name: 'content.xml',
          data: '<text:p>a<draw:frame><svg:desc>Passport of Ann Lee</svg:desc></draw:frame>b</text:p>',
        },
      ]),
      { name: 'a.odt' },
    );
    expect(odt.texts.map(({ place, text }) => [place, text])).toEqual([
      ['', 'ab\n'],
      ['descriptions', 'Passport of Ann Lee'],
    ]);
  });

  test('that no reader fits is a gap', async () => {
    const found = await collect(
      documentOf([
        { name: 'word/document.xml', data: '' },
        { name: 'word/vbaProject.bin', data: '\0\x01\x02' },
      ]),
      { name: 'letter.docm' },
    );
    expect(found.gaps).toMatchObject([
      { reason: 'unsupported-format', place: 'letter.docm!/word/vbaProject.bin' },
    ]);
  });
});
