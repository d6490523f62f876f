/** Avro tables, written by Apache's own Python library (fixtures/writer.py). */
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

const CODECS = ['null', 'deflate', 'snappy', 'bzip2', 'zstandard'];

function read(codec: string): Buffer {
  return readFileSync(new URL(`./fixtures/tables/${codec}.avro`, import.meta.url));
}

test.each(CODECS)('compressed by %s it has all fields under their names', async (codec) => {
  const found = await collect(read(codec), { name: 'people.avro', cuts: [97] });
  expect(found.formats.map(({ format }) => format)).toEqual(['avro']);
  expect(cellLines(found).filter((line) => line.startsWith('row 2,'))).toEqual([
    'row 2, column name = Ann 1',
    'row 2, column email = ann1@example.org',
    'row 2, column born = 1980-02-03',
    'row 2, column seen = 2001-02-03T04:05:06.000Z',
    // More than a number can hold.
    'row 2, column card = 9007199254740994',
    'row 2, column owed = -12.50',
    'row 2, column kind = patient',
    'row 2, column home = {"city":"Zürich","past":["Bern","Basel"]}',
    'row 2, column notes = {"weight":61.5,"allergy":"nuts"}',
    expect.stringMatching(/^row 2, column friend = \{"name":"Ann 101".*"friend":null\}$/),
  ]);
  expect(found.cells.at(-1)?.place).toBe('row 40, column notes');
  expect(found.gaps).toEqual([{ reason: 'no-text', message: '41 binary values are not read' }]);
});

test.each(CODECS)('compressed by %s and cut short it keeps whole rows, and has a gap', async (codec) => {
  const bytes = read(codec);
  const whole = cellLines(await collect(bytes, { name: 'a.avro' }));
  const blocks = bytes.lastIndexOf('whereabouts-sync');
  for (let length = 20; length < bytes.length; length += 151) {
    const found = await collect(bytes.subarray(0, length), { name: 'a.avro' });
    expect(
      found.gaps.some(({ reason }) => reason === 'malformed'),
      `${length}`,
    ).toBe(true);
    expect(whole.slice(0, found.cells.length)).toEqual(cellLines(found));
    // All blocks are there, only the last mark is not.
    if (length >= blocks) expect(found.cells.length).toBe(whole.length);
  }
});

test('a damaged block costs its own rows alone', async () => {
  const bytes = read('deflate');
  const second = bytes.indexOf('whereabouts-sync', bytes.indexOf('whereabouts-sync') + 1) + 16;
  bytes.fill(0xff, second + 8, second + 20);
  const found = await collect(bytes, { name: 'a.avro' });
  expect(found.gaps.map(({ reason, message }) => [reason, message.slice(0, 14)])).toEqual([
    ['malformed', 'rows 11 to 20:'],
    ['no-text', expect.any(String)],
  ]);
  expect(found.cells.at(-1)?.place).toBe('row 40, column notes');
});

describe('a hostile table', () => {
  test.each([
    [
      'records of nothing, without end',
      { type: 'record', name: 'a', fields: [] },
      varint(2 ** 48),
      Buffer.alloc(0),
      [],
    ],
    [
      'lists of nothing, without end',
      record({ type: 'array', items: 'null' }),
      varint(1),
      Buffer.concat([varint(2 ** 48), varint(0)]),
      [],
    ],
    ['a record that holds itself', record('r'), varint(1), Buffer.alloc(0), ['malformed']],
    ['a text longer than the file', record('string'), varint(1), varint(2 ** 48), ['malformed']],
    ['a text of less than nothing', record('string'), varint(1), varint(-5), ['malformed']],
    ['a choice that is none', record(['null', 'string']), varint(1), varint(7), ['malformed']],
    ['a type that is none', record('nothing'), varint(1), Buffer.alloc(1), ['malformed']],
  ] as const)('of %s ends', async (_, schema, count, data, reasons) => {
    const found = await collect(avroOf(JSON.stringify(schema), count, data), { name: 'a.avro' });
    expect(found.gaps.map(({ reason }) => reason)).toEqual(reasons);
  });

  test('of records in records in records without a byte ends', async () => {
    const level = (n: number): object =>
      n === 0
        ? { type: 'record', name: 'r0', fields: [] }
        : {
            type: 'record',
            name: `r${n}`,
            fields: Array.from({ length: 30 }, (_, i) => ({
              name: `f${i}`,
              type: i === 0 ? level(n - 1) : `r${n - 1}`,
            })),
          };
    const found = await collect(avroOf(JSON.stringify(level(9)), varint(1), Buffer.alloc(0)), {
      name: 'a.avro',
    });
    expect(found.gaps.map(({ reason }) => reason)).toEqual(['malformed']);
  });

  test('whose block inflates without end is a gap', async () => {
    const bomb = deflateRawSync(Buffer.alloc(80 * 1024 ** 2));
    const found = await collect(avroOf(JSON.stringify(record('string')), varint(1), bomb, 'deflate'), {
      name: 'a.avro',
    });
    expect(found.gaps.map(({ reason }) => reason)).toEqual(['malformed']);
    const large = deflateRawSync(Buffer.alloc(20 * 1024 ** 2));
    const limited = await collect(avroOf(JSON.stringify(record('string')), varint(1), large, 'deflate'), {
      name: 'a.avro',
    });
    expect(limited.gaps.map(({ reason }) => reason)).toEqual(['archive-limit']);
  });

  test('compressed in an unknown way is a gap', async () => {
    const found = await collect(avroOf('"string"', varint(1), varint(0), 'brotli'), { name: 'a.avro' });
    expect(found.gaps.map(({ reason }) => reason)).toEqual(['unsupported-format']);
  });
});

function record(type: unknown): object {
  return { type: 'record', name: 'r', fields: [{ name: 'a', type }] };
}

/** One block after a header. */
function avroOf(schema: string, count: Buffer, data: Buffer, codec = 'null'): Buffer {
  const sync = Buffer.alloc(16, 7);
  const text = (value: string): Buffer =>
    Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]);
  const metadata = [text('avro.schema'), text(schema), text('avro.codec'), text(codec)];
  const header = [Buffer.from('Obj\x01'), varint(2), ...metadata, varint(0), sync];
  return Buffer.concat([...header, count, varint(data.length), data, sync]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value < 0 ? -value * 2 - 1 : value * 2;
  do {
    bytes.push((left % 128) + (left >= 128 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.from(bytes);
}
