/** Time per MB of every format, beside the plain read of the same bytes. Run: `node bench/extract.ts [MB]`. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { extract } from '../src/extract/index.ts';
import { EXTRACT_LIMITS } from '../src/extract/segment.ts';
import { zipOf } from '../test/extract/zip-fixture.ts';

const BYTES = Number(process.argv[2] ?? 32) * 1024 ** 2;
const RUNS = 3;
const CHUNK = 256 * 1024;

/** `line(i)` again and again up to `BYTES`. */
function fill(line: (i: number) => string, head = '', tail = ''): Buffer {
  const parts = [head];
  for (let i = 0, length = 0; length < BYTES; i += 1) {
    const text = line(i);
    parts.push(text);
    length += text.length;
  }
  return Buffer.from(parts.join('') + tail);
}

const person = (i: number): string =>
  `${i},Ann Example${i},ann${i}@example.org,+1 555 0${i % 10000},"Spring, ${i}",ordinary words`;
const object = (i: number): string =>
  `{"id":${i},"name":"Ann Example${i}","email":"ann${i}@example.org","tags":["a","b"],"address":{"city":"Spring","zip":"0${i}"}}`;

const csv = fill((i) => `${person(i)}\n`, 'id,name,email,phone,city,note\n');
const text = fill((i) => `Ordinary words of a line that says nothing much, number ${i}.\n`);

/** Rows of `csv`, for the formats whose files hold columns. */
const PEOPLE = Array.from({ length: Math.floor(BYTES / 90) }, (_, i) => i);

function parquet(): Buffer {
  const columnData = [
    { name: 'id', data: PEOPLE, type: 'INT32' as const },
    { name: 'name', data: PEOPLE.map((i) => `Ann Example${i}`), type: 'STRING' as const },
    { name: 'email', data: PEOPLE.map((i) => `ann${i}@example.org`), type: 'STRING' as const },
    { name: 'phone', data: PEOPLE.map((i) => `+1 555 0${i % 10000}`), type: 'STRING' as const },
    { name: 'city', data: PEOPLE.map((i) => `Spring, ${i}`), type: 'STRING' as const },
    { name: 'note', data: PEOPLE.map(() => 'ordinary words'), type: 'STRING' as const },
  ];
  return Buffer.from(parquetWriteBuffer({ columnData }));
}

function sqlite(): Buffer {
  const database = new Database(':memory:');
  database.exec('create table people (id integer primary key, name, email, phone, city, note)');
  const insert = database.prepare('insert into people values (?, ?, ?, ?, ?, ?)');
  database.transaction(() => {
    for (const i of PEOPLE) {
      insert.run(
        i,
        `Ann Example${i}`,
        `ann${i}@example.org`,
        `+1 555 0${i % 10000}`,
        `Spring, ${i}`,
        'ordinary words',
      );
    }
  })();
  return database.serialize();
}

function xlsx(): Buffer {
  const rows = PEOPLE.slice(0, PEOPLE.length / 4).map(
    (i) =>
      `<row><c><v>${i}</v></c><c t="inlineStr"><is><t>Ann Example${i}</t></is></c><c t="inlineStr"><is><t>ann${i}@example.org</t></is></c></row>`,
  );
  const parts = {
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': '<workbook><sheets><sheet name="People" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`,
  };
  return zipOf(Object.entries(parts).map(([name, part]) => ({ name, data: Buffer.from(part) })));
}

/** Pages of text that are not packed. */
function pdf(): Buffer {
  const pages = Math.min(500, Math.ceil(BYTES / 20_000));
  const objects: string[] = ['<</Type/Catalog/Pages 2 0 R>>', ''];
  const kids: string[] = [];
  for (let page = 0; page < pages; page += 1) {
    const lines = Array.from(
      { length: 60 },
      (_, i) => `(${person(page * 60 + i).replaceAll(/[()\\]/g, '')}) Tj T*`,
    );
    const content = `BT /F1 9 Tf 12 TL 20 780 Td ${lines.join('\n')} ET`;
    const first = objects.length + 1;
    kids.push(`${first} 0 R`);
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents ${first + 1} 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>`,
      `<</Length ${content.length}>>stream\n${content}\nendstream`,
    );
  }
  objects[1] = `<</Type/Pages/Count ${pages}/Kids[${kids.join(' ')}]>>`;
  const body = objects.map((object, i) => `${i + 1} 0 obj\n${object}\nendobj\n`).join('');
  return Buffer.from(`%PDF-1.4\n${body}trailer<</Root 1 0 R/Size ${objects.length + 1}>>\n%%EOF\n`, 'latin1');
}

