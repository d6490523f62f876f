/** Finds candidates for all rules at once. */
import { type CandidateFinder, type CandidateStream, FAN, type Starts } from './candidates.ts';
import type { CompiledRule } from './compiled-rule.ts';

export function createFinder(rules: readonly CompiledRule[]): CandidateFinder {
  const slow = rules.flatMap(({ index, text }) =>
    (text?.patterns ?? []).map((_, pattern): readonly [number, number] => [index, pattern]),
  );
  return { slow, open: () => createStream(rules.length) };
}

function createStream(rules: number): CandidateStream {
  const starts: (Starts | undefined)[] = new Array(rules).fill(undefined);
  const active: number[] = [];
  return {
    feed: () => undefined,
    end: () => undefined,
    add(rule, pattern, position) {
      let list = starts[rule];
      if (list === undefined) {
        list = starts[rule] = [];
        active.push(rule);
      }
      list.push(position * FAN + pattern);
    },
    starts,
    active,
  };
}
