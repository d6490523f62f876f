/**
 * The Lance tables here and in `test/extract/fixtures/lance`, by npm's @lancedb/lancedb 0.37.1 and apache-arrow 18: `npm install` both somewhere else,
 * then `node lance.mjs` from there. Each table's one data file is kept; its name is random.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import * as arrow from 'apache-arrow';

const HERE = new URL('../fixtures/', import.meta.url).pathname;
const EXTRACT = new URL('../../extract/fixtures/lance/', import.meta.url).pathname;
const ROWS = 1100;

const people = JSON.parse(readFileSync(join(HERE, 'people.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'lance-'));
try {
  const rows = people.map((person, i) => ({
    ...person,
    vector: Array.from({ length: 4 }, (_, k) => (i + k) / 8),
    metadata: { source: `letters/${i}.txt`, page: i },
    tags: i % 3 === 2 ? [] : [`tag ${i}`, 'all'],
    note: i % 2 === 1 ? null : `note ${i}`,
  }));
  for (const [version, file] of [
    ['2.1', 'table.lance'],
    ['2.0', 'table-2.0.lance'],
    ['2.2', 'table-2.2.lance'],
  ])
    await write(rows, version, join(HERE, file));
  await write(rows, 'legacy', join(EXTRACT, 'legacy.lance'));
  for (const version of ['2.0', '2.1', '2.2'])
    await write(kinds(), version, join(EXTRACT, `kinds-${version}.lance`));
  await history(rows);
} finally {
  rmSync(folder, { recursive: true });
}

async function write(data, version, file) {
  const place = join(folder, file.replaceAll('/', '_'));
  const database = await connect(place);
  await database.createTable('t', data, { storageOptions: { new_table_data_storage_version: version } });
  const kept = join(place, 't.lance/data');
  copyFileSync(join(kept, readdirSync(kept)[0]), file);
}

/** What test/extract/lance.test.ts expects, so that the writer chooses each of its encodings. */
function kinds() {
  const text = (i) => `letter ${i % 97} to customer ${i % 89} about order ${i}`;
  const columns = {
    number: [new arrow.Int32(), (i) => (i % 9 === 0 ? null : (i * 7) % 1000)],
    large: [new arrow.Int64(), (i) => 4532015112830366n + BigInt(i)],
    run: [new arrow.Int32(), (i) => Math.floor(i / 100)],
    share: [
      new arrow.Float64(),
      (i) => i / 8,
      { 'lance-encoding:compression': 'zstd', 'lance-encoding:bss': 'on' },
    ],
    is: [new arrow.Bool(), (i) => i % 3 === 0],
    day: [new arrow.DateDay(), (i) => new Date(Date.UTC(1950, 0, 1 + i))],
    at: [new arrow.TimestampMillisecond(), (i) => Date.UTC(2026, 0, 1, i)],
    price: [new arrow.Decimal(2, 12), (i) => new Uint32Array([i * 100 + 25, 0, 0, 0])],
    letter: [new arrow.Utf8(), text],
    packed: [new arrow.Utf8(), text, { 'lance-encoding:compression': 'lz4' }],
    city: [new arrow.Utf8(), (i) => ['Bern', 'Zürich', '中', null][i % 4]],
    code: [new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()), (i) => `code ${i % 5}`],
    same: [new arrow.Utf8(), (i) => (i % 2 === 0 ? 'the same' : null)],
    none: [new arrow.Utf8(), () => null],
    page: [
      new arrow.Utf8(),
      (i) => (i % 500 === 0 ? `page ${i} `.repeat(900) : null),
      { 'lance-encoding:structural-encoding': 'fullzip', 'lance-encoding:compression': 'zstd' },
    ],
    bytes: [new arrow.Binary(), (i) => Buffer.from(i % 550 === 0 ? [0, 255] : [65 + (i % 26)])],
    tags: [list(new arrow.Utf8()), (i) => [null, [], [`tag ${i}`], [`tag ${i}`, null, 'all']][i % 4]],
    pairs: [list(list(new arrow.Int32())), (i) => (i % 2 === 0 ? [[i], [i, 1]] : [])],
    about: [struct(), (i) => (i % 5 === 0 ? null : { source: i % 2 === 0 ? `file ${i}` : null, page: i })],
  };
  const names = Object.keys(columns);
  const schema = new arrow.Schema(
    names.map(
      (name) =>
        new arrow.Field(name, columns[name][0], true, new Map(Object.entries(columns[name][2] ?? {}))),
    ),
  );
  const vectors = names.map((name) => [
    name,
    arrow.vectorFromArray(
      Array.from({ length: ROWS }, (_, i) => columns[name][1](i)),
      columns[name][0],
    ),
  ]);
  const { batches } = new arrow.Table(Object.fromEntries(vectors));
  return new arrow.Table(
    schema,
    batches.map(({ data }) => new arrow.RecordBatch(schema, data)),
  );
}

function list(type) {
  return new arrow.List(new arrow.Field('item', type, true));
}

function struct() {
  return new arrow.Struct([
    new arrow.Field('source', new arrow.Utf8(), true),
    new arrow.Field('page', new arrow.Int32(), true),
  ]);
}

/** A manifest, and the transaction that deleted somebody. */
async function history(rows) {
  const database = await connect(join(folder, 'history'));
  const table = await database.createTable('t', rows);
  await table.delete(`email = '${rows[0].email}'`);
  const kept = join(folder, 'history/t.lance');
  const [transaction] = readdirSync(join(kept, '_transactions')).filter((name) => name.startsWith('1-'));
  const [manifest] = readdirSync(join(kept, '_versions'))
    .filter((name) => name.endsWith('.manifest'))
    .sort();
  copyFileSync(join(kept, '_transactions', transaction), join(EXTRACT, 'delete.txn'));
  copyFileSync(join(kept, '_versions', manifest), join(EXTRACT, 'deleted.manifest'));
}
