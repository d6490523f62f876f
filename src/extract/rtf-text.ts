/** What a person reads in rich text: the document, its headers, notes and comments, its properties, links. */
import { isAscii } from 'node:buffer';
import { DocumentFlow } from './document-flow.ts';
import { type Input, placeIn } from './reader.ts';
import { codePageOf, decoderOf, pageOfCharset } from './rtf-charset.ts';
import { type RtfSink, RtfTokens } from './rtf-tokens.ts';
import type { Segment } from './segment.ts';

/** Groups beside the document whose text counts, by their first word, and where it stands. */
const PARTS: Readonly<Record<string, string>> = {
  header: 'header',
  headerl: 'header',
  headerr: 'header',
  headerf: 'header',
  footer: 'footer',
  footerl: 'footer',
  footerr: 'footer',
  footerf: 'footer',
  footnote: 'footnotes',
  annotation: 'comments',
  atnauthor: 'comments',
  info: 'properties',
  userprops: 'properties',
};
/** Groups inside of the document's text that belong to it. */
const INSIDE = new Set([
  'fldinst',
  'shptxt',
  'shpinst',
  'shppict',
  'pntext',
  'company',
  'manager',
  'category',
  'hlinkbase',
]);
/** Groups that hold no text. `*` before a word that we do not know says the same. */
const SILENT = new Set(
  'fonttbl colortbl stylesheet listtable listoverridetable revtbl rsidtbl filetbl pict nonshppict objdata themedata datastore latentstyles sp xmlnstbl generator mmathPr htmltag mhtmltag pgdsctbl atnid atnref atndate'.split(
    ' ',
  ),
);
const SPACES: Readonly<Record<string, string>> = {
  tab: '\t',
  line: '\n',
  '~': ' ',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  emspace: ' ',
  enspace: ' ',
  '{': '{',
  '}': '}',
  '\\': '\\',
  _: '-',
};
const PARAGRAPH_ENDS = new Set(['par', 'sect', 'page', '\n', '\r']);
/** Groups in groups; what lies deeper belongs to the last one. */
const DEPTH = 2000;

interface Group {
  readonly silent: boolean;
  readonly flow: string;
  /** Characters that follow `\u` for programs that do not know it. */
  readonly substitutes: number;
  readonly page: number;
  readonly fonts: boolean;
  readonly intable: boolean;
  /** In the fallback that Outlook writes beside HTML. */
  readonly fallback: boolean;
}

