/** Old Excel workbooks, written by Spreadsheet::WriteExcel (fixtures/writer.pl). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

const BOOK = readFileSync(new URL('./fixtures/tables/book.xls', import.meta.url));

/** The fixture with the first record of type `from` turned into one of type `to`. */
function retyped(from: number, to: number): Buffer {
  const bytes = Buffer.from(BOOK);
  // The workbook's stream begins at the first sector after the header.
  let at = bytes.indexOf(Buffer.from([0x09, 0x08, 0x10, 0x00]));
  while (bytes.readUInt16LE(at) !== from) at += 4 + bytes.readUInt16LE(at + 2);
  bytes.writeUInt16LE(to, at);
  return bytes;
}

test('every sheet has its rows under their names: text of any script, dates, values of formulas, hidden sheets', async () => {
  const found = await collect(BOOK, { name: 'book.xls', cuts: [777] });
  expect(found.formats.map(({ format }) => format)).toEqual(['ole']);
  expect(found.gaps).toEqual([]);
  expect(cellLines(found).slice(0, 6)).toEqual([
    'sheet People row 1, column name = Zoë 中文',
    'sheet People row 1, column email = zoe@example.org',
    'sheet People row 1, column born = 1980-02-03 12:00:00',
    'sheet People row 1, column card = 4539000012345678',
    'sheet People row 1, column total = 2.5',
    'sheet People row 2, column name = Ann',
  ]);
  expect(await collect(BOOK, { name: 'book.xls', ranged: true })).toEqual(found);
});

test('strings that go on in the next record are whole, narrow and wide ones', async () => {
  const { cells } = await collect(BOOK, { name: 'book.xls' });
  const hidden = cells.filter(({ place }) => place.startsWith('sheet Hid中en'));
  expect(hidden.map(({ cell }) => cell)).toEqual(
    Array.from({ length: 121 }, (_, i) => `${(i % 2 ? 'ä' : '中').repeat(97)} ${i}`),
  );
});

test('notes and what is printed on each page are text of their sheet', async () => {
  const { texts } = await collect(BOOK, { name: 'book.xls' });
  expect(texts).toEqual([
    { place: 'sheet People header', line: null, text: 'for Ann Example' },
    { place: 'sheet People notes', line: null, text: 'call ann@example.org first' },
  ]);
});

test('a workbook that needs a password, and one before Excel 97, are gaps', async () => {
  // CODEPAGE and BOF stand in clear in front of everything.
  const locked = await collect(retyped(0x42, 0x2f), { name: 'a.xls' });
  expect(locked.gaps.map(({ reason }) => reason)).toEqual(['encrypted']);
  const old = Buffer.from(BOOK);
  old.writeUInt16LE(0x500, old.indexOf(Buffer.from([0x09, 0x08, 0x10, 0x00])) + 4);
  expect((await collect(old, { name: 'a.xls' })).gaps.map(({ reason }) => reason)).toEqual([
    'unsupported-format',
  ]);
});

test('a compound file of another kind is a gap', async () => {
  const other = Buffer.from(BOOK);
  const at = other.indexOf(Buffer.from('Workbook', 'utf16le'));
  other.write('Otherone', at, 'utf16le');
  const found = await collect(other, { name: 'a.xls' });
  expect(found.gaps.map(({ reason }) => reason)).toEqual(['unsupported-format']);
});

test('cut short anywhere it keeps what could be read, and never looks whole', async () => {
  const whole = cellLines(await collect(BOOK, { name: 'a.xls' }));
  for (let length = 512; length < BOOK.length; length += 512) {
    const found = await collect(BOOK.subarray(0, length), { name: 'a.xls' });
    const lines = cellLines(found);
    if (lines.length < whole.length) expect(found.gaps.length, `${length} bytes`).toBeGreaterThan(0);
    expect(whole.slice(0, lines.length)).toEqual(lines);
  }
});

test('cells that all hold the same long string stop at the ratio', async () => {
  const found = await collect(manyTimes('x'.repeat(30_000), 6000), { name: 'a.xls' });
  expect(found.gaps.map(({ reason }) => reason)).toEqual(['archive-limit']);
});

/** A workbook of one shared string in so many cells, made from the fixture's first bytes as one stream in plain order. */
function manyTimes(text: string, cells: number): Buffer {
  const record = (type: number, data: Buffer): Buffer => {
    const header = Buffer.alloc(4);
    header.writeUInt16LE(type);
    header.writeUInt16LE(data.length, 2);
    return Buffer.concat([header, data]);
  };
  const start = (kind: number): Buffer => record(0x809, Buffer.from([0, 6, kind, 0, 0, 0, 0, 0]));
  const strings = Buffer.alloc(11 + 8000);
  strings.writeUInt32LE(1, 4);
  strings.writeUInt16LE(text.length, 8);
  strings.write(text.slice(0, 8000), 11);
  const more = [1, 2, 3].map((n) => record(0x3c, Buffer.from(`\0${text.slice(8000 * n, 8000 * (n + 1))}`)));
  const row = Array.from({ length: cells }, (_, n) => {
    const cell = Buffer.alloc(10);
    cell.writeUInt16LE(n >> 8);
    cell.writeUInt16LE(n & 0xff, 2);
    return record(0xfd, cell);
  });
  const end = record(0x0a, Buffer.alloc(0));
  const stream = Buffer.concat([start(5), record(0xfc, strings), ...more, end, start(0x10), ...row, end]);
  return compound(stream);
}

/** A compound file of one stream, `Workbook`. */
function compound(stream: Buffer): Buffer {
  const sectors = Math.ceil(stream.length / 512);
  const tables = Math.ceil((sectors + 2) / 127);
  const file = Buffer.alloc(512 * (1 + tables + 1 + sectors), 0xff);
  file.fill(0, 0, 76);
  file.write('d0cf11e0a1b11ae1', 'hex');
  for (const [at, value] of [
    [24, 0x3e],
    [26, 3],
    [28, 0xfffe],
    [30, 9],
    [32, 6],
    [44, tables],
    [48, tables],
    [56, 4096],
    [60, 0xfffffffe],
    [68, 0xfffffffe],
  ] as const)
    file.writeUInt32LE(value, at);
  file.writeUInt16LE(3, 26);
  file.writeUInt16LE(0xfffe, 28);
  file.writeUInt16LE(9, 30);
  for (let n = 0; n < tables; n += 1) file.writeUInt32LE(n, 76 + 4 * n);
  for (let n = 0; n < sectors; n += 1) {
    const sector = tables + 1 + n;
    file.writeUInt32LE(n + 1 < sectors ? sector + 1 : 0xfffffffe, 512 + 4 * sector);
  }
  file.writeUInt32LE(0xfffffffe, 512 + 4 * tables);
  const directory = 512 * (1 + tables);
  file.fill(0, directory, directory + 512);
  for (const [n, [name, type, child, first, size]] of (
    [
      ['Root Entry', 5, 1, 0xfffffffe, 0],
      ['Workbook', 2, 0xffffffff, tables + 1, stream.length],
    ] as const
  ).entries()) {
    const at = directory + 128 * n;
    file.write(name, at, 'utf16le');
    file.writeUInt16LE(2 * name.length + 2, at + 64);
    file[at + 66] = type;
    file.writeUInt32LE(0xffffffff, at + 68);
    file.writeUInt32LE(0xffffffff, at + 72);
    file.writeUInt32LE(child, at + 76);
    file.writeUInt32LE(first, at + 116);
    file.writeUInt32LE(size, at + 120);
  }
  stream.copy(file, directory + 512);
  return file;
}
