/** Reads `.whereabouts.yaml`: what the people who keep a folder declare about it, in the config's own words. */
import { parse } from 'yaml';
import { z } from 'zod';
import type { SidecarDeclaration } from '../classify/policy.ts';
import { UserError } from '../errors.ts';
import { LEVELS } from '../model.ts';

const schema = z.strictObject({
  classification: z
    .array(
      z.strictObject({
        glob: z.string().min(1).default('**'),
        level: z.enum(LEVELS),
        reason: z.string().min(1),
      }),
    )
    .default([]),
});

/**
 * The declarations in a sidecar's text, in order. Nobody signs a sidecar, so it holds no decisions: it may raise a level, and below
 * what is detected it marks what it is about as contradicted.
 * @throws UserError naming the first mistake; never with the text
 */
export function parseSidecar(text: string): readonly SidecarDeclaration[] {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0, logLevel: 'silent' }) ?? {};
  } catch (error) {
    // The library quotes the line; its code says what is wrong without.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'syntax error';
    throw new UserError(`not YAML (${code})`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data.classification;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new UserError(
    `${where === '' ? 'the file' : where} is not as it should be; write classification: [{glob, level, reason}] with level one of ${LEVELS.join(', ')}`,
  );
}
