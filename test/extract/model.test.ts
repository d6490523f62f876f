import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { zipOf } from './zip-fixture.ts';

/** `{'who': 'Ann', 'w': b'\xff\x00'}` as protocol 4 writes it. */
const PICKLE = Buffer.from(
  '\x80\x04\x95\x1b\0\0\0\0\0\0\0}\x94(\x8c\x03who\x94\x8c\x03Ann\x94\x8c\x01w\x94C\x02\xff\0\x94u.',
  'latin1',
);

describe('a checkpoint', () => {
  test('by pickle gives its strings, and never looks clean', async () => {
    const found = await collect(PICKLE, { name: 'model.pkl', cuts: [3] });
    expect(found.cells.map(({ cell }) => cell)).toEqual(['who', 'Ann', 'w']);
    expect(found.gaps).toEqual([
      { reason: 'no-text', message: '1 arrays and 0 bytes after them are numbers, not read' },
    ]);
  });

  test('of several pickles and numbers behind is read through', async () => {
    const found = await collect(Buffer.concat([PICKLE, PICKLE, Buffer.alloc(99, 0xff)]), {
      name: 'model.pt',
    });
    expect(found.cells.length).toBe(6);
    expect(found.gaps[0]?.message).toBe('2 arrays and 99 bytes after them are numbers, not read');
  });

  test('by PyTorch has its tensors in one gap', async () => {
    const tensor = Buffer.from([0, 0xff, 1, 2]);
    const members = ['0', '1', '2'].map((name) => ({ name: `m/data/${name}`, data: tensor }));
    const found = await collect(zipOf([{ name: 'm/data.pkl', data: PICKLE }, ...members]), {
      name: 'model.pt',
    });
    expect(found.cells.map(({ cell }) => cell)).toEqual(['who', 'Ann', 'w']);
    expect(found.gaps.at(-1)).toEqual({ reason: 'no-text', message: '3 tensors are numbers, not read' });
  });

  test('by safetensors gives its header', async () => {
    const header = Buffer.from(JSON.stringify({ __metadata__: { author: 'Ann' }, w: { dtype: 'F32' } }));
    const length = Buffer.alloc(8);
    length.writeUInt32LE(header.length);
    const found = await collect(Buffer.concat([length, header, Buffer.alloc(40, 0xee)]), {
      name: 'a.bin',
      cuts: [5],
    });
    expect(found.formats[0]?.format).toBe('safetensors');
    expect(found.cells[0]).toEqual({
      place: 'header $.__metadata__.author',
      column: '__metadata__.author',
      cell: 'Ann',
    });
    expect(found.gaps).toEqual([{ reason: 'no-text', message: 'tensors are numbers, not read' }]);
  });
});
