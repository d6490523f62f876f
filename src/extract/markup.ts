/** Elements of HTML one after the other, with the line they stand on, at a cost that does not grow with depth. */
import { Parser } from 'htmlparser2';
import { LineIndex } from './line-index.ts';

export interface MarkupSink {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  text(text: string): void;
  comment(text: string): void;
  /** `<!DOCTYPE ...>` and `<?name ...?>`, without the brackets. */
  instruction(name: string, text: string): void;
}

/** The parser searches and shifts all open elements for each new one: beyond this depth all are closed. */
const DEPTH = 1000;
/** Characters parsed at a time, so that the depth is looked at often enough. */
const PIECE = 4096;

export class Markup {
  readonly #sink: MarkupSink;
  readonly #lines = new LineIndex();
  #parser: Parser;
  #depth = 0;
  #length = 0;
  /** Where the text begins that the parser has seen. */
  #base = 0;

  constructor(sink: MarkupSink) {
    this.#sink = sink;
    this.#parser = this.#begin();
  }

  /** The line of what the sink is being told. */
  get line(): number {
    return this.#lines.at(this.#base + this.#parser.startIndex);
  }

  write(text: string): void {
    this.#lines.add(text);
    for (let start = 0; start < text.length; ) {
      // At the same places however the text is cut.
      const piece = text.slice(start, start + PIECE - (this.#length % PIECE));
      this.#parser.write(piece);
      start += piece.length;
      this.#length += piece.length;
      if (this.#depth > DEPTH) {
        this.#parser.end();
        this.#base = this.#length;
        this.#parser = this.#begin();
      }
    }
  }

  /** Closes what is open. */
  end(): void {
    this.#parser.end();
  }

  #begin(): Parser {
    const sink = this.#sink;
    this.#depth = 0;
    return new Parser({
      onopentag: (name, attributes) => {
        this.#depth += 1;
        sink.open(name, attributes);
      },
      onclosetag: (name) => {
        this.#depth -= 1;
        sink.close(name);
      },
      ontext: (text) => sink.text(text),
      oncomment: (text) => sink.comment(text),
      onprocessinginstruction: (name, text) => sink.instruction(name, text),
    });
  }
}
