/** Settings (`.ini`, `.env`, `.properties`): text, and values under their sections and keys. */
import { IniLines } from './ini-lines.ts';
import { readKeyed } from './keyed-text.ts';
import type { Context, Input } from './reader.ts';
import type { Extracted } from './segment.ts';

export async function* readIni(input: Input, _context?: Context): AsyncGenerator<Extracted, void, undefined> {
  yield* readKeyed(input, new IniLines());
}
