/** YAML: records of lists as rows under their keys, everything else as text. */
import { readKeyed } from './keyed-text.ts';
import type { Context, Input } from './reader.ts';
import type { Extracted } from './segment.ts';
import { YamlLines } from './yaml-lines.ts';

export async function* readYaml(
  input: Input,
  _context?: Context,
): AsyncGenerator<Extracted, void, undefined> {
  yield* readKeyed(input, new YamlLines());
}
