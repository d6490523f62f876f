import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

const PAGE = `<!doctype html>
<html><body>
<p>Hello <b>An</b>n &amp; all
<a href="mailto:ann@example.org">write</a></p>
<table><tr><th>name</th><th>ssn</th></tr>
<tr><td>Ann</td><td>000</td></tr></table>
<input name="card" value="4000">
<!-- hidden -->
</body></html>`;

describe('HTML', () => {
  test('keeps the lines of its source, and joins what stands together', async () => {
    const { texts } = await collect(PAGE, { name: 'a.html' });
    const lines = texts.flatMap(({ line, text }) =>
      text.split('\n').map((part, i) => `${(line ?? 0) + i}: ${part}`),
    );
    const told = lines.map((line) => line.replaceAll(/ +/g, ' ').trim()).filter((line) => !/: ?$/.test(line));
    expect(told).toEqual([
      '1: !doctype html',
      '3: Hello Ann & all',
      '4: href="mailto:ann@example.org" write',
      '7: name="card" value="4000"',
      '8: hidden',
    ]);
  });

  test('has tables as rows under their headings', async () => {
    expect(cellLines(await collect(PAGE, { name: 'a.html' }))).toEqual([
      'table 1 row 1, column name = Ann',
      'table 1 row 1, column ssn = 000',
    ]);
  });

  test('is the same wherever the stream is cut', async () => {
    const whole = await collect(PAGE, { name: 'a.html' });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        async (cuts) => {
          expect(await collect(PAGE, { name: 'a.html', cuts })).toEqual(whole);
        },
      ),
      { seed: 7, numRuns: 20 },
    );
  });
});

const RECORDS = `<?xml version="1.0"?>
<people xmlns="urn:x">
  <person id="7"><name>Ann</name><birthDate value="1980-01-02"/><tel>1</tel><tel>2</tel></person>
  <person id="8"><name>Bob &lt;</name><note><![CDATA[a < b]]></note></person>
</people>`;

describe('XML', () => {
  test('has elements and attributes as cells under their paths, what comes again in rows of its own', async () => {
    const found = await collect(RECORDS, { name: 'a.xml' });
    expect(found.texts).toEqual([{ place: '', line: 2, text: '<people xmlns="urn:x">\n' }]);
    expect(found.cells).toEqual([
      { place: 'line 3 /people/person/@id', column: 'people.person.id', cell: '7' },
      { place: 'line 3 /people/person/name', column: 'people.person.name', cell: 'Ann' },
      { place: 'line 3 /people/person/birthDate', column: 'people.person.birthDate', cell: '1980-01-02' },
      { place: 'line 3 /people/person/tel', column: 'people.person.tel', cell: '1' },
      { place: 'line 3 /people/person/tel', column: '', cell: '2' },
      { place: 'line 4 /people/person/@id', column: 'people.person.id', cell: '8' },
      { place: 'line 4 /people/person/name', column: 'people.person.name', cell: 'Bob <' },
      { place: 'line 4 /people/person/note', column: 'people.person.note', cell: 'a < b' },
    ]);
  });

  test('has the value of an entry under its name where that is the name of a secret', async () => {
    const page =
      '<c><add key="SmtpPassword" value="a"/><add key="Colour" value="b"/>' +
      '<property><name>db.password</name><value>c</value></property><property><name>x</name><value>d</value></property></c>';
    const { cells } = await collect(page, { name: 'a.xml' });
    expect(cells.map(({ column, cell }) => `${column} = ${cell}`)).toEqual(
      expect.arrayContaining([
        'c.add.SmtpPassword = a',
        'c.add = b',
        'c.property.db.password = c',
        'c.property.value = d',
      ]),
    );
  });

  test('is the same wherever the stream is cut', async () => {
    const content = RECORDS.replace('Ann', 'A'.repeat(70_000));
    const whole = await collect(content, { name: 'a.xml' });
    expect(whole.texts[1]).toEqual({ place: '/people/person/name', line: null, text: 'A'.repeat(70_000) });
    for (const cut of [7, 1000, 65_536])
      expect(await collect(content, { name: 'a.xml', cuts: [cut] })).toEqual(whole);
  });
});

/** Signs where they may stand and where they may not, and tags that nobody closes. */
const TORN = `<?xml version="1.0"?><?style href="a>b"?><!DOCTYPE r><r><a q='<"1>' z = w y/><b>1 < 2 &amp;&#x41;&#66; &unknown;
<c>t<!-- one > -- two --></b></nobody><d><![CDATA[a ]] > <e>]]></d><f open="at the end`;

describe('XML that is not well-formed', () => {
  test('has all that is written in it', async () => {
    const { cells } = await collect(TORN, { name: 'a.xml' });
    expect(cells.map(({ place, cell }) => `${place.slice('line 1 '.length)} = ${cell}`)).toEqual([
      ' = ?style href="a>b"',
      '/r/a/@q = <"1>',
      '/r/a/@z = w',
      '/r/b/c = one > -- two',
      '/r/b = 1 < 2 &AB &unknown;',
      '/r/d = a ]] > <e>',
      '/r = <f open="at the end',
      // What its column has already stands at the end of the row.
      ' = !DOCTYPE r',
      '/r/b/c = t',
    ]);
  });

  test('is the same wherever the stream is cut', async () => {
    const whole = await collect(TORN, { name: 'a.xml' });
    for (const cut of [1, 2, 3, 5, 13])
      expect(await collect(TORN, { name: 'a.xml', cuts: [cut] })).toEqual(whole);
  });
});

describe('a mail message', () => {
  test('has header fields, bodies, and attachments as members', async () => {
    const mail = [
      'From: Ann Example <ann@example.org>',
      'Subject: =?utf-8?q?caf=C3=A9?=',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'see the list',
      '--b',
      'Content-Type: text/csv; name="list.csv"',
      'Content-Disposition: attachment; filename="list.csv"',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('name,email\nBob,bob@example.org\n').toString('base64'),
      '--b--',
      '',
    ].join('\r\n');
    const found = await collect(mail, { name: 'a.eml' });
    expect(cellLines(found)).toEqual(
      expect.arrayContaining([
        'header From = Ann Example <ann@example.org>',
        'header Subject = café',
        'a.eml!/list.csv row 1, column email = bob@example.org',
      ]),
    );
    expect(found.texts.map(({ place, text }) => [place, text.trim()])).toEqual([['body', 'see the list']]);
    expect(found.members.map(({ path }) => path)).toEqual(['list.csv']);
  });
});

describe('Markdown', () => {
  const content =
    '# Team\n\nHello\n\n| name | e\\|mail |\n|------|:-----:|\n| Ann | ann@example.org |\nBob | -\n\na | b\nend';

  test('is text in its lines, with tables as rows', async () => {
    const found = await collect(content, { name: 'a.md' });
    expect(found.texts).toEqual([
      { place: '', line: 1, text: '# Team\n\nHello\n\n' },
      { place: '', line: 9, text: '\na | b\nend' },
    ]);
    expect(cellLines(found)).toEqual([
      'table 1 row 1, column name = Ann',
      'table 1 row 1, column e|mail = ann@example.org',
      'table 1 row 2, column name = Bob',
      'table 1 row 2, column e|mail = -',
    ]);
  });

  test('is the same wherever the stream is cut', async () => {
    const whole = await collect(content, { name: 'a.md' });
    for (const cut of [1, 2, 7, 30])
      expect(await collect(content, { name: 'a.md', cuts: [cut] })).toEqual(whole);
  });
});
