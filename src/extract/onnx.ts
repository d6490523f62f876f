/** ONNX models: the texts in them (descriptions, metadata, categories), each under the way to it; weights are passed over. */
import { ByteReader } from './byte-reader.ts';
import { nextField, skipExactly } from './protobuf.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import { CELL_CHARS } from './rows.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

/** The longest text that is held. */
const TEXT_BYTES = 16 * 1024 ** 2;
/** Graphs within graphs. */
const DEPTH = 32;

/** Fields that are read, by number; what is not named here is numbers, names of tensors, or nothing for people. */
interface Message {
  readonly [field: number]: readonly [name: string, message?: () => Message];
}

/** A key and its value, or a text and no more. */
const PROPERTY: Message = { 1: ['key'], 2: ['value'] };
const TENSOR: Message = { 6: ['string_data'], 12: ['doc_string'], 16: ['metadata_props', () => PROPERTY] };
const VALUE: Message = { 3: ['doc_string'], 4: ['metadata_props', () => PROPERTY] };
const ATTRIBUTE: Message = {
  1: ['name'],
  4: ['s'],
  5: ['t', () => TENSOR],
  6: ['g', () => GRAPH],
  9: ['strings'],
  10: ['tensors', () => TENSOR],
  11: ['graphs', () => GRAPH],
  13: ['doc_string'],
};
const NODE: Message = {
  5: ['attribute', () => ATTRIBUTE],
  6: ['doc_string'],
  9: ['metadata_props', () => PROPERTY],
};
const GRAPH: Message = {
  1: ['node', () => NODE],
  2: ['name'],
  5: ['initializer', () => TENSOR],
  10: ['doc_string'],
  11: ['input', () => VALUE],
  12: ['output', () => VALUE],
  16: ['metadata_props', () => PROPERTY],
};
const FUNCTION: Message = {
  7: ['node', () => NODE],
  8: ['doc_string'],
  14: ['metadata_props', () => PROPERTY],
};
const MODEL: Message = {
  2: ['producer_name'],
  4: ['domain'],
  6: ['doc_string'],
  7: ['graph', () => GRAPH],
  14: ['metadata_props', () => PROPERTY],
  25: ['functions', () => FUNCTION],
};

export async function* readOnnx(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  const size = input.size ?? Number.POSITIVE_INFINITY;
  yield* readMessage(reader, { input, path: [], message: MODEL, end: size }, context);
  yield gapNote(input, 'no-text', 'tensors are numbers, not read');
}

interface Where {
  readonly input: Input;
  /** Names from the model on: `graph`, `node 12`. */
  readonly path: readonly string[];
  readonly message: Message;
  /** Where the message ends. */
  readonly end: number;
}

async function* readMessage(
  reader: ByteReader,
  { input, path, message, end }: Where,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const counts = new Map<number, number>();
  let name = '';
  for (let field = await nextField(reader, end); field !== undefined; field = await nextField(reader, end)) {
    context.signal.throwIfAborted();
    const { number, length } = field;
    if (length === null) continue;
    const known = message[number];
    if (known === undefined) {
      await skipExactly(reader, length);
      continue;
    }
    const count = (counts.get(number) ?? 0) + 1;
    counts.set(number, count);
    const [label, inner] = known;
    if (inner !== undefined) {
      if (path.length >= DEPTH) throw new ContentError('malformed', 'its graphs lie too deep in each other');
      const step = REPEATED.has(label) ? `${label} ${count}` : label;
      const where = { input, path: [...path, step], message: inner(), end: reader.offset + length };
      yield* readMessage(reader, where, context);
      continue;
    }
    const text = await textOf(reader, length);
    // What a text is for is told by the key or name before it.
    if (label === 'key' || (label === 'name' && message === ATTRIBUTE)) name = text;
    else yield* given(text, { input, path: [...path, label], name, count });
  }
}

const REPEATED = new Set([
  'node',
  'attribute',
  'initializer',
  'tensors',
  'graphs',
  'functions',
  'input',
  'output',
  'metadata_props',
]);

/** A text under its key as a cell; one of lines, or without a key, as text. */
function* given(
  text: string,
  {
    input,
    path,
    name,
    count,
  }: {
    readonly input: Input;
    readonly path: readonly string[];
    readonly name: string;
    readonly count: number;
  },
): Generator<Extracted, void, undefined> {
  const place = placeIn(input, path.join(' '));
  if (name === '' || text.length > CELL_CHARS || text.includes('\n')) {
    yield* textSegments(text, place, { line: 1 });
    return;
  }
  yield { type: 'rows', table: place, columns: [name], rows: [[text]], place: () => `${place} ${count}` };
}

async function textOf(reader: ByteReader, length: number): Promise<string> {
  if (length > TEXT_BYTES) throw new ContentError('memory-limit', `a text of more than ${TEXT_BYTES} bytes`);
  const bytes = reader.takeNow(length) ?? (await reader.take(length));
  if (bytes.length < length) throw cut();
  return bytes.toString();
}

function cut(): ContentError {
  return new ContentError('malformed', 'its messages are damaged or cut short');
}
