/** Old Office files and Outlook messages: compound files, told apart by the streams in them. */
import { type OleStream, openOle } from './ole.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import type { Extracted } from './segment.ts';

type ReadStreams = (
  streams: readonly OleStream[],
  input: Input,
  context: Context,
) => AsyncGenerator<Extracted, void, undefined>;

/** Kinds by a stream that only they have. */
const KINDS: readonly { readonly mark: RegExp; load(): Promise<ReadStreams> }[] = [
  { mark: /^(?:workbook|book)$/i, load: async () => (await import('./xls.ts')).readXls },
  { mark: /^__properties_version1\.0$/i, load: async () => (await import('./msg.ts')).readMsg },
  { mark: /^PowerPoint Document$/i, load: async () => (await import('./ppt.ts')).readPpt },
  { mark: /^WordDocument$/i, load: async () => (await import('./doc.ts')).readDoc },
];

export async function* readOldOffice(
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const { streams, whole } = await openOle(input, context);
  if (streams.some(({ path }) => path === 'EncryptedPackage')) {
    throw new ContentError('encrypted', 'needs a password');
  }
  const kind = KINDS.find(({ mark }) => streams.some(({ path }) => mark.test(path)));
  if (kind === undefined && !whole) throw new ContentError('malformed', 'its directory is damaged');
  if (kind === undefined)
    throw new ContentError('unsupported-format', 'a compound file without a reader yet');
  const read = await kind.load();
  yield* read(streams, input, context);
  if (!whole) yield gapNote(input, 'malformed', 'its directory is damaged');
}
