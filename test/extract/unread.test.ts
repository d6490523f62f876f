/** Formats without a reader: known by their first bytes, and gaps that name them. */
import { expect, test } from 'vitest';
import { collect } from './collect.ts';

const rest = Buffer.from(Array.from({ length: 200 }, (_, i) => (i * 37) % 256));

function bytesOf(signature: string, at = 0): Buffer {
  return Buffer.concat([Buffer.alloc(at), Buffer.from(signature, 'latin1'), rest]);
}

test.each([
  ['DuckDB', 'people.duckdb', bytesOf('DUCK', 8), 'duckdb', 'unsupported-format'],
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
  ['a FAISS index', 'index.faiss', bytesOf('IxF2'), 'faiss', 'no-text'],
])('%s is a gap by its name', async (_, name, bytes, format, reason) => {
  const found = await collect(bytes, { name });
  expect(found.formats[0]?.format).toBe(format);
  expect(found.gaps.map((gap) => gap.reason)).toEqual([reason]);
});
