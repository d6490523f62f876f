/** Old Office files and Outlook messages: compound files, told apart by the streams in them. */
import { type OleStream, openOle } from './ole.ts';
import { readFile, readObjects } from './ole-objects.ts';
import { readOleProperties } from './ole-properties.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import type { Extracted } from './segment.ts';
import { readMacros } from './vba.ts';

type ReadStreams = (
  streams: readonly OleStream[],
  input: Input,
  context: Context,
) => AsyncGenerator<Extracted, void, undefined>;

/** Kinds by a stream that only they have. */
const KINDS: readonly { readonly mark: RegExp; load(): Promise<ReadStreams> }[] = [
  { mark: /^(?:workbook|book)$/i, load: async () => (await import('./xls.ts')).readXls },
  { mark: /^PowerPoint Document$/i, load: async () => (await import('./ppt.ts')).readPpt },
  { mark: /^WordDocument$/i, load: async () => (await import('./doc.ts')).readDoc },
];
/** Messages have all that is in them in storages of their own, which are read with them. */
const MESSAGE = /^__properties_version1\.0$/i;
const ENCRYPTED = /^EncryptedPackage$/i;
const MACROS = /(?:^|\/)VBA\/dir$/i;

/** Other kinds, and what people can do to have them read. */
const UNREAD: readonly { readonly mark: RegExp; readonly message: string }[] = [
  { mark: /^VisioDocument$/i, message: 'a Visio drawing: save it as PDF' },
  { mark: /^Props(?:9|12|14)?$/i, message: 'a Microsoft Project plan: save it as xlsx or XML' },
  { mark: /^Quill\//i, message: 'a Publisher document: save it as PDF' },
  { mark: /^BodyText\//i, message: 'a Hangul document: save it as docx or PDF' },
  {
    mark: /^(?:PerfectOffice_MAIN|NativeContent_MAIN)$/i,
    message: 'a Corel document: save it as docx, xlsx or PDF',
  },
  {
    mark: /^(?:StarWriter|StarCalc|StarDraw|StarImpress)Document/i,
    message: 'a StarOffice document: save it as OpenDocument',
  },
  { mark: /^MatOST$|^MM$/i, message: 'a Works document: save it as docx' },
  { mark: /^[\u3800-\u4840]/, message: 'an installer: unpack it' },
];

export async function* readOldOffice(
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const { streams, whole } = await openOle(input, context);
  if (has(streams, ENCRYPTED)) throw new ContentError('encrypted', 'needs a password');
  if (has(streams, MESSAGE)) {
    const { readMsg } = await import('./msg.ts');
    yield* readMsg(streams, input, context);
  } else yield* readParts(streams, { input, context, whole });
  if (!whole) yield gapNote(input, 'malformed', 'its directory is damaged');
}

interface Opened {
  readonly input: Input;
  readonly context: Context;
  readonly whole: boolean;
}

/** The document, and what lies in it beside its text. */
async function* readParts(
  streams: readonly OleStream[],
  { input, context, whole }: Opened,
): AsyncGenerator<Extracted, void, undefined> {
  const kind = readerOf(streams);
  // An object in a newer document is a compound file of its own, often without a storage around it.
  const file = kind === undefined ? streams.find(({ path }) => OBJECT_FILE.test(path)) : undefined;
  const macros = has(streams, MACROS);
  if (kind === undefined && file === undefined && !macros) {
    if (!whole) throw new ContentError('malformed', 'its directory is damaged');
    yield* readOleProperties(streams, input);
    throw new ContentError('unsupported-format', unreadKind(streams));
  }
  if (kind !== undefined) yield* (await kind)(streams, input, context);
  if (file !== undefined) yield* readFile(file, { input, context, number: 1 });
  yield* readOleProperties(streams, input);
  if (macros) yield* readMacros(streams, input, context);
  yield* readObjects(streams, { input, context, load: readerOf });
}

const OBJECT_FILE = /^(?:Ole10Native|Package|CONTENTS)$/i;

function readerOf(streams: readonly OleStream[]): Promise<ReadStreams> | undefined {
  return KINDS.find(({ mark }) => has(streams, mark))?.load();
}

function has(streams: readonly OleStream[], mark: RegExp): boolean {
  return streams.some(({ path }) => mark.test(path));
}

function unreadKind(streams: readonly OleStream[]): string {
  const known = UNREAD.find(({ mark }) => has(streams, mark));
  return known?.message ?? 'a compound file of a program that we do not know: save it in another format';
}
