/** Watches how long each rule works on one content, and leaves out those that run away. */
import type { Gap } from '../model.ts';
import type { CompiledRule } from './compiled-rule.ts';

/**
 * An expression cannot be interrupted in V8, so a rule is left out only after it was too slow; what never returns at all is
 * killed with its worker.
 */
export interface Deadline {
  /** Runs the work unless the rule has used up its time in this content; false when it did not run. */
  time(rule: CompiledRule, work: () => void): boolean;
  gaps(): readonly Gap[];
}

/** `now` and `most` in milliseconds. */
export function createDeadline(now: () => number, most: number): Deadline {
  const spent = new Map<CompiledRule, number>();
  return {
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
          message: `rule ${rule.id} took more than ${most / 1000} s and was left out of the rest`,
        })),
  };
}
