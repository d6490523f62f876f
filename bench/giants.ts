/**
 * Memory and time of a scan of giants: a 5 GB csv, 2 GB of JSON on one line, an xlsx whose sheet unpacks to 1 GB, a 3 GB zip.
 * `node bench/giants.ts [SHARE]`: a share of 0.1 makes and scans a tenth of each. Needs some 11 GB of disk, which it frees again.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32, createDeflateRaw } from 'node:zlib';
import { CLI, inMegabytes, inSeconds, measure, printTable } from './measure.ts';

const SHARE = Number(process.argv[2] ?? 1);
const GB = 1e9 * SHARE;
const TARGET = 512 * 1024 ** 2;
const BLOCK = 4e6;

/** Text of about BLOCK bytes, another for every `seed`; numbers are spread so that it does not pack to nothing. */
function blockOf(seed: number, line: (n: number) => string): Buffer {
  const parts: string[] = [];
  let state = seed * 2_654_435_761;
  for (let length = 0; length < BLOCK; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const text = line(state);
    parts.push(text);
    length += text.length;
  }
  return Buffer.from(parts.join(''));
}

const person = (n: number): string =>
  `${n},Ann Example${n % 9973},ann${n % 99_991}@example.org,"Spring ${n % 613}",some words about number ${n % 7}\n`;
const record = (n: number): string =>
  `,{"id":${n},"name":"Ann Example${n % 9973}","email":"ann${n % 99_991}@example.org","note":"words and ${n}"}`;
const row = (n: number): string =>
  `<row><c t="inlineStr"><is><t>Ann Example${n}</t></is></c><c t="inlineStr"><is><t>ann${n}@example.org</t></is></c><c><v>${n}</v></c></row>`;

/** A file of `head`, blocks up to `bytes`, and `tail`. */
function writeBlocks(
  path: string,
  bytes: number,
  {
    head,
    line,
    tail = '',
  }: { readonly head: string; readonly line: (n: number) => string; readonly tail?: string },
): void {
  const file = openSync(path, 'w');
  writeSync(file, head);
  // Sixteen blocks in turn: making all of them anew would take longer than the scan.
  const blocks = Array.from({ length: 16 }, (_, i) => blockOf(i + 1, line));
  for (let at = head.length, i = 0; at < bytes; i += 1) {
    const block = blocks[i % blocks.length] ?? Buffer.alloc(0);
    writeSync(file, block);
    at += block.length;
  }
  writeSync(file, tail);
  closeSync(file);
}

interface Member {
  readonly name: string;
  readonly deflate: boolean;
  readonly chunks: () => Iterable<Buffer>;
}

/** A zip written as a stream: sizes stand behind the data and in the directory. */
async function writeZip(path: string, members: readonly Member[]): Promise<void> {
  const file = openSync(path, 'w');
  const directory: Buffer[] = [];
  let at = 0;
  const put = (bytes: Buffer) => {
    at += writeSync(file, bytes);
  };
  for (const { name, deflate, chunks } of members) {
    const start = at;
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(8, 2);
    header.writeUInt16LE(deflate ? 8 : 0, 4);
    header.writeUInt16LE(name.length, 22);
    put(Buffer.concat([Buffer.from('PK\x03\x04'), header, Buffer.from(name)]));
    const from = at;
    let size = 0;
    let sum = 0;
    const counted = function* () {
      for (const chunk of chunks()) {
        size += chunk.length;
        sum = crc32(chunk, sum);
        yield chunk;
      }
    };
    if (deflate) await pump(counted(), put);
    else for (const chunk of counted()) put(chunk);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(sum, 0);
    sizes.writeUInt32LE(at - from, 4);
    sizes.writeUInt32LE(size, 8);
    put(Buffer.concat([Buffer.from('PK\x07\x08'), sizes]));
    sizes.copy(header, 10);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(start, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), header, tail, Buffer.from(name)]));
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(at, 12);
  put(Buffer.concat([entries, Buffer.from('PK\x05\x06'), end]));
  closeSync(file);
}

