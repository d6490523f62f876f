/** What a drive's token for the next run holds. */
import { z } from 'zod';
import type { Cursor } from '../../src/connector.ts';

export const TOKEN = z.object({
  /** Google's page token. */
  page: z.string(),
  /** When the last whole listing began, by Google's clock; ISO 8601 UTC. */
  whole: z.string(),
  /** See Drive.members. */
  members: z.string(),
});
export type Token = z.infer<typeof TOKEN>;

export function writeToken(token: Token): Cursor {
  return JSON.stringify(token);
}

/** A token or cursor that was written as JSON; undefined for what another version of the program may have written. */
export function readJson<T>(schema: z.ZodType<T>, text: Cursor): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
