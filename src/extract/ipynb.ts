/** Jupyter notebooks, formats 3 and 4 (https://nbformat.readthedocs.io): sources, outputs, metadata; cells from 1. */
import { HtmlText } from './html-text.ts';
import { jsonSegments, readJson } from './json.ts';
import { readWhole, rewound } from './memory.ts';
import { textOf } from './pieces.ts';
import { type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

/** Above this a notebook is read as JSON: its parse would take too much memory. */
const NOTEBOOK_BYTES = 64 * 1024 ** 2;

/** JSON as parsed: nothing is known of it. */
type Json = unknown;

export async function* readNotebook(
  input: Input,
  _context?: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const whole = await readWhole(input, NOTEBOOK_BYTES);
  const notebook = whole.rest === undefined ? parse(whole.bytes) : undefined;
  const cells = cellsOf(notebook);
  if (cells === undefined) {
    yield* readJson(rewound(input, whole));
    return;
  }
  const seen = { pictures: 0 };
  for (const [i, cell] of cells.entries()) yield* readCell(cell, placeIn(input, `cell ${i + 1}`), seen);
  yield* readMetadata(field(notebook, 'metadata'), placeIn(input, 'metadata'));
  if (seen.pictures > 0) yield gapNote(input, 'no-text', `${seen.pictures} pictures in cells are not read`);
}

function parse(bytes: Buffer): Json {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    // Damaged: the caller reads it as JSON, which takes what there is.
    return undefined;
  }
}

/** Format 4 has `cells`, format 3 `worksheets` of cells. */
function cellsOf(notebook: Json): readonly Json[] | undefined {
  const cells = field(notebook, 'cells');
  if (Array.isArray(cells)) return cells;
  const sheets = field(notebook, 'worksheets');
  return Array.isArray(sheets) ? sheets.flatMap((sheet) => list(field(sheet, 'cells'))) : undefined;
}

interface Seen {
  pictures: number;
}

function* readCell(cell: Json, place: string, seen: Seen): Generator<Extracted, void, undefined> {
  yield* textSegments(joined(field(cell, 'source') ?? field(cell, 'input')), place, { line: 1 });
  for (const [i, output] of list(field(cell, 'outputs')).entries()) {
    yield* readOutput(output, `${place} output ${i + 1}`, seen);
  }
  yield* readMetadata(field(cell, 'metadata'), `${place} metadata`);
  for (const attachment of Object.values(record(field(cell, 'attachments')))) {
    for (const [type, data] of Object.entries(record(attachment))) yield* readData(type, data, place, seen);
  }
}

/** Colours of terminals. */
const ANSI = /\x1b\[[0-9;]*[A-Za-z]/g;

function* readOutput(output: Json, place: string, seen: Seen): Generator<Extracted, void, undefined> {
  const type = field(output, 'output_type');
  if (type === 'stream') {
    yield* textSegments(joined(field(output, 'text')).replace(ANSI, ''), place, { line: 1 });
  } else if (type === 'error' || type === 'pyerr') {
    const parts = [joined(field(output, 'ename')), joined(field(output, 'evalue'))];
    const trace = list(field(output, 'traceback')).map(joined);
    yield* textSegments([parts.join(': '), ...trace].join('\n').replace(ANSI, ''), place, { line: 1 });
  } else {
    // Format 3 has the data beside `output_type`, under short names.
    for (const [name, data] of Object.entries(record(field(output, 'data') ?? output))) {
      if (!NOT_DATA.has(name)) yield* readData(SHORT[name] ?? name, data, place, seen);
    }
    yield* readMetadata(field(output, 'metadata'), `${place} metadata`);
  }
}

const NOT_DATA = new Set([
  'output_type',
  'metadata',
  'prompt_number',
  'execution_count',
  'stream',
  'transient',
]);
const SHORT: Readonly<Record<string, string>> = {
  text: 'text/plain',
  html: 'text/html',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpeg: 'image/jpeg',
  pdf: 'application/pdf',
  latex: 'text/latex',
  javascript: 'application/javascript',
  json: 'application/json',
};

function* readData(
  type: string,
  data: Json,
  place: string,
  seen: Seen,
): Generator<Extracted, void, undefined> {
  if (type === 'text/html' || type === 'image/svg+xml') {
    const html = new HtmlText({ place });
    html.write(joined(data));
    html.end();
    yield* html.ready;
  } else if (/^(?:image|audio|video|font)\/|\/pdf$/.test(type)) {
    seen.pictures += 1;
  } else if (
    typeof data === 'string' ||
    (Array.isArray(data) && data.every((line) => typeof line === 'string'))
  ) {
    yield* textSegments(joined(data), place, { line: 1 });
  } else {
    yield* jsonSegments(JSON.stringify(data), { place });
  }
}

function* readMetadata(metadata: Json, place: string): Generator<Extracted, void, undefined> {
  if (Object.keys(record(metadata)).length > 0) yield* jsonSegments(JSON.stringify(metadata), { place });
}

/** A string that may be written as a list of lines. */
function joined(value: Json): string {
  if (Array.isArray(value)) return value.map(joined).join('');
  return typeof value === 'string'
    ? value
    : value === undefined || value === null
      ? ''
      : JSON.stringify(value);
}

function list(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function record(value: Json): Readonly<Record<string, Json>> {
  // An object that is no array has string keys.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, Json>)
    : {};
}

function field(value: Json, name: string): Json {
  const fields = record(value);
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
