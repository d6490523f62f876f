import { expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

/** One element in explicit little-endian syntax. */
function element(group: number, number: number, vr: string, value: Uint8Array): Buffer {
  const even = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.from(' ')]);
  const header = Buffer.alloc(8);
  header.writeUInt16LE(group, 0);
  header.writeUInt16LE(number, 2);
  header.write(vr, 4, 'latin1');
  header.writeUInt16LE(even.length, 6);
  return Buffer.concat([header, even]);
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
const SYNTAX = element(2, 0x10, 'UI', text('1.2.840.10008.1.2.1\0'));

function dicomOf(...elements: readonly Buffer[]): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(SYNTAX.length);
  return Buffer.concat([Buffer.alloc(128), text('DICM'), element(2, 0, 'UL', length), SYNTAX, ...elements]);
}

const HEADER = [
  element(8, 5, 'CS', text('ISO_IR 100')),
  element(0x10, 0x10, 'PN', text('M\xfcller^Ann')),
  element(0x10, 0x30, 'DA', text('19800102')),
];

test('a DICOM file has its header by names, in its character set, and its picture is a gap', async () => {
  const pixels = Buffer.concat([
    Buffer.from([0xe0, 0x7f, 0x10, 0]),
    text('OW\0\0'),
    Buffer.from([4, 0, 0, 0, 1, 2, 3, 4]),
  ]);
  const found = await collect(dicomOf(...HEADER, pixels), { name: 'a.dcm', cuts: [9] });
  expect(cellLines(found)).toEqual(
    expect.arrayContaining(['tag PatientName = Müller Ann', 'tag PatientBirthDate = 1980-01-02']),
  );
  expect(found.gaps).toEqual([{ reason: 'no-text', message: 'pixel data is not read' }]);
});

test('a DICOM file that is cut short gives what it has, and a gap', async () => {
  const found = await collect(dicomOf(...HEADER).subarray(0, -3), { name: 'a.dcm' });
  expect(found.gaps.map(({ reason }) => reason)).toContain('malformed');
});
