/** Arrow tables, written by Apache's own JavaScript library; by Arrow's C++ and polars in test/planted. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import {
  Binary,
  Bool,
  CompressionType,
  compressionRegistry,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  Float64,
  Int32,
  Int64,
  LargeUtf8,
  List,
  Null,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Struct,
  Table,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { beforeAll, describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

const NAMES = ['Ann', null, 'Zoë 中'];

function people(): Table {
  const home = new Struct([
    Field.new({ name: 'city', type: new Utf8() }),
    Field.new({ name: 'past', type: new List(Field.new({ name: 'item', type: new Utf8() })) }),
  ]);
  return new Table({
    name: vectorFromArray(NAMES, new Utf8()),
    email: vectorFromArray(['ann@example.org', 'bob@example.org', null], new LargeUtf8()),
    born: vectorFromArray([new Date('1980-02-03'), null, new Date('1999-12-31')], new DateDay()),
    seen: vectorFromArray([981_173_106_000, 0, null], new TimestampMicrosecond()),
    card: vectorFromArray([9_007_199_254_740_993n, 4_539_000_012_345_678n, -1n], new Int64()),
    weight: vectorFromArray([61.5, null, -0.25], new Float64()),
    member: vectorFromArray([true, false, null], new Bool()),
    city: vectorFromArray(['Bern', 'Zürich', 'Bern'], new Dictionary(new Utf8(), new Int32())),
    home: vectorFromArray([{ city: 'Bern', past: ['Basel', 'Chur'] }, null, { city: '', past: [] }], home),
    photo: vectorFromArray([new Uint8Array([0xff, 0xfe]), new Uint8Array([0x41]), null], new Binary()),
    nothing: vectorFromArray([null, null, null], new Null()),
  } satisfies Record<string, Vector>);
}

const LINES = [
  'row 1, column name = Ann',
  'row 1, column email = ann@example.org',
  'row 1, column born = 1980-02-03',
  'row 1, column seen = 2001-02-03T04:05:06.000Z',
  'row 1, column card = 9007199254740993',
  'row 1, column weight = 61.5',
  'row 1, column member = true',
  'row 1, column city = Bern',
  'row 1, column home = {"city":"Bern","past":["Basel","Chur"]}',
  'row 2, column email = bob@example.org',
  'row 2, column seen = 1970-01-01',
  'row 2, column card = 4539000012345678',
  'row 2, column member = false',
  'row 2, column city = Zürich',
  'row 2, column photo = A',
  'row 3, column name = Zoë 中',
  'row 3, column born = 1999-12-31',
  'row 3, column card = -1',
  'row 3, column weight = -0.25',
  'row 3, column city = Bern',
  'row 3, column home = {"city":"","past":[]}',
];

beforeAll(() => {
  compressionRegistry.set(CompressionType.ZSTD, {
    encode: (bytes) => zstdCompressSync(bytes),
    decode: (bytes) => zstdDecompressSync(bytes),
  });
});

function file(table: Table, options: object = {}): Buffer {
  return Buffer.from(RecordBatchFileWriter.writeAll(table, options as never).toUint8Array(true));
}

function stream(table: Table, options: object = {}): Buffer {
  return Buffer.from(RecordBatchStreamWriter.writeAll(table, options as never).toUint8Array(true));
}

/** The library writes packed lengths where the format wants the unpacked ones, which Zstandard's frames know. */
function lengthsCorrected(bytes: Buffer): Buffer {
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
  for (let at = bytes.indexOf(frame); at !== -1; at = bytes.indexOf(frame, at + 1)) {
    bytes.writeUIntLE(
      zstdDecompressSync(bytes.subarray(at, at + bytes.readUIntLE(at - 8, 6))).length,
      at - 8,
      6,
    );
  }
  return bytes;
}

test.each([
  ['a file', () => file(people()), 'people.feather'],
  ['a stream', () => stream(people()), 'data-00000-of-00001.arrow'],
  [
    'a stream by Zstandard',
    () => lengthsCorrected(stream(people(), { compressionType: CompressionType.ZSTD })),
    'people.arrows',
  ],
])('%s has all columns under their names', async (_, write, name) => {
  const bytes = write();
  const found = await collect(bytes, { name, cuts: [101] });
  expect(found.formats.map(({ format, note }) => [format, note])).toEqual([['arrow', undefined]]);
  expect(cellLines(found)).toEqual(LINES);
  expect(found.gaps).toEqual([{ reason: 'no-text', message: '1 binary values are not read' }]);
});

