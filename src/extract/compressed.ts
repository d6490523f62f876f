/** Single-file compressions (gzip, Zstandard, bzip2, xz, LZ4): transparent, so places are those of what is inside. */
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { unpackBzip2 } from './bzip2.ts';
import { INFLATE_CHUNK, inflate, unpackWith } from './inflate.ts';
import { unpackLz4 } from './lz4.ts';
import type { Context, Input, Read } from './reader.ts';
import { unpackXz } from './xz.ts';

export const readGzip: Read = (input, context) =>
  readCompressed(input, context, () =>
    inflate(input.stream(), createGunzip({ chunkSize: INFLATE_CHUNK }), context),
  );

export const readZstd: Read = (input, context) =>
  readCompressed(input, context, () =>
    inflate(input.stream(), createZstdDecompress({ chunkSize: INFLATE_CHUNK }), context),
  );

export const readBzip2: Read = (input, context) =>
  readCompressed(input, context, () => unpackWith(input.stream(), unpackBzip2, context));

export const readXz: Read = (input, context) =>
  readCompressed(input, context, () => unpackWith(input.stream(), unpackXz, context));

export const readLz4: Read = (input, context) =>
  readCompressed(input, context, () => unpackWith(input.stream(), unpackLz4, context));

function readCompressed(
  input: Input,
  context: Context,
  stream: () => AsyncIterable<Buffer>,
): ReturnType<Read> {
  const name = unpackedName(input.name);
  return context.member({
    name,
    mediaType: null,
    label: input.label,
    place: input.place,
    path: input.path === '' ? name : `${input.path}!/${name}`,
    size: null,
    depth: input.depth + 1,
    unpacked: true,
    stream,
  });
}

/** `a.csv` for `a.csv.gz`, `a.tar` for `a.tgz`; the name itself where it says nothing. */
function unpackedName(name: string): string {
  return name.replace(/\.t(?:gz|bz2?|xz)$/i, '.tar').replace(/\.(?:gz|zst|zstd|bz2|xz|lz4)$/i, '');
}
