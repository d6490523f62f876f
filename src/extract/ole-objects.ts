/** What is embedded in old Office files: files that were put into them as members, documents of Office at places of their own. */
import { ByteReader } from './byte-reader.ts';
import type { OleStream } from './ole.ts';
import { type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';

/** The longest name of a file, and how far its head may reach. */
const NAME_BYTES = 1024;

/** Streams that are a file each: one that was dragged in, an OOXML document, what another program keeps (PDF). */
const FILES = /^(?:Ole10Native|Package|CONTENTS)$/i;
/** Streams that every embedded object has. */
const OBJECT = /^(?:CompObj|Ole|ObjInfo)$/i;

type ReadStreams = (
  streams: readonly OleStream[],
  input: Input,
  context: Context,
) => AsyncGenerator<Extracted, void, undefined>;

/** `load`: the reader for a storage by its streams. Objects that nothing can be read of are counted in a gap. */
export async function* readObjects(
  streams: readonly OleStream[],
  {
    input,
    context,
    load,
  }: {
    readonly input: Input;
    readonly context: Context;
    load(streams: readonly OleStream[]): Promise<ReadStreams> | undefined;
  },
): AsyncGenerator<Extracted, void, undefined> {
  let number = 0;
  let unread = 0;
  for (const inner of storagesOf(streams)) {
    number += 1;
    const kind = load(inner);
    const file = inner.find(({ path }) => FILES.test(path));
    if (kind !== undefined) {
      yield* (await kind)(inner, { ...input, place: placeIn(input, `object ${number}`) }, context);
    } else if (file !== undefined) {
      yield* readFile(file, { input, context, number });
    } else unread += 1;
  }
  if (unread > 0) yield gapNote(input, 'unsupported-format', `${unread} embedded objects are not read`);
}

/** The storages of objects, outermost first; each with its streams under the names that they have in it. */
function storagesOf(streams: readonly OleStream[]): readonly (readonly OleStream[])[] {
  const folders = new Set<string>();
  for (const { path } of streams) {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (slash !== -1 && (FILES.test(name) || OBJECT.test(name))) folders.add(path.slice(0, slash + 1));
  }
  return [...folders]
    .filter((folder) => ![...folders].some((other) => other !== folder && folder.startsWith(other)))
    .map((folder) =>
      streams
        .filter(({ path }) => path.startsWith(folder))
        .map((stream) => ({ ...stream, path: stream.path.slice(folder.length) })),
    );
}

/** A stream that is a file, as a member. */
export async function* readFile(
  file: OleStream,
  { input, context, number }: { readonly input: Input; readonly context: Context; readonly number: number },
): AsyncGenerator<Extracted, void, undefined> {
  const native = /^Ole10Native$/i.test(file.path) ? await nativeFile(file) : undefined;
  const name = native?.name || `object ${number}`;
  const place = `${input.label}!/${name}`;
  yield* context.member({
    name,
    mediaType: null,
    label: place,
    place,
    path: input.path === '' ? name : `${input.path}!/${name}`,
    size: native?.size ?? null,
    depth: input.depth + 1,
    unpacked: false,
    stream: native?.stream ?? file.stream,
  });
}

/**
 * A file with its name and the paths that it had ([MS-OLEDS] 2.3.6, and what Windows' packager writes into it); undefined for other data.
 */
async function nativeFile(
  file: OleStream,
): Promise<{ readonly name: string; readonly size: number; stream(): AsyncIterable<Buffer> } | undefined> {
  const reader = new ByteReader(file.stream());
  const head = await reader.take(6);
  if (head.length < 6 || head.readUInt16LE(4) !== 2) return undefined;
  const label = await nameIn(reader);
  const path = await nameIn(reader);
  const kind = await reader.take(4);
  if (kind.length < 4 || kind.readUInt16LE(2) !== 3) return undefined;
  const length = Buffer.from(await reader.take(4));
  if (length.length < 4 || length.readUInt32LE() > NAME_BYTES) return undefined;
  await reader.skip(length.readUInt32LE());
  const size = Buffer.from(await reader.take(4));
  if (size.length < 4) return undefined;
  const base = (label || path).replace(/^.*[\\/]/, '');
  return { name: base, size: size.readUInt32LE(), stream: () => reader.stream(size.readUInt32LE()) };
}

/** Up to a NUL. */
async function nameIn(reader: ByteReader): Promise<string> {
  const bytes: number[] = [];
  while (bytes.length < NAME_BYTES) {
    const byte = (reader.takeNow(1) ?? (await reader.take(1)))[0];
    if (byte === undefined || byte === 0) break;
    bytes.push(byte);
  }
  return Buffer.from(bytes).toString('latin1');
}
