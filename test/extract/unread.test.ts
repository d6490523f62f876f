/** Formats without a reader: known by their first bytes, and gaps that name them. */
import { expect, test } from 'vitest';
import { collect } from './collect.ts';

const rest = Buffer.from(Array.from({ length: 200 }, (_, i) => (i * 37) % 256));

function bytesOf(signature: string, at = 0): Buffer {
  return Buffer.concat([Buffer.alloc(at), Buffer.from(signature, 'latin1'), rest]);
}

test.each([
  ['DuckDB', 'people.duckdb', bytesOf('DUCK', 8), 'duckdb', 'unsupported-format'],
  ['a log of DuckDB', 'people.duckdb.wal', bytesOf('\0'), 'database-log', 'unsupported-format'],
  ['a log of SQLite', 'mlflow.db-wal', bytesOf('\x37\x7f\x06\x82'), 'sqlite-log', 'unsupported-format'],
  [
    'a journal of SQLite',
    'a.db-journal',
    bytesOf('\xd9\xd5\x05\xf9\x20\xa1\x63\xd7'),
    'sqlite-log',
    'unsupported-format',
  ],
  [
    'SAS',
    'people.sas7bdat',
    bytesOf('\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92', 12),
    'sas7bdat',
    'unsupported-format',
  ],
  ['old Feather', 'people.feather', bytesOf('FEA1'), 'feather', 'unsupported-format'],
  ['cpio', 'backup.cpio', bytesOf('070701\0'), 'cpio', 'unsupported-format'],
  ['RAR', 'backup.rar', bytesOf('Rar!\x1a\x07\x01'), 'rar', 'unsupported-format'],
  ['Access', 'people.accdb', bytesOf('Standard ACE DB', 4), 'access', 'unsupported-format'],
  ['Outlook', 'mail.pst', bytesOf('!BDN'), 'outlook', 'unsupported-format'],
  ['OneNote', 'notes.one', bytesOf('\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d'), 'onenote', 'unsupported-format'],
  ['R', 'people.rda', bytesOf('RDX3\nX\n\0\0\0\x03'), 'rdata', 'unsupported-format'],
  ['a drawing', 'chart.emf', bytesOf(' EMF', 40), 'emf', 'no-text'],
  ['what only its name tells', 'people.tfrecord', bytesOf('\0'), 'tfrecord', 'unsupported-format'],
  ['an encrypted Parquet table', 'people.parquet', bytesOf('PARE'), 'parquet-encrypted', 'encrypted'],
  ['an encrypted file', 'people.csv.age', bytesOf('age-encryption.org/v1\n'), 'age', 'encrypted'],
  ['a FAISS index', 'index.faiss', bytesOf('IxF2'), 'faiss', 'no-text'],
])('%s is a gap by its name', async (_, name, bytes, format, reason) => {
  const found = await collect(bytes, { name });
  expect(found.formats[0]?.format).toBe(format);
  expect(found.gaps.map((gap) => gap.reason)).toEqual([reason]);
});

test('DuckDB, whose reader would have 70 MB, is to be exported as Parquet', async () => {
  const { gaps } = await collect(bytesOf('DUCK', 8), { name: 'people.duckdb' });
  expect(gaps[0]?.message).toContain("EXPORT DATABASE 'folder' (FORMAT parquet)");
});

test('a gap says what to do', async () => {
  const { gaps } = await collect(bytesOf('!BDN'), { name: 'mail.pst' });
  expect(gaps).toEqual([
    { reason: 'unsupported-format', message: 'Outlook data file: not read; export it as mbox or msg' },
  ]);
});

test('text is read whatever unread format its name or its first letters claim', async () => {
  for (const name of ['notes.lance', 'app.manifest', 'keys.crt', 'list.dbf', 'numbers.txt']) {
    const found = await collect('070701 is where the list of numbers begins\n', { name });
    expect(found.formats.map(({ format }) => format)).toEqual(['text']);
    expect(found.gaps).toEqual([]);
  }
});