const CONTENTS: Readonly<Record<string, Buffer>> = {
  'a.txt': text,
  'utf16.txt': Buffer.from(`\ufeff${text.toString('latin1')}`, 'utf16le').subarray(0, BYTES),
  'latin1.txt': Buffer.from(fill((i) => `Zoë in Köln, line ${i}\n`).toString(), 'latin1'),
  'a.csv': csv,
  'umlauts.csv': fill((i) => `${person(i).replace('Ann', 'Zoë')}\n`, 'id,name,email,phone,city,note\n'),
  'a.json': fill((i) => `${i === 0 ? '' : ','}${object(i)}`, '[', ']'),
  'a.jsonl': fill((i) => `${object(i)}\n`),
  'a.html': fill(
    (i) => `<tr><td>${i}</td><td>Ann</td><td>ann${i}@example.org</td></tr>\n`,
    '<table><tr><th>id</th><th>name</th><th>email</th></tr>',
    '</table>',
  ),
  'a.xml': fill(
    (i) => `<p id="${i}"><name>Ann</name><email>ann${i}@example.org</email></p>\n`,
    '<all>',
    '</all>',
  ),
  'a.ipynb': fill(
    (i) =>
      `${i === 0 ? '' : ','}{"cell_type":"code","source":["x = ${i}\\n"],"outputs":[{"output_type":"stream","text":["shown ${i}\\n"]}],"metadata":{}}`,
    '{"nbformat":4,"metadata":{},"cells":[',
    ']}',
  ),
  'a.txt.gz': gzipSync(text, { level: 1 }),
  'a.txt.zst': zstdCompressSync(text),
  'a.zip': zipOf([{ name: 'a.txt', data: text }]),
  'a.parquet': parquet(),
  'a.db': sqlite(),
  'a.xlsx': xlsx(),
  'a.pdf': pdf(),
};

async function seconds(name: string, bytes: Buffer): Promise<{ seconds: number; segments: number }> {
  const started = performance.now();
  let segments = 0;
  const source = {
    size: bytes.length,
    async *stream() {
      for (let start = 0; start < bytes.length; start += CHUNK) yield bytes.subarray(start, start + CHUNK);
    },
  };
  const hints = {
    name,
    mediaType: null,
    limits: EXTRACT_LIMITS,
    digests: [],
    signal: new AbortController().signal,
  };
  for await (const part of extract(source, hints)) if (part.type !== 'format') segments += 1;
  return { seconds: (performance.now() - started) / 1000, segments };
}

const small = Buffer.from('name,email\nAnn,ann@example.org\n');
console.log('format         plain MB   MB/s of plain bytes (median)');
for (const [name, bytes] of Object.entries(CONTENTS)) {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i += 1) times.push((await seconds(name, bytes)).seconds);
  const median = times.toSorted((a, b) => a - b)[RUNS >> 1] ?? 0;
  const plain = /gz|zst|zip/.test(name) ? text.length : bytes.length;
  console.log(
    `${name.padEnd(14)} ${(plain / 1e6).toFixed(1).padStart(8)} ${(plain / 1e6 / median).toFixed(1).padStart(8)}`,
  );
}
const started = performance.now();
for (let i = 0; i < 20_000; i += 1) await seconds('a.csv', small);
console.log(`small files: ${((performance.now() - started) / 20).toFixed(1)} us each`);
console.log(
  `peak RSS: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB (the contents themselves are held in memory)`,
);
