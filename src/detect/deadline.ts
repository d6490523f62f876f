/** Watches how long each rule works on one content, and leaves out those that run away. */
import type { Gap } from '../model.ts';
import type { CompiledRule } from './compiled-rule.ts';

/**
 * An expression cannot be interrupted in V8, so a rule is left out only after it was too slow; what never returns at all is
 * killed with its worker.
 */
export interface Deadline {
  /** So many bytes more are looked at: every rule gets time for them. */
  extend(bytes: number): void;
  /** Runs the work unless the rule has used up its time in this content; false when it did not run. */
  time(rule: CompiledRule, work: () => void): boolean;
  gaps(): readonly Gap[];
}

/** Milliseconds for a byte more: half a second for a megabyte, several times what a dense table takes. */
const PER_BYTE = 500 / 1_000_000;

/** `now` and `least`, the time that every rule has in any content, in milliseconds. */
export function createDeadline(now: () => number, least: number): Deadline {
  const spent = new Map<CompiledRule, number>();
  let most = least;
  return {
    extend(bytes) {
      most += bytes * PER_BYTE;
    },
    time(rule, work) {
      const before = spent.get(rule) ?? 0;
      if (before > most) return false;
      const begin = now();
      work();
      spent.set(rule, before + now() - begin);
      return true;
    },
    gaps: () =>
      [...spent]
        .filter(([, milliseconds]) => milliseconds > most)
        .map(([{ rule }]) => ({
          reason: 'rule-disabled',
          message: `rule ${rule.id} took more than ${Math.round(most / 1000)} s and was left out of the rest`,
        })),
  };
}
