import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Budget } from '../../src/extract/budget.ts';
import { type OleStream, oleBytes, openOle } from '../../src/extract/ole.ts';
import { ContentError, type Context, type Input } from '../../src/extract/reader.ts';
import { EXTRACT_LIMITS } from '../../src/extract/segment.ts';

/** By LibreOffice. */
const WORKBOOK = readFileSync(new URL('../planted/fixtures/office.xls', import.meta.url));
const SECTOR = 512;

async function open(bytes: Buffer): Promise<readonly OleStream[]> {
  const input: Input = {
    name: 'a.xls',
    mediaType: null,
    label: 'a.xls',
    place: '',
    path: '',
    size: bytes.length,
    head: bytes.subarray(0, 16_384),
    depth: 0,
    unpacked: false,
    async *stream() {
      yield bytes;
    },
  };
  const context: Context = {
    budget: new Budget(EXTRACT_LIMITS),
    digests: [],
    over: () => false,
    ocr: undefined,
    signal: new AbortController().signal,
    async *member() {},
  };
  return (await openOle(input, context)).streams;
}

/** Where the first sector of the sector table stands, and which sector the stream of the workbook begins at. */
const TABLE = (WORKBOOK.readUInt32LE(76) + 1) * SECTOR;

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(WORKBOOK);
  change(bytes);
  return bytes;
}

test('streams have their paths, sizes and bytes, large and small ones', async () => {
  const streams = await open(WORKBOOK);
  expect(streams.map(({ path, size }) => [path, size])).toEqual([
    ['Workbook', 6374],
    ['CompObj', 73],
    ['Ole', 20],
    ['SummaryInformation', 172],
    ['DocumentSummaryInformation', 116],
  ]);
  for (const stream of streams) expect((await oleBytes(stream, 10_000)).length).toBe(stream.size);
  const [workbook, type] = streams as [OleStream, OleStream];
  // The first record of a workbook, and what a type stream names.
  expect((await oleBytes(workbook, 10_000)).readUInt16LE()).toBe(0x809);
  expect((await oleBytes(type, 10_000)).toString('latin1')).toContain('Biff8');
  await expect(oleBytes(workbook, 100)).rejects.toThrow('above 100 bytes');
});

test('a chain that runs in circles ends, and gives no more than there is', async () => {
  // Every sector goes on with itself.
  const circles = changed((bytes) => {
    for (let sector = 0; sector < 18; sector += 1) bytes.writeUInt32LE(sector, TABLE + 4 * sector);
  });
  const outcome = await open(circles)
    .then((streams) => Promise.all(streams.map((stream) => oleBytes(stream, 10_000_000))))
    .then((all) => all.map(({ length }) => length))
    .catch((error: unknown) => error);
  if (outcome instanceof ContentError) expect(outcome.reason).toBe('malformed');
  else expect(Math.max(...(outcome as number[]))).toBeLessThan(WORKBOOK.length);
});

test('streams that share their sectors give no more than a few times the file', async () => {
  const [first] = await open(WORKBOOK);
  let total = 0;
  const read = async (): Promise<void> => {
    for (let times = 0; times < 50; times += 1) {
      for await (const chunk of first?.stream() ?? []) total += chunk.length;
    }
  };
  await expect(read()).rejects.toThrow('overlap');
  expect(total).toBeLessThanOrEqual(4 * WORKBOOK.length);
});

test('cut or changed anywhere it ends in an error of content at most', async () => {
  const broken = [
    ...Array.from({ length: 40 }, (_, i) => WORKBOOK.subarray(0, i * 256)),
    ...Array.from({ length: 512 }, (_, at) =>
      changed((bytes) => bytes.fill(0xff - (bytes[at] ?? 0), at, at + 1)),
    ),
    ...Array.from({ length: 200 }, (_, i) =>
      changed((bytes) => bytes.writeUInt32LE(i % 25, TABLE + 4 * (i % 50))),
    ),
  ];
  for (const bytes of broken) {
    const streams = await open(bytes).catch((error: unknown) => {
      expect(error).toBeInstanceOf(ContentError);
      return [];
    });
    for (const stream of streams) {
      await oleBytes(stream, 1_000_000).catch((error: unknown) => expect(error).toBeInstanceOf(ContentError));
    }
  }
});
