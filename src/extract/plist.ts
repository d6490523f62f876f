/** Property lists of Apple's programs, in XML and binary: values under their key paths, like those of JSON. */
import { JsonRecords } from './json-records.ts';
import { readWhole } from './memory.ts';
import { textPieces } from './pieces.ts';
import { BinaryPlist, textOfData } from './plist-binary.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import { CELL_CHARS } from './rows.ts';
import type { Extracted } from './segment.ts';
import { XmlTokens } from './xml-tokens.ts';

/** A binary list is read as a whole. */
const PLIST_BYTES = 64 * 1024 ** 2;

export async function* readPlist(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  if (input.head.toString('latin1', 0, 6) === 'bplist') yield* readBinary(input, context);
  else yield* readXml(input);
}

async function* readBinary(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const { bytes, rest } = await readWhole(input, PLIST_BYTES);
  if (rest !== undefined)
    throw new ContentError('memory-limit', `a property list above ${PLIST_BYTES} bytes`);
  const records = new JsonRecords(input, { lines: false });
  const plist = new BinaryPlist(bytes, records);
  for (const _ of plist.walk()) {
    context.signal.throwIfAborted();
    yield* records.take();
  }
  records.end();
  yield* records.take();
  if (plist.binary > 0) yield gapNote(input, 'no-text', `${plist.binary} binary values are not read`);
  if (plist.damaged) yield gapNote(input, 'malformed', 'the property list is damaged');
}

async function* readXml(input: Input): AsyncGenerator<Extracted, void, undefined> {
  const text = new PlistText(input);
  for await (const piece of textPieces(input)) {
    text.markup.write(piece);
    yield* text.records.take();
  }
  text.markup.end();
  text.records.end();
  yield* text.records.take();
  if (text.binary > 0) yield gapNote(input, 'no-text', `${text.binary} binary values are not read`);
}

/** Elements whose text is a value. */
const VALUES = new Set(['string', 'integer', 'real', 'date']);

class PlistText {
  readonly records: JsonRecords;
  readonly markup: XmlTokens;
  /** Values of `data` that are no text. */
  binary = 0;
  #text = '';
  #long = false;

  constructor(input: Pick<Input, 'place'>) {
    this.records = new JsonRecords(input, { lines: false });
    this.markup = new XmlTokens({
      open: (name) => this.#open(name),
      close: (name) => this.#close(name),
      text: (text) => this.#add(text),
      comment: (text) => this.records.comment(text),
    });
  }

  #open(name: string): void {
    this.#spill();
    if (name === 'dict' || name === 'array') this.records.open(name === 'array');
  }

  #add(text: string): void {
    this.#text += text;
    if (this.#text.length <= CELL_CHARS) return;
    this.records.long(this.#text, !this.#long);
    this.#long = true;
    this.#text = '';
  }

  #close(name: string): void {
    const text = this.#text;
    this.#text = '';
    if (name === 'dict' || name === 'array') this.records.close();
    else if (this.#long) this.records.long(text, false);
    else if (name === 'key') this.records.key(text);
    else if (VALUES.has(name)) this.records.value(text);
    else if (name === 'true' || name === 'false') this.records.value(name);
    else if (name === 'data') this.#data(text);
    else if (text.trim() !== '') this.records.comment(text);
    this.#long = false;
  }

  #data(text: string): void {
    const bytes = Buffer.from(text, 'base64');
    const readable = textOfData(bytes);
    if (readable === undefined) this.binary += 1;
    this.records.value(readable ?? 'null');
  }

  /** Text where none should stand. */
  #spill(): void {
    if (this.#text.trim() !== '') this.records.comment(this.#text);
    this.#text = '';
  }
}
