/** Archives that hold themselves: they really do, and reading them ends. */
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { EXTRACT_LIMITS } from '../../src/extract/segment.ts';
import { collect } from '../extract/collect.ts';
import { quineGzip, quineZip } from './inputs/quines.ts';

/** The member of a zip, its checksum checked by yauzl. */
async function memberOf(zip: Buffer, name: string): Promise<Buffer> {
  const archive = await fromBufferPromise(zip, { lazyEntries: true });
  for await (const entry of archive.eachEntry()) {
    if (entry.fileName === name) return buffer(await archive.openReadStreamPromise(entry));
  }
  throw new Error('no such member');
}

describe('an archive in itself', () => {
  test('of gzip unpacks to itself', () => {
    // Zlib checks the checksum and the length that the file states of itself.
    expect(gunzipSync(quineGzip()).equals(quineGzip())).toBe(true);
  });

  test.each([
    ['droste.zip', {}],
    ['o.docx', { 'word/document.xml': '<w:document/>' }],
  ])('of zip holds itself as %s', async (name, siblings) => {
    const zip = quineZip(name, siblings);
    expect((await memberOf(zip, name)).equals(zip)).toBe(true);
  });

  test.each([
    ['quine.gz', quineGzip()],
    ['droste.zip', quineZip('droste.zip')],
  ])('is unpacked to its depth, and once is said why no deeper: %s', async (name, bytes) => {
    const found = await collect(bytes, { name });
    expect(found.gaps.map(({ reason }) => reason)).toEqual(['archive-limit']);
    expect(found.members.map(({ path }) => path.split('!/').length).sort()).toEqual(
      Array.from({ length: EXTRACT_LIMITS.depth }, (_, level) => level + 1),
    );
    expect(new Set(found.members.map(({ size }) => size))).toEqual(new Set([bytes.length]));
    expect(found.texts).toEqual([]);
  });
});