export class RtfText implements RtfSink {
  readonly #input: Pick<Input, 'place'>;
  readonly #tokens = new RtfTokens(this);
  readonly #flows = new Map<string, DocumentFlow>();
  readonly #groups: Group[] = [];
  /** Code pages by the font's number. */
  readonly #pages = new Map<number, number>();
  #group: Group = {
    silent: false,
    flow: '',
    substitutes: 1,
    page: 1252,
    fonts: false,
    intable: false,
    fallback: false,
  };
  #deeper = 0;
  /** True until the group's first word. */
  #first = false;
  #starred = false;
  /** Substitutes still to be passed over. */
  #skip = 0;
  /** Bytes of the character set, until a character is whole. */
  #bytes: number[] = [];
  #defaultPage = 1252;
  #font = 0;
  /** Pictures and embedded objects met. */
  pictures = 0;
  objects = 0;

  constructor(input: Pick<Input, 'place'>) {
    this.#input = input;
  }

  *take(): Generator<Segment, void, undefined> {
    for (const flow of this.#flows.values()) yield* flow.ready.splice(0);
  }

  write(chunk: Buffer): void {
    this.#tokens.write(chunk);
  }

  finish(): void {
    this.#tokens.end();
    this.#decode();
    for (const flow of this.#flows.values()) flow.end();
  }

  open(): void {
    this.#decode();
    if (this.#groups.length >= DEPTH) this.#deeper += 1;
    else this.#groups.push(this.#group);
    this.#first = true;
    this.#starred = false;
    this.#skip = 0;
  }

  close(): void {
    this.#decode();
    this.#first = false;
    this.#skip = 0;
    if (this.#deeper > 0) {
      this.#deeper -= 1;
      return;
    }
    const outer = this.#groups.pop();
    if (outer === undefined) return;
    // Fields of the properties, notes and comments end their lines.
    if (!this.#group.silent && this.#group.flow !== '') this.#flow().endParagraph();
    this.#group = outer;
  }

  text(bytes: Buffer): void {
    this.#first = false;
    const skipped = Math.min(this.#skip, bytes.length);
    this.#skip -= skipped;
    if (this.#mute || skipped === bytes.length) return;
    const rest = bytes.subarray(skipped);
    // A character of two bytes may have its second one among ASCII.
    if (this.#bytes.length === 0 && isAscii(rest)) this.#add(rest.toString('latin1'));
    else for (const byte of rest) this.#bytes.push(byte);
    if (this.#bytes.length > 4096) this.#decode();
  }

  control(word: string, parameter: number | undefined): void {
    if (word === "'") {
      this.#first = false;
      if (this.#skip > 0) this.#skip -= 1;
      else if (!this.#mute) this.#bytes.push(parameter ?? 0);
      return;
    }
    this.#decode();
    if (word === '*' && this.#first) {
      this.#starred = true;
      return;
    }
    if (this.#first) this.#destination(word);
    this.#first = false;
    if (word === 'u') {
      // Negative above 32,767.
      if (!this.#mute) this.#add(String.fromCharCode((parameter ?? 0) & 0xffff));
      this.#skip = this.#group.substitutes;
    } else if (!this.#state(word, parameter) && !this.#mute) this.#layout(word);
  }

  get #mute(): boolean {
    return this.#group.silent || this.#group.fallback;
  }

  #destination(word: string): void {
    const part = PARTS[word];
    if (word === 'pict' && !this.#group.silent) this.pictures += 1;
    if (word === 'objdata' && !this.#group.silent) this.objects += 1;
    if (word === 'fonttbl') this.#set({ fonts: true });
    if (SILENT.has(word) || (this.#starred && part === undefined && !INSIDE.has(word)))
      this.#set({ silent: true });
    else if (part !== undefined) this.#set({ flow: part, intable: false });
  }

  /** Words that say how what follows is to be read; false for all others. */
  #state(word: string, parameter: number | undefined): boolean {
    const number = parameter ?? 0;
    if (word === 'ansicpg') this.#defaultPage = number;
    if (word === 'ansicpg' || word === 'plain') this.#set({ page: this.#defaultPage });
    else if (word === 'uc') this.#set({ substitutes: Math.min(16, Math.max(0, number)) });
    else if (word === 'f') {
      this.#font = number;
      if (!this.#group.fonts) this.#set({ page: this.#pages.get(number) ?? this.#defaultPage });
    } else if (word === 'fcharset' && this.#group.fonts) {
      if (this.#pages.size < DEPTH) this.#pages.set(this.#font, pageOfCharset(number) ?? this.#defaultPage);
    } else if (word === 'htmlrtf') this.#set({ fallback: parameter !== 0 });
    else if (word === 'intbl') this.#set({ intable: true });
    else if (word === 'pard') this.#set({ intable: false });
    else if (word === 'mac' || word === 'pc' || word === 'pca') this.#defaultPage = codePageOf(word);
    else return false;
    return true;
  }

  #layout(word: string): void {
    const flow = this.#flow();
    if (word === 'cell' || word === 'nestcell') {
      this.#enterCell(flow);
      flow.endCell();
    } else if (word === 'row' || word === 'nestrow') flow.endRow();
    else if (PARAGRAPH_ENDS.has(word)) flow.endParagraph();
    else if (SPACES[word] !== undefined) this.#add(SPACES[word] ?? '');
  }

  #add(text: string): void {
    const flow = this.#flow();
    if (this.#group.intable) this.#enterCell(flow);
    else if (flow.inTable && text.trim() !== '') while (flow.inTable) flow.endTable();
    flow.add(text);
  }

  #enterCell(flow: DocumentFlow): void {
    if (!flow.inTable) flow.beginTable();
    if (!flow.inCell) flow.beginCell();
  }

  #decode(): void {
    if (this.#bytes.length === 0) return;
    const text = decoderOf(this.#group.page).decode(Uint8Array.from(this.#bytes));
    this.#bytes = [];
    this.#add(text);
  }

  #flow(): DocumentFlow {
    const name = this.#group.flow;
    let flow = this.#flows.get(name);
    if (flow === undefined) {
      flow = new DocumentFlow({ place: placeIn(this.#input, name) });
      this.#flows.set(name, flow);
    }
    return flow;
  }

  #set(change: Partial<Group>): void {
    this.#group = { ...this.#group, ...change };
  }
}
