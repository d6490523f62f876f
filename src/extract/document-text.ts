/** Paragraphs and tables out of the XML of text documents and slides: OOXML (w:, a:) and OpenDocument (text:, table:). */
import { DocumentFlow } from './document-flow.ts';
import { officeTokens } from './office-names.ts';
import { type Input, placeIn } from './reader.ts';
import type { Segment } from './segment.ts';
import { textSegments } from './text.ts';
import { attributeOf, attributesOf } from './xml-attributes.ts';
import type { XmlTokens } from './xml-tokens.ts';

const PARAGRAPHS = new Set(['w:p', 'a:p', 'text:p', 'text:h']);
/** Where OOXML keeps what people wrote; deleted text and field codes too. */
const RUNS = new Set(['w:t', 'w:delText', 'w:instrText', 'a:t', 't', 'm:t']);
const TABLES = new Set(['w:tbl', 'a:tbl', 'table:table']);
const ROWS = new Set(['w:tr', 'a:tr', 'table:table-row']);
const CELLS = new Set(['w:tc', 'a:tc', 'table:table-cell', 'table:covered-table-cell']);
/** `wp:docPr`, `p:cNvPr`: what pictures and shapes are called. */
const PICTURES = /:(?:docPr|cNvPr)$/;
const DESCRIPTIONS = new Set(['svg:title', 'svg:desc']);
const SPACES: Readonly<Record<string, string>> = {
  'w:tab': '\t',
  'w:br': '\n',
  'w:cr': '\n',
  'a:br': '\n',
  'text:tab': '\t',
  'text:s': ' ',
  'text:line-break': '\n',
};

/** The most often that a repeated cell is given: OpenDocument fills sheets to their edge with one. */
const REPEAT = 100;

/** One part of a document. */
export class DocumentText {
  readonly #input: Pick<Input, 'place'>;
  readonly #xml: XmlTokens;
  #flow: DocumentFlow;
  #runs = 0;
  #slides = 0;
  /** Addresses behind words: OpenDocument keeps them in attributes. */
  readonly #links: string[] = [];
  /** What pictures show, in the words of those who put them there. */
  readonly #descriptions: string[] = [];
  #inDescription = false;
  /** What is done; the caller takes it. */
  readonly ready: Segment[] = [];

  constructor(input: Pick<Input, 'place'>) {
    this.#input = input;
    this.#flow = new DocumentFlow(input, this.ready);
    this.#xml = officeTokens({
      open: (name, attributes) => this.#open(name, attributes),
      close: (name) => this.#close(name),
      text: (text) => {
        if (this.#inDescription) this.#descriptions.push(text);
        else if (this.#runs > 0) this.#flow.add(text);
      },
    });
  }

  write(text: string): void {
    this.#xml.write(text);
  }

  end(): void {
    this.#xml.end();
    this.#flow.end();
    for (const [lines, place] of [
      [this.#links, 'links'],
      [this.#descriptions, 'descriptions'],
    ] as const)
      this.ready.push(...textSegments(lines.join('\n'), placeIn(this.#input, place), { line: 1 }));
  }

  #open(name: string, attributes: string): void {
    if (RUNS.has(name) || (name.startsWith('text:') && PARAGRAPHS.has(name))) this.#runs += 1;
    if (TABLES.has(name)) this.#flow.beginTable(attributeOf(attributes, 'table:name'));
    else if (CELLS.has(name))
      this.#flow.beginCell(
        Math.min(REPEAT, Number(attributeOf(attributes, 'table:number-columns-repeated') ?? 1) || 1),
      );
    if (name === 'draw:page') this.#slide(`slide ${this.#slides + 1}`);
    else if (name === 'presentation:notes') this.#slide(`slide ${this.#slides + 1} notes`);
    if (name === 'text:a' || name === 'draw:a') this.#links.push(attributeOf(attributes, 'xlink:href') ?? '');
    this.#inDescription = DESCRIPTIONS.has(name);
    if (PICTURES.test(name)) {
      const { title = '', descr = '' } = attributesOf(attributes);
      for (const text of [title, descr]) if (text !== '') this.#descriptions.push(text);
    }
    // Who wrote a comment.
    if (name === 'w:comment') this.#flow.add(`${attributeOf(attributes, 'w:author') ?? ''}: `);
    const space = SPACES[name];
    if (space !== undefined) this.#flow.add(space);
  }

  #close(name: string): void {
    this.#inDescription = false;
    if (RUNS.has(name) || (name.startsWith('text:') && PARAGRAPHS.has(name))) this.#runs -= 1;
    if (PARAGRAPHS.has(name)) this.#flow.endParagraph();
    else if (CELLS.has(name)) this.#flow.endCell();
    else if (ROWS.has(name)) this.#flow.endRow();
    else if (TABLES.has(name)) this.#flow.endTable();
    else if (name === 'draw:page') {
      this.#slides += 1;
      this.#slide('');
    }
  }

  /** Slides of OpenDocument are parts of their own. */
  #slide(place: string): void {
    this.#flow.end();
    this.#flow = new DocumentFlow({ place: placeIn(this.#input, place) }, this.ready);
  }
}
