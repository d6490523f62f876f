/**
 * Settings by their lines: `.ini` with its sections, `.env`, `.properties` (`key = value`, `export KEY="value"`, `key: value`). All of them stay text; values
 * are told under their keys where they end with their line.
 */
import { isName } from './header.ts';
import type { Line, LineReader, Token } from './keyed-text.ts';

const SECTION = /^\s*\[\s*(?<name>[^[\]"]{1,128}?)\s*(?:"(?<inner>[^"\\]{1,128})")?\s*\]\s*(?:[#;].*)?$/;
const ENTRY = /^\s*(?:export\s+)?(?<key>[\p{L}_][\p{L}\p{N}_.-]{0,127})\s*(?:=|:(?=\s))\s*(?=\S)/u;

export class IniLines implements LineReader {
  /** Sections open at the line. */
  #open = 0;
  #begun = false;
  /** True for the line after one that goes on. */
  #over = false;

  line(text: string): Line {
    const over = this.#over;
    this.#over = /\\$/.test(text) && !/\\\\$/.test(text);
    if (over) return { tokens: [], records: 0 };
    const begin: readonly Token[] = this.#begun ? [] : [{ type: 'open', array: false }];
    const section = SECTION.exec(text)?.groups;
    if (section !== undefined) {
      this.#begun = true;
      return { tokens: [...begin, ...this.#section([section.name, section.inner])], records: 0 };
    }
    const entry = ENTRY.exec(text);
    const key = entry?.groups?.key ?? '';
    const known =
      entry === null || this.#over || !isName(key) ? undefined : assigned(text.slice(entry[0].length));
    if (known === undefined) return { tokens: [], records: 0 };
    this.#begun = true;
    return {
      tokens: [...begin, { type: 'key', name: key }, { type: 'value', value: null, known }],
      records: 0,
    };
  }

  #section(names: readonly (string | undefined)[]): readonly Token[] {
    const keys = names.filter((name) => name !== undefined).map((name) => (isName(name) ? name : '?'));
    const closed = Array.from({ length: this.#open }, () => ({ type: 'close' }) as const);
    this.#open = keys.length;
    return [
      ...closed,
      ...keys.flatMap((name) => [{ type: 'key', name } as const, { type: 'open', array: false } as const]),
    ];
  }
}

/** The value that begins `text`; undefined for one that is not whole. */
function assigned(text: string): string | undefined {
  const quoted = /^(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)')(?=\s*(?:[#;].*)?$)/.exec(text)?.groups;
  if (quoted !== undefined) return quoted.double?.replace(/\\(["\\])/g, '$1') ?? quoted.single;
  if (/^["']/.test(text)) return undefined;
  return text.replace(/\s+[#;].*$/, '').trimEnd() || undefined;
}