async function pump(chunks: Iterable<Buffer>, put: (bytes: Buffer) => void): Promise<void> {
  const packer = createDeflateRaw({ level: 1 });
  packer.on('data', put);
  for (const chunk of chunks) await new Promise((resolve) => packer.write(chunk, resolve));
  const ended = new Promise((resolve) => packer.once('end', resolve));
  packer.end();
  await ended;
}

function* sheet(bytes: number): Generator<Buffer> {
  yield Buffer.from('<worksheet><sheetData>');
  for (let at = 0, i = 1; at < bytes; i += 1) {
    const block = blockOf(i, row);
    at += block.length;
    yield block;
  }
  yield Buffer.from('</sheetData></worksheet>');
}

const part = (name: string, text: string): Member => ({
  name,
  deflate: true,
  chunks: () => [Buffer.from(text)],
});

const MAKERS: Readonly<Record<string, (path: string) => void | Promise<void>>> = {
  '5gb.csv': (path) => writeBlocks(path, 5 * GB, { head: 'id,name,email,city,note\n', line: person }),
  '2gb.json': (path) => writeBlocks(path, 2 * GB, { head: '[{"id":0}', line: record, tail: ']' }),
  'sheet.xlsx': (path) =>
    writeZip(path, [
      part('[Content_Types].xml', '<Types/>'),
      part('xl/workbook.xml', '<workbook><sheets><sheet name="People" r:id="r1"/></sheets></workbook>'),
      part(
        'xl/_rels/workbook.xml.rels',
        '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      ),
      { name: 'xl/worksheets/sheet1.xml', deflate: true, chunks: () => sheet(GB) },
    ]),
  '3gb.zip': (path) => {
    const blocks = Array.from({ length: 16 }, (_, i) => blockOf(i + 1, person));
    const members = Array.from({ length: Math.ceil((3 * GB) / (10 * BLOCK)) }, (_, n) => ({
      name: `${n}.csv`,
      deflate: false,
      chunks: () => Array.from({ length: 10 }, (__, i) => blocks[(n + i) % 16] ?? Buffer.alloc(0)),
    }));
    return writeZip(path, members);
  },
};

/** `full`, and of what was sampled the share that was read: of the files and of what is inside of them. */
function coverageOf(inventory: string): string {
  const db = new DatabaseSync(inventory, { readOnly: true });
  try {
    const read = db.prepare(`
      select distinct coverage || coalesce(' ' || round(100 * read_share) || ' %', '') as coverage
      from assets order by 1`);
    return read
      .all()
      .map((row) => row.coverage)
      .join(', ');
  } finally {
    db.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'whereabouts-giants-'));
try {
  const rows: (readonly string[])[] = [['', 'size', 'wall', 'peak RSS', 'target', 'read']];
  const scan = async (name: string, what: string, bytes: number) => {
    const inventory = join(folder, `${name}.db`);
    const command = [process.execPath, CLI, 'scan', what, '--quiet', '--inventory', inventory];
    const { seconds, peakBytes } = await measure(command, { accept: [3] });
    const verdict = peakBytes < TARGET ? 'met' : 'MISSED';
    rows.push([
      name,
      inMegabytes(bytes),
      inSeconds(seconds),
      inMegabytes(peakBytes),
      `< 537 MB: ${verdict}`,
      coverageOf(inventory),
    ]);
    console.error(rows.at(-1)?.join('  '));
  };
  let total = 0;
  const all = join(folder, 'all');
  for (const [name, make] of Object.entries(MAKERS)) {
    const own = join(all, name);
    mkdirSync(own, { recursive: true });
    await make(join(own, name));
    const { size } = statSync(join(own, name));
    total += size;
    await scan(name, own, size);
  }
  await scan('all of them', all, total);
  printTable(`giants${SHARE === 1 ? '' : `, ${SHARE} of each`}`, rows);
} finally {
  rmSync(folder, { recursive: true });
}
