/** Single-file compressions (gzip, Zstandard): transparent, so places are those of what is inside. */
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { INFLATE_CHUNK, inflate } from './inflate.ts';
import type { Context, Input, Read } from './reader.ts';

export const readGzip: Read = (input, context) =>
  readCompressed(input, context, () => createGunzip({ chunkSize: INFLATE_CHUNK }));

export const readZstd: Read = (input, context) =>
  readCompressed(input, context, () => createZstdDecompress({ chunkSize: INFLATE_CHUNK }));

function readCompressed(input: Input, context: Context, open: () => Transform): ReturnType<Read> {
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
    stream: () => inflate(input.stream(), open(), context),
  });
}

/** `a.csv` for `a.csv.gz`, `a.tar` for `a.tgz`; the name itself where it says nothing. */
function unpackedName(name: string): string {
  return name.replace(/\.tgz$/i, '.tar').replace(/\.(?:gz|zst|zstd)$/i, '');
}
