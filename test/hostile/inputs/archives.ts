/** Archives that explode, lie, overlap, nest or lead outside: numbers 1 to 5. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { tar } from '../../../fixtures/estate-parts/archives.ts';
import { zip64Of, zipOf } from '../../extract/zip-fixture.ts';
import { type HostileInput, MiB, PEOPLE } from './input.ts';
import { quineGzip, quineZip } from './quines.ts';

const PEOPLE_FILE = { name: 'people.csv', data: Buffer.from(PEOPLE) };
const zeros = Buffer.alloc(64 * MiB);
const bomb = { name: 'zeros.txt', data: zeros };

export const ARCHIVES: readonly HostileInput[] = [
  {
    number: 1,
    name: 'bomb.zip',
    content: zipOf([bomb, PEOPLE_FILE]),
    reasons: ['archive-limit'],
    found: true,
  },
  { number: 1, name: 'bomb.gz', content: gzipSync(zeros), reasons: ['archive-limit'], found: false },
  {
    number: 1,
    name: 'bomb.csv.zst',
    content: zstdCompressSync(zeros),
    reasons: ['archive-limit'],
    found: false,
  },
  ...['bomb.bz2', 'bomb.xz', 'bomb.lz4', 'bomb.7z'].map((name) => ({
    number: 1,
    name,
    content: packedBomb(name),
    reasons: ['archive-limit'],
    found: false,
  })),
  { number: 1, name: 'nested-bomb.zip', content: nestedBomb(), reasons: ['archive-limit'], found: true },
  {
    number: 2,
    name: 'overlap.zip',
    content: zipOf([{ name: 'k', data: Buffer.alloc(MiB) }, ...overlaps(50)]),
    reasons: ['malformed'],
    found: false,
  },
  {
    number: 3,
    name: 'lying-sizes.zip',
    content: zipOf([
      { ...PEOPLE_FILE, size: 5 },
      { ...PEOPLE_FILE, name: 'large.csv', size: 3 * 1024 ** 3 },
    ]),
    reasons: [],
    found: true,
  },
  {
    number: 3,
    name: 'checksum.zip',
    content: zipOf([{ ...PEOPLE_FILE, crc: 7 }]),
    reasons: ['malformed'],
    found: true,
  },
  {
    number: 3,
    name: 'encrypted-member.zip',
    content: zipOf([{ name: 'secret.txt', data: Buffer.from('?'), encrypted: true }, PEOPLE_FILE]),
    reasons: ['encrypted'],
    found: true,
  },
  {
    number: 3,
    name: 'cut.zip',
    content: zipOf([PEOPLE_FILE, PEOPLE_FILE]).subarray(0, -30),
    reasons: ['malformed'],
    found: false,
  },
  {
    number: 3,
    name: 'same-names.zip',
    content: zipOf([PEOPLE_FILE, { ...PEOPLE_FILE, data: Buffer.from('other') }]),
    reasons: [],
    found: true,
  },
  {
    number: 3,
    name: 'prepended.zip',
    content: Buffer.concat([Buffer.from('#!/bin/sh\n'.repeat(50)), zipOf([PEOPLE_FILE])]),
    reasons: ['unsupported-format'],
    found: false,
  },
  {
    number: 3,
    name: 'many-members.zip',
    content: manyMembers(20_000),
    reasons: ['archive-limit'],
    found: false,
  },
  {
    number: 4,
    name: 'traversal.zip',
    content: zipOf(
      ['../../../planted.csv', '/planted.csv', 'C:\\planted.csv'].map((name) => ({ ...PEOPLE_FILE, name })),
    ),
    reasons: [],
    found: true,
  },
  {
    number: 4,
    name: 'traversal.tar',
    content: tar([{ path: '../../../planted.csv', bytes: PEOPLE_FILE.data }]),
    reasons: [],
    found: true,
  },
  { number: 4, name: 'links.tar', content: linksTar(), reasons: [], found: true },
  { number: 4, name: 'pax-size.tar', content: paxTar(), reasons: [], found: true },
  {
    number: 3,
    name: 'zip64.zip',
    content: zip64Of('people.csv', PEOPLE_FILE.data),
    reasons: [],
    found: true,
  },
  {
    number: 3,
    name: 'zip64-lies.zip',
    content: zip64Of('people.csv', PEOPLE_FILE.data, { size: 2 ** 52 }),
    reasons: [],
    found: true,
  },
  { number: 5, name: 'deep.gz', content: nestedGzip(8), reasons: ['archive-limit'], found: false },
  { number: 5, name: 'quine.gz', content: quineGzip(), reasons: ['archive-limit'], found: false },
  {
    number: 5,
    name: 'droste.zip',
    content: quineZip('droste.zip'),
    reasons: ['archive-limit'],
    found: false,
  },
  {
    number: 5,
    name: 'recursive.docx',
    content: quineZip('word/embeddings/o.docx', {
      '[Content_Types].xml': '<Types/>',
      'word/document.xml': '<w:document/>',
    }),
    reasons: ['archive-limit'],
    found: false,
  },
];

/** 64 MiB of zeros, by programs that Node has not (test/extract/fixtures/writer.py). */
function packedBomb(name: string): Buffer {
  const folder = name.endsWith('.7z') ? '7z' : 'compressed';
  return readFileSync(join(import.meta.dirname, '../../extract/fixtures', folder, name));
}

/** Ten archives in each of ten in each of ten, all of zeros; people in the outermost. */
function nestedBomb(): Buffer {
  let inner = zipOf([{ name: 'zeros', data: Buffer.alloc(16 * MiB) }]);
  for (let level = 0; level < 3; level += 1) {
    inner = zipOf(Array.from({ length: 10 }, (_, n) => ({ name: `${n}.zip`, data: inner })));
  }
  return zipOf([PEOPLE_FILE, { name: 'inner.zip', data: inner }]);
}

function overlaps(count: number) {
  return Array.from({ length: count }, () => ({ name: 'k', data: Buffer.alloc(MiB), at: 0 }));
}

/** Empty ones, so that the archive stays small. */
function manyMembers(count: number): Buffer {
  return zipOf(
    Array.from({ length: count }, (_, n) => ({ name: `${n}`, data: Buffer.alloc(0), stored: true })),
  );
}

function nestedGzip(levels: number): Buffer {
  let bytes: Buffer = Buffer.from(PEOPLE);
  for (let level = 0; level < levels; level += 1) bytes = gzipSync(bytes);
  return bytes;
}

/** An extended header that says that the next member has more bytes than any file. */
function paxTar(): Buffer {
  const size = 'size=99999999999999999999';
  const record = `${size.length + 4} ${size}\n`;
  const pax = Buffer.from(tar([{ path: 'pax', bytes: Buffer.from(record) }])).subarray(0, 1024);
  pax.write('x', 156);
  const sum = pax
    .subarray(0, 512)
    .fill(' ', 148, 156)
    .reduce((total, byte) => total + byte, 0);
  pax.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([pax, tar([{ path: 'people.csv', bytes: PEOPLE_FILE.data }])]);
}

/** Links to the password file, hard and symbolic, devices and a pipe, then a regular file. */
function linksTar(): Buffer {
  const headers = ['1', '2', '3', '4', '6'].map((type) => {
    const header = Buffer.from(tar([{ path: `type-${type}`, bytes: Buffer.alloc(0) }])).subarray(0, 512);
    header.write(type, 156);
    header.write('/etc/passwd', 157);
    header.write('        ', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return header;
  });
  const file = tar([{ path: 'people.csv', bytes: PEOPLE_FILE.data }]);
  return Buffer.concat([...headers, file]);
}
