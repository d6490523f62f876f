/** What a sheet's XML says beside its cells: headers and footers, hints for those who fill it in, links (ECMA-376 part 1, 18.3.1). */
import { attributesOf } from './xml-attributes.ts';

const FURNITURE = /^(?:odd|even|first)(?:Header|Footer)$/;
/** Attributes that people wrote, by element. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  dataValidation: ['promptTitle', 'prompt', 'errorTitle', 'error'],
  hyperlink: ['location', 'display', 'tooltip'],
  protectedRange: ['name'],
};
/** Lists of a validation, literal ones, are in quotes. */
const LISTS = new Set(['formula1', 'formula2']);
const MOST_CHARS = 1024 ** 2;

export class SheetAbout {
  #inText: 'header' | 'list' | undefined;
  #text = '';
  #chars = 0;
  readonly headers: string[] = [];
  readonly notes: string[] = [];

  /** An element outside of the cells, by its name without prefix. */
  open(name: string, attributes: string): void {
    this.#inText = FURNITURE.test(name) ? 'header' : LISTS.has(name) ? 'list' : undefined;
    this.#text = '';
    const written = WRITTEN[name];
    if (written === undefined) return;
    const values = attributesOf(attributes);
    for (const each of written) this.#add(this.notes, values[each] ?? '');
  }

  text(text: string): void {
    if (this.#inText !== undefined && this.#text.length < MOST_CHARS) this.#text += text;
  }

  close(): void {
    if (this.#inText === 'header') this.#add(this.headers, plainHeader(this.#text));
    else if (this.#inText === 'list' && this.#text.startsWith('"'))
      this.#add(this.notes, this.#text.slice(1, -1));
    this.#inText = undefined;
  }

  #add(to: string[], text: string): void {
    if (text.trim() === '' || this.#chars > MOST_CHARS || to.at(-1) === text) return;
    this.#chars += text.length;
    to.push(text);
  }
}

/** Without its codes: `&L&"Arial,Bold"&12Staff&RPage &P` is `Staff` and `Page`, a part a line. */
export function plainHeader(text: string): string {
  return text
    .replace(/&(?:[LCR]|"[^"]*"|\d{1,3}|K[0-9A-F]{6}|K[0-9]{2}[+-][0-9]{3}|[A-Z]|&)/gi, (code) =>
      /^&[LCR]$/.test(code) ? '\n' : code === '&&' ? '&' : '',
    )
    .replace(/\n{2,}/g, '\n')
    .trim();
}
