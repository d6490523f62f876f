/**
 * vCards and calendars: text whose properties are on one line each, as they were before they were folded (RFC 6350, RFC 5545) or made
 * quoted-printable (vCard 2.1). Line numbers are the file's. Pictures and keys in base64 are left out.
 */
import { textLines } from './lines.ts';
import { textOf } from './pieces.ts';
import { type Context, gapNote, type Input } from './reader.ts';
import { CELL_CHARS } from './rows.ts';
import type { Extracted } from './segment.ts';
import { textSegments } from './text.ts';

export async function* readContentLines(
  input: Input,
  _context?: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const properties = new Properties();
  const at = { line: 1, continues: false };
  function* flush(): Generator<Extracted, void, undefined> {
    const { text } = properties;
    properties.text = '';
    yield* textSegments(text, input.place, at);
    at.line += text.split('\n').length - 1;
    at.continues = true;
  }
  for await (const lines of textLines(input)) {
    for (const line of lines) properties.add(line);
    if (properties.text.length >= CELL_CHARS) yield* flush();
  }
  properties.end();
  yield* flush();
  if (properties.binary > 0) {
    yield gapNote(input, 'no-text', `${properties.binary} pictures, sounds or keys are not read`);
  }
}

/** `PHOTO;ENCODING=b:`, `KEY;X509;ENCODING=BASE64:`, `PHOTO:data:image/jpeg;base64,`. */
const BINARY =
  /^[\w.-]{1,60}(?:;[^:]{0,500})?;(?:encoding=)?"?(?:b|base64)"?(?:;[^:]{0,500})?:|^[\w.-]{1,60}[^:]{0,500}:data:[^,]{0,200};base64,/i;
const QUOTED = /^[\w.-]{1,60}(?:;[^:]{0,500})?;(?:encoding=)?"?quoted-printable"?/i;

class Properties {
  /** What is ready; the caller takes it. */
  text = '';
  binary = 0;
  /** The property so far, unfolded. */
  #property = '';
  /** Line ends that it had. */
  #ends = 0;
  #kind: 'text' | 'quoted' | 'binary' = 'text';

  add(line: string): void {
    const content = line.replace(/\r?\n$/, '');
    const soft = this.#kind === 'quoted' && this.#property.endsWith('=');
    if (soft) this.#property = `${this.#property.slice(0, -1)}${content}`;
    else if (/^[ \t]/.test(content)) this.#property += this.#kind === 'binary' ? '' : content.slice(1);
    else this.#begin(content);
    if (line.endsWith('\n')) this.#ends += 1;
    // Not worth keeping whole: the rest follows as it is.
    if (this.#property.length > CELL_CHARS) this.#pass(0);
  }

  end(): void {
    this.#pass(this.#ends);
  }

  #begin(content: string): void {
    this.#pass(this.#ends);
    this.#ends = 0;
    const binary = BINARY.exec(content)?.[0];
    this.#kind = binary !== undefined ? 'binary' : QUOTED.test(content) ? 'quoted' : 'text';
    if (binary !== undefined) this.binary += 1;
    this.#property = binary ?? content;
  }

  #pass(ends: number): void {
    this.text += (this.#kind === 'quoted' ? unquoted(this.#property) : this.#property) + '\n'.repeat(ends);
    this.#property = '';
  }
}

/** Characters of quoted-printable, in whatever encoding they are; its line ends become spaces. */
function unquoted(text: string): string {
  return text.replace(/(?:=[0-9a-f]{2})+/gi, (run) =>
    textOf(Buffer.from(run.replaceAll('=', ''), 'hex')).replace(/[\r\n]+/g, ' '),
  );
}
