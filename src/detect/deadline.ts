/** Watches how long each rule works on one content, and leaves out those that run away. */
import type { Gap } from '../model.ts';
import type { CompiledRule } from './compiled-rule.ts';

/**
 * An expression cannot be interrupted by the thread that it runs in, so here a rule is left out only after it was too slow. What
 * never returns at all is ended from outside, by whoever is told which rule is at work; from then on that rule is off.
 */
export interface RuleWatch {
  /** The rule with this index begins to work, or none does any more. */
  working(rule: number | undefined): void;
  /** True for a rule that never returned in this run. */
  isOff(rule: number): boolean;
}

export interface Deadline {
  /** So many bytes more are looked at: every rule gets time for them. */
  extend(bytes: number): void;
  /** Runs the work unless the rule is off or has used up its time in this content; false when it did not run. */
  time(rule: CompiledRule, work: () => void): boolean;
  gaps(): readonly Gap[];
}

export interface DeadlineOptions {
  /** Milliseconds from any start. */
  readonly now: () => number;
  /** Milliseconds that every rule has in any content. */
  readonly least: number;
  readonly watch?: RuleWatch | undefined;
}

/** Milliseconds for a byte more: half a second for a megabyte, several times what a dense table takes. */
const PER_BYTE = 500 / 1_000_000;

export function createDeadline({ now, least, watch }: DeadlineOptions): Deadline {
  const spent = new Map<CompiledRule, number>();
  const off = new Set<CompiledRule>();
  let most = least;
  return {
    extend(bytes) {
      most += bytes * PER_BYTE;
    },
    time(rule, work) {
      const before = spent.get(rule) ?? 0;
      if (watch?.isOff(rule.index)) off.add(rule);
      if (before > most || off.has(rule)) return false;
      watch?.working(rule.index);
      const begin = now();
      work();
      spent.set(rule, before + now() - begin);
      watch?.working(undefined);
      return true;
    },
    gaps: () => [
      ...[...spent]
        .filter(([rule, milliseconds]) => milliseconds > most && !off.has(rule))
        .map(([{ rule }]) => gap(rule.id, `took more than ${Math.round(most / 1000)} s`)),
      ...[...off].map(({ rule }) => gap(rule.id, 'never came to an end in this run')),
    ],
  };
}

function gap(rule: string, why: string): Gap {
  return { reason: 'rule-disabled', message: `rule ${rule} ${why} and was left out of the rest` };
}
