/** The labelled files of fixtures/corpus: each `NAME` has its label in `NAME.json`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LEVELS } from '../../src/model.ts';

export const CORPUS = join(import.meta.dirname, '../../fixtures/corpus');

const label = z.strictObject({
  /** What the case is about. */
  note: z.string(),
  /** Kinds that must be found at medium confidence and up; none for a look-alike. */
  contains: z.array(z.string()),
  /** Kinds that may be found; every other one is a false alarm. */
  may: z.array(z.string()),
  level: z.enum(LEVELS),
  /** Levels that are accepted; absent: `level` alone. */
  level_ok: z.array(z.enum(LEVELS)).optional(),
});

export interface Case extends z.infer<typeof label> {
  readonly name: string;
}

/** Every case, in name order. @throws Error for a file without a label, a label without a file, or a label that is none */
export function corpusCases(): readonly Case[] {
  const names = readdirSync(CORPUS).sort();
  const labels = names.filter(
    (name) => name.endsWith('.json') && names.includes(name.slice(0, -'.json'.length)),
  );
  const files = names.filter((name) => !labels.includes(name));
  const missing = files.filter((name) => !labels.includes(`${name}.json`));
  if (missing.length > 0) throw new Error(`fixtures/corpus: no label for ${missing.join(', ')}`);
  return files.map((name) => ({
    name,
    ...label.parse(JSON.parse(readFileSync(join(CORPUS, `${name}.json`), 'utf8'))),
  }));
}
