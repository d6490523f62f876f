/** Outlook messages ([MS-OXMSG]): properties by name, bodies, recipients; attachments as members, messages within messages too. */

import { HtmlText } from './html-text.ts';
import { PROPERTIES } from './msg-properties.ts';
import { decodersOf } from './msg-strings.ts';
import { type OleStream, oleBytes } from './ole.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import { RtfText } from './rtf-text.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

/** Bodies and properties above this are gaps. */
const PROPERTY_BYTES = 32 * 1024 ** 2;
/** Messages within messages. */
const DEPTH = 5;

const BODY = '1000';
const RTF = '1009';
const HTML = '1013';
const HEADERS = '007D';
const DATA = '3701';

/** What a storage holds: its properties by id and type (`0037001F`), and the storages in it by name. */
interface Storage {
  readonly properties: Map<string, OleStream>;
  readonly storages: Map<string, Storage>;
}

export async function* readMsg(
  streams: readonly OleStream[],
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const root: Storage = { properties: new Map(), storages: new Map() };
  for (const stream of streams) put(root, stream.path.split('/'), stream);
  yield* readMessage(root, input, { context, depth: 0 });
}

/** Files a stream under its storage. */
function put(root: Storage, path: readonly string[], stream: OleStream): void {
  let storage = root;
  for (const name of path.slice(0, -1)) {
    const inner = storage.storages.get(name) ?? { properties: new Map(), storages: new Map() };
    storage.storages.set(name, inner);
    storage = inner;
  }
  const id = /^__substg1\.0_([0-9A-F]{8})$/i.exec(path.at(-1) ?? '')?.[1];
  storage.properties.set(id?.toUpperCase() ?? path.at(-1) ?? '', stream);
}

async function* readMessage(
  storage: Storage,
  input: Input,
  { context, depth }: { readonly context: Context; readonly depth: number },
): AsyncGenerator<Extracted, void, undefined> {
  const strings = await stringsOf(storage, input, undefined);
  yield* strings.gaps;
  yield* rowOf(strings.texts, { table: placeIn(input, 'properties'), place: placeIn(input, 'property') });
  yield* readBodies(strings.texts, input);
  let recipients = 0;
  for (const [name, inner] of storage.storages) {
    if (!/^__recip/i.test(name)) continue;
    recipients += 1;
    const recipient = await stringsOf(inner, input, strings.page);
    const place = placeIn(input, `recipient ${recipients}`);
    yield* recipient.gaps;
    yield* rowOf(recipient.texts, { table: placeIn(input, 'recipients'), place });
  }
  let number = 0;
  for (const [name, inner] of storage.storages) {
    if (!/^__attach/i.test(name)) continue;
    number += 1;
    yield* readAttachment(inner, input, { context, depth, number, page: strings.page });
  }
}

interface Strings {
  /** Texts by the property's id: `0037`. */
  readonly texts: ReadonlyMap<string, string>;
  readonly gaps: readonly Extracted[];
  readonly page: number;
}

/** The string properties of a storage. `page`: the code page of a message that this is in. */
async function stringsOf(storage: Storage, input: Input, page: number | undefined): Promise<Strings> {
  const texts = new Map<string, string>();
  const gaps: Extracted[] = [];
  const fixed = storage.properties.get('__properties_version1.0');
  const strings = decodersOf(
    fixed === undefined ? Buffer.alloc(0) : await oleBytes(fixed, PROPERTY_BYTES),
    page,
  );
  for (const [id, stream] of storage.properties) {
    const decode = strings.decoders[id] ?? strings.decoders[id.slice(4)];
    if (decode === undefined) continue;
    try {
      const bytes = await oleBytes(stream, PROPERTY_BYTES);
      texts.set(id.slice(0, 4), decode(bytes).replace(/\0+$/, ''));
      if (bytes.length < stream.size) gaps.push(gapNote(input, 'malformed', 'a property breaks off'));
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      gaps.push(gapNote(input, error.reason, error.message));
    }
  }
  return { texts, gaps, page: strings.page };
}

/** Properties that are read as running text. */
const TEXTS = new Set([BODY, RTF, HTML, HEADERS]);

/** All other properties as one row; what several of them say stands there once. */
function* rowOf(
  texts: Strings['texts'],
  { table, place }: { readonly table: string; readonly place: string },
): Generator<Extracted, void, undefined> {
  const named = [...texts].toSorted(([a], [b]) => Number(b in PROPERTIES) - Number(a in PROPERTIES));
  const cells = new Map<string, string>();
  for (const [id, text] of named) {
    if (!TEXTS.has(id) && text.trim() !== '' && !cells.has(text)) cells.set(text, id);
  }
  if (cells.size === 0) return;
  const ids = [...cells.values()];
  const columns = ids.map((id) => PROPERTIES[id] ?? '');
  yield {
    type: 'rows',
    table,
    columns,
    rows: [[...cells.keys()]],
    place: (_, column) => `${place} ${columns[column] || ids[column] || ''}`,
  };
}

/** The plain body, the HTML, and rich text only where there is neither: it says the same. */
function* readBodies(texts: Strings['texts'], input: Input): Generator<Extracted, void, undefined> {
  const [plain = '', html = '', rich = ''] = [BODY, HTML, RTF].map((id) => texts.get(id));
  yield* textSegments(texts.get(HEADERS) ?? '', placeIn(input, 'headers'), { line: 1 });
  yield* textSegments(plain, placeIn(input, 'body'), { line: 1 });
  if (html.trim() !== '') {
    const text = new HtmlText({ place: placeIn(input, 'html body') });
    text.write(html);
    text.end();
    yield* text.ready;
  } else if (plain.trim() === '' && rich !== '') {
    const text = new RtfText({ place: placeIn(input, 'body') });
    text.write(Buffer.from(rich, 'latin1'));
    text.finish();
    yield* text.take();
  }
}

async function* readAttachment(
  storage: Storage,
  input: Input,
  at: { readonly context: Context; readonly depth: number; readonly number: number; readonly page: number },
): AsyncGenerator<Extracted, void, undefined> {
  const { texts, gaps } = await stringsOf(storage, input, at.page);
  yield* gaps;
  const name = texts.get('3707') ?? texts.get('3704') ?? texts.get('3001') ?? `attachment ${at.number}`;
  const place = `${input.label}!/${name}`;
  const message = storage.storages.get(`__substg1.0_${DATA}000D`);
  const data = storage.properties.get(`${DATA}0102`);
  if (message !== undefined && at.depth >= DEPTH) {
    yield gapNote({ place }, 'archive-limit', `lies deeper than ${DEPTH} messages`);
  } else if (message !== undefined) {
    const path = input.path === '' ? name : `${input.path}!/${name}`;
    yield* readMessage(
      message,
      { ...input, label: place, place, path },
      { context: at.context, depth: at.depth + 1 },
    );
  } else if (data === undefined) {
    yield gapNote({ place }, 'unsupported-format', 'an attachment that is not in the file');
  } else {
    yield* at.context.member({
      name,
      mediaType: texts.get('370E') ?? null,
      label: place,
      place,
      path: input.path === '' ? name : `${input.path}!/${name}`,
      size: data.size,
      depth: input.depth + at.depth + 1,
      unpacked: false,
      stream: () => data.stream(),
    });
  }
}
