/** GGUF and ONNX models, written by their own libraries (test/planted/writer) and by hand. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';

function planted(name: string): Buffer {
  return readFileSync(new URL(`../planted/fixtures/${name}`, import.meta.url));
}

test.each(['metadata.gguf', 'doc.onnx'])(
  '%s cut short keeps what came before, and has a gap',
  async (name) => {
    const bytes = planted(name);
    const whole = await collect(bytes, { name });
    const last = name.endsWith('gguf') ? bytes.indexOf('thistlewood') : bytes.length - 1;
    for (let length = 30; length < last; length += 61) {
      const found = await collect(bytes.subarray(0, length), { name });
      expect(
        found.gaps.map(({ reason }) => reason),
        `${length}`,
      ).toEqual(['malformed']);
      expect(whole.cells.slice(0, found.cells.length)).toEqual(found.cells);
    }
  },
);

test.each(['metadata.gguf', 'doc.onnx'])('%s with any byte changed ends in gaps at most', async (name) => {
  const bytes = planted(name);
  for (let at = 0; at < bytes.length; at += 3) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    await collect(changed, { name });
  }
});

describe('GGUF', () => {
  const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
  const u64 = (value: number | bigint): Buffer => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
  const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
  const model = (pairs: number, ...parts: readonly Buffer[]): Buffer =>
    Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0), u64(pairs), ...parts]);

  test('gives texts under their keys, and passes over vocabulary and numbers', async () => {
    const bytes = model(
      4,
      text('general.author'),
      u32(8),
      text('Ann Example'),
      text('tokenizer.ggml.tokens'),
      u32(9),
      u32(8),
      u64(2),
      text('<s>'),
      text('ann@example.org'),
      text('llama.rope.freqs'),
      u32(9),
      u32(6),
      u64(3),
      Buffer.alloc(12),
      text('general.tags'),
      u32(9),
      u32(8),
      u64(2),
      text('one'),
      text('two'),
    );
    const { cells, gaps } = await collect(bytes, { name: 'a.gguf', cuts: [5] });
    expect(cells).toEqual([
      { place: 'metadata general.author', column: 'general.author', cell: 'Ann Example' },
      { place: 'metadata general.tags[0]', column: 'general.tags', cell: 'one' },
      { place: 'metadata general.tags[1]', column: 'general.tags', cell: 'two' },
    ]);
    expect(gaps).toEqual([]);
  });

  test.each([
    ['pairs without end', model(2 ** 52)],
    ['a list of texts without end', model(1, text('a'), u32(9), u32(8), u64(2 ** 60))],
    ['a list of numbers without end', model(1, text('a'), u32(9), u32(4), u64(2 ** 60))],
    [
      'lists in lists in lists',
      model(1, text('a'), ...Array.from({ length: 50 }, () => Buffer.concat([u32(9), u64(1)]))),
    ],
    ['an unknown type', model(1, text('a'), u32(77))],
    ['a key without end', model(1, u64(2 ** 62))],
  ])('of %s is a gap', async (_, bytes) => {
    const found = await collect(bytes, { name: 'a.gguf' });
    expect(found.gaps.map(({ reason }) => reason)).toEqual([expect.stringMatching(/malformed|memory-limit/)]);
  });
});

describe('ONNX', () => {
  const field = (number: number, value: Buffer | string): Buffer => {
    const bytes = Buffer.from(value);
    const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
    const tag = number < 16 ? [number * 8 + 2] : [((number * 8 + 2) & 0x7f) | 0x80, (number * 8 + 2) >> 7];
    return Buffer.concat([Buffer.from([...tag, ...length]), bytes]);
  };
  const all = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);

  test('gives metadata, and the categories in its nodes, under the way to them', async () => {
    const attribute = all(field(1, 'cats_strings'), field(9, 'Ann Example'), field(9, 'Bob Example'));
    const node = all(field(4, 'OneHot'), field(5, attribute));
    const weights = all(field(8, 'w'), field(9, Buffer.alloc(100, 7)));
    const graph = all(field(1, node), field(5, weights));
    const property = all(field(1, 'author'), field(2, 'ann@example.org'));
    const bytes = all(Buffer.from([8, 7]), field(2, 'skl2onnx'), field(7, graph), field(14, property));
    const { cells, formats } = await collect(bytes, { name: 'a.onnx', cuts: [7] });
    expect(formats.map(({ format }) => format)).toEqual(['onnx']);
    expect(cells).toEqual([
      { place: 'graph node 1 attribute 1 strings 1', column: 'cats_strings', cell: 'Ann Example' },
      { place: 'graph node 1 attribute 1 strings 2', column: 'cats_strings', cell: 'Bob Example' },
      { place: 'metadata_props 1 value 1', column: 'author', cell: 'ann@example.org' },
    ]);
  });

  test('of graphs within graphs is a gap', async () => {
    let graph: Buffer = field(10, 'core');
    for (let depth = 0; depth < 20; depth += 1) graph = field(1, field(5, field(6, graph)));
    const found = await collect(all(Buffer.from([8, 7]), field(2, 'x'), field(7, graph)), { name: 'a.onnx' });
    expect(found.gaps[0]?.reason).toBe('malformed');
  });
});
