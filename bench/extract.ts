/** Time per MB of every format, beside the plain read of the same bytes. Run: `node bench/extract.ts [MB]`. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
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
