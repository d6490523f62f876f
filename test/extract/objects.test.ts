/** What lies in an old Office file beside its text: files and documents put into it, properties, macros. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unpackVba } from '../../src/extract/vba.ts';
import { cellLines, collect } from './collect.ts';

/** By LibreOffice and npm's cfb (fixtures/objects.mjs). */
const DOCUMENT = readFileSync(new URL('./fixtures/documents/objects.doc', import.meta.url));

test('files that were put into a document are members, documents stand at places of their own', async () => {
  const found = await collect(DOCUMENT, { name: 'objects.doc' });
  expect(cellLines(found)).toEqual(
    expect.arrayContaining([
      'objects.doc!/people.csv row 1, column email = greta@fernpost-mail.com',
      'object 2 sheet office row 1, column name = Alma Abernethy',
      'property author = Dora Fenwick',
    ]),
  );
  expect(found.members.map(({ path, size }) => [path, size])).toEqual([['people.csv', 47]]);
  expect(found.gaps).toEqual([{ reason: 'unsupported-format', message: '1 embedded objects are not read' }]);
});

test('macros have their source code, which is never run', async () => {
  const { texts } = await collect(DOCUMENT, { name: 'objects.doc' });
  expect(texts.find(({ place }) => place === 'macro Module1')?.text).toBe(
    'Attribute VB_Name = "Module1"\nConst Password = "kP4-zz-81-Qw"\n',
  );
});

// [MS-OVBA] 3.2
test.each([
  ['0119b000616263646566676800696a6b6c6d6e6f7000717273747576 2e', 'abcdefghijklmnopqrstuv.'],
  [
    '012fb00023616161626364658266007061 6768696a013808616b6c00306d6e6f7006710270041072737475761077 78797a003c',
    '#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa',
  ],
  ['0103b002614500', 'a'.repeat(73)],
])('source code is unpacked as its specification shows (%#)', (packed, plain) => {
  expect(unpackVba(Buffer.from(packed.replaceAll(' ', ''), 'hex')).toString()).toBe(plain);
});

test('a document that needs a password says so, however its streams are written', async () => {
  const bytes = Buffer.from(DOCUMENT);
  const at = bytes.indexOf(Buffer.from('ObjectPool', 'utf16le'));
  const name = Buffer.from('ENCRYPTEDPACKAGE\0', 'utf16le');
  name.copy(bytes, at);
  bytes.writeUInt16LE(name.length, at + 64);
  // A stream instead of a storage.
  bytes[at + 66] = 2;
  const { gaps } = await collect(bytes, { name: 'objects.doc' });
  expect(gaps.map(({ reason }) => reason)).toEqual(['encrypted']);
});