test('batches go on counting rows, and dictionaries may grow between them', async () => {
  const rows = Array.from({ length: 2500 }, (_, n) => `person ${n % 7}`);
  const table = new Table({ who: vectorFromArray(rows, new Dictionary(new Utf8(), new Int32())) });
  const halves = new Table([...table.slice(0, 1000).batches, ...table.slice(1000).batches]);
  const { cells, gaps } = await collect(stream(halves), { name: 'a.arrow' });
  expect(gaps).toEqual([]);
  expect(cells.map(({ cell }) => cell)).toEqual(rows);
  expect(cells.at(-1)?.place).toBe('row 2500, column who');
});

test('decimals and fixed bytes are read', async () => {
  const decimal = new Uint32Array([1250, 0, 0, 0, 0xffff_fb1e, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff]);
  const table = new Table({
    owed: vectorFromArray([decimal.subarray(0, 4), decimal.subarray(4)], new Decimal(2, 10, 128)),
    code: vectorFromArray([Buffer.from('AB'), Buffer.from('CD')], new FixedSizeBinary(2)),
  });
  expect(cellLines(await collect(stream(table), { name: 'a.arrow' }))).toEqual([
    'row 1, column owed = 12.50',
    'row 1, column code = AB',
    'row 2, column owed = -12.50',
    'row 2, column code = CD',
  ]);
});

test('a file cut short is read from its beginning', async () => {
  const table = new Table({ a: vectorFromArray(['x', 'y'], new Utf8()) });
  const bytes = stream(table);
  const file = Buffer.concat([Buffer.from('ARROW1\0\0'), bytes]);
  const found = await collect(file, { name: 'a.feather' });
  expect(cellLines(found)).toEqual(['row 1, column a = x', 'row 2, column a = y']);
  expect(found.gaps).toEqual([{ reason: 'malformed', message: 'the table is cut short' }]);
});

test('cut short anywhere it keeps whole batches, and has a gap', async () => {
  const table = people();
  const bytes = stream(new Table([...table.batches, ...table.batches]));
  const whole = cellLines(await collect(bytes, { name: 'a.arrow' }));
  expect(whole.length).toBe(2 * LINES.length);
  for (let length = 64; length < bytes.length - 8; length += 41) {
    const found = await collect(bytes.subarray(0, length), { name: 'a.arrow' });
    expect(whole.slice(0, found.cells.length)).toEqual(cellLines(found));
    if (found.cells.length < whole.length) expect(found.gaps.length, `${length}`).toBeGreaterThan(0);
  }
});

describe('a hostile table', () => {
  test('with any byte changed ends in gaps at most, and soon', async () => {
    const bytes = file(people());
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (at % 2 === 0 ? 0xff : 0x40);
      const { cells } = await collect(changed, { name: 'a.arrow' });
      expect(cells.length).toBeLessThan(1000);
    }
  });

  test('of rows that it does not have is a gap', async () => {
    const bytes = stream(new Table({ a: vectorFromArray(['x', 'y', 'z'], new Utf8()) }));
    // The number of rows stands in the batch, and again for its only column.
    const three = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]);
    for (let at = bytes.indexOf(three); at !== -1; at = bytes.indexOf(three, at + 1))
      bytes.writeUIntLE(2 ** 40, at, 6);
    const found = await collect(bytes, { name: 'a.arrow' });
    expect(found.gaps).toEqual([{ reason: 'malformed', message: 'it has fewer rows than it says' }]);
  });

  test('of nothing but nulls is read at once, however long it says it is', async () => {
    const bytes = stream(new Table({ a: vectorFromArray([null, null, null], new Null()) }));
    const three = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]);
    for (let at = bytes.indexOf(three); at !== -1; at = bytes.indexOf(three, at + 1))
      bytes.writeUIntLE(2 ** 40, at, 6);
    expect(await collect(bytes, { name: 'a.arrow' })).toMatchObject({ cells: [], gaps: [] });
  });

  test('whose rows all are the same long text stops at the bytes that may be unpacked', async () => {
    const rows = Array.from({ length: 5000 }, () => 'x'.repeat(10_000));
    const table = new Table({ a: vectorFromArray(rows, new Dictionary(new Utf8(), new Int32())) });
    const bytes = stream(table);
    expect(bytes.length).toBeLessThan(100_000);
    const found = await collect(bytes, { name: 'a.arrow', limits: { inflated: 5 * 1024 ** 2 } });
    expect(found.gaps.map(({ reason }) => reason)).toEqual(['archive-limit']);
    expect(found.cells.length).toBeGreaterThan(400);
  });
});
