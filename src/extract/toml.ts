/** TOML: arrays of tables as rows under their keys, everything else as text. */
import { readKeyed } from './keyed-text.ts';
import type { Context, Input } from './reader.ts';
import type { Extracted } from './segment.ts';
import { TomlLines } from './toml-lines.ts';

export async function* readToml(
  input: Input,
  _context?: Context,
): AsyncGenerator<Extracted, void, undefined> {
  yield* readKeyed(input, new TomlLines());
}
