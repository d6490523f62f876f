/**
 * YAML by its lines: block mappings and lists of scalars, which is what data is written in. Flow collections, block scalars, tags, anchors,
 * templates and Kubernetes manifests stay text. Own code, because a YAML parser wants all of a file, and a whole one.
 */
import { isName } from './header.ts';
import type { Line, LineReader, Token } from './keyed-text.ts';
import { isSecretive } from './secretive.ts';

interface Frame {
  readonly list: boolean;
  /** Column at which its keys or dashes stand. */
  readonly indent: number;
  /** A key or dash without a value so far: what is further in belongs to it. */
  pending: boolean;
  /** Of a list: its elements with keys. */
  records: number;
}

/** Lists in lists in one line; more is none. */
const DEPTH = 64;
/** What cannot begin a plain value: `"` and `'` are looked at before. */
const NOT_PLAIN = /^[|>&*!{[%@`#]|^- |^\{\{/;
const KEY =
  /^(?:"(?<double>[^"\\]{0,128})"|'(?<single>[^']{0,128})'|(?<plain>[^\s"'#[\]{},&*!|>%@`?-][^#]{0,127}?|-[^\s#][^#]{0,126}?))\s*:(?=\s|$)\s*/;
/** Lines of a Kubernetes manifest; rules know those by what stands in them together. */
const MANIFEST = /^(?:apiVersion|kind):/;

export class YamlLines implements LineReader {
  readonly #frames: Frame[] = [];
  #tokens: Token[] = [];
  /** Inside a block scalar: further in than this is its text. */
  #block = Number.POSITIVE_INFINITY;
  #manifest = false;

  line(text: string): Line {
    this.#tokens = [];
    const taken = this.#content(text);
    const list = this.#frames.find((frame) => frame.list);
    return { tokens: this.#tokens, records: list?.records ?? 0, ...(taken ? { taken } : {}) };
  }

  #content(text: string): Line['taken'] {
    const indent = text.search(/[^ ]/);
    if (indent === -1 || text[indent] === '#') return undefined;
    if (/^(?:---|\.\.\.)(?:\s|$)/.test(text)) {
      this.#closeTo(-1);
      this.#block = Number.POSITIVE_INFINITY;
      this.#manifest = false;
      return undefined;
    }
    this.#manifest ||= MANIFEST.test(text);
    if (this.#manifest || text[indent] === '\t' || indent > this.#block) return undefined;
    this.#block = Number.POSITIVE_INFINITY;
    this.#closeTo(indent);
    return this.#item(text, indent);
  }

  /** From `at`, where a dash, a key or a value stands. */
  #item(text: string, at: number): Line['taken'] {
    const rest = text.slice(at);
    if (/^-(?: |$)/.test(rest)) return this.#dash(text, at);
    // A list may stand as far in as the key that it belongs to, and ends with the next key.
    if (this.#top?.list && this.#top.indent === at) this.#close();
    const top = this.#top;
    const key = KEY.exec(rest);
    if (key === null) {
      if (top === undefined || !top.list || !top.pending || top.indent >= at) return undefined;
      return this.#value(text, at, { secretive: false });
    }
    if (!this.#within(at, false)) return undefined;
    const { double, single, plain = '' } = key.groups ?? {};
    const name = double ?? single ?? plain;
    // A key that may be a value is looked at as text.
    this.#tokens.push({ type: 'key', name: isName(name) ? name : '?' });
    const taken = this.#value(text, at + key[0].length, { secretive: isSecretive(name) });
    return taken && isName(name) ? { from: 0, to: taken.to } : taken;
  }

  #dash(text: string, at: number): Line['taken'] {
    if (!this.#within(at, true)) return undefined;
    const next = text.slice(at + 1).search(/\S/);
    this.#pend(true);
    return next === -1 || this.#frames.length > DEPTH ? undefined : this.#item(text, at + 1 + next);
  }

  /** Opens what stands at column `indent` where it is not open; false when nothing may begin there. */
  #within(indent: number, list: boolean): boolean {
    const top = this.#top;
    if (top !== undefined && top.indent === indent && top.list === list) return true;
    const deeper = top !== undefined && (top.indent < indent || (list && !top.list && top.indent === indent));
    if (top !== undefined && !(top.pending && deeper)) return false;
    if (top?.list && !list) top.records += 1;
    this.#pend(false);
    this.#tokens.push({ type: 'open', array: list });
    this.#frames.push({ list, indent, pending: false, records: 0 });
    return true;
  }

  #value(text: string, at: number, { secretive }: { readonly secretive: boolean }): Line['taken'] {
    const rest = text.slice(at);
    const empty = rest === '' || rest.startsWith('#');
    this.#pend(empty);
    if (empty) return undefined;
    if (/^(?:[&!]\S* )*[|>][-+0-9]*\s*(?:#.*)?$/.test(rest)) this.#block = this.#top?.indent ?? -1;
    const scalar = scalarOf(rest);
    const value = secretive ? undefined : scalar?.value;
    this.#tokens.push({ type: 'value', value: value ?? null, known: scalar?.value });
    return secretive || scalar === undefined ? undefined : { from: at, to: at + scalar.length };
  }

  get #top(): Frame | undefined {
    return this.#frames.at(-1);
  }

  #pend(pending: boolean): void {
    if (this.#top !== undefined) this.#top.pending = pending;
  }

  /** Closes what stands further in than `indent`. */
  #closeTo(indent: number): void {
    while (this.#top !== undefined && this.#top.indent > indent) this.#close();
  }

  #close(): void {
    this.#frames.pop();
    this.#tokens.push({ type: 'close' });
  }
}

/** A scalar that begins `text`, and how much of it it takes; undefined for anything else, and for what goes on in the next line. */
function scalarOf(text: string): { readonly value: string; readonly length: number } | undefined {
  const quoted = /^(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^']|'')*)')(?=\s*(?:\s#.*)?$)/.exec(text);
  if (quoted !== null) {
    const { double, single = '' } = quoted.groups ?? {};
    const value = double === undefined ? single.replaceAll("''", "'") : double.replace(ESCAPE, unescaped);
    return { value, length: quoted[0].length };
  }
  if (/^["']/.test(text) || NOT_PLAIN.test(text)) return undefined;
  const value = text.replace(/\s+#.*$/, '').trimEnd();
  return /^(?:~|null)?$/i.test(value) ? undefined : { value, length: value.length };
}

const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/gi;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', 0: '' };

function unescaped(
  _: string,
  x: string | undefined,
  u: string | undefined,
  char: string | undefined,
): string {
  return char === undefined
    ? String.fromCharCode(Number.parseInt(x ?? u ?? '', 16))
    : (ESCAPES[char] ?? char);
}
