/** Suppressions as written in the config, with what no schema can say of them: none outlives a year. */
import type { SuppressionConfig } from '../config.ts';
import { UserError } from '../errors.ts';
import type { ConfigFile } from './file.ts';

/**
 * In the order written, expired ones included. Nothing is waved through for good: whoever suppresses a finding looks again
 * within a year.
 * @throws UserError naming file and line of one that expires more than a year after `today` (ISO date, UTC)
 */
export function resolveSuppressions(
  file: ConfigFile | undefined,
  today: string,
): readonly SuppressionConfig[] {
  const latest = aYearAfter(today);
  return (file?.document.suppressions ?? []).map(({ glob, fingerprint, ...rest }, index) => {
    if (rest.expires > latest) {
      throw new UserError(
        `${file?.at(['suppressions', index, 'expires'])}: "expires" is more than a year ahead; write ${latest} or earlier, and look at it again then`,
      );
    }
    return { ...rest, glob: glob ?? null, fingerprint: fingerprint ?? null };
  });
}

/** Those that hold on a day (ISO date, UTC). */
export function suppressionsInForce(
  suppressions: readonly SuppressionConfig[],
  today: string,
): readonly SuppressionConfig[] {
  return suppressions.filter(({ expires }) => today < expires);
}

/** 29 February becomes 1 March. */
function aYearAfter(today: string): string {
  const date = new Date(`${today}T00:00:00Z`);
  date.setUTCFullYear(date.getUTCFullYear() + 1);
  return date.toISOString().slice(0, 10);
}
