/** Findings made of others: several kinds in one record, such as a diagnosis beside a name. */
import { atLeast } from '../model.ts';
import type { JudgedColumn } from './columns.ts';
import { settle } from './columns.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { CONTEXT_REACH } from './nearby.ts';
import { createTally, MOST_PLACES, merge, type Place, type Tally } from './tally.ts';
import type { TextHit } from './text-scan.ts';

/** One thing found in a record. Things in the same slot may be the same characters, so they never make a pair. */
export interface Item {
  readonly column: number;
  /** Index of the rule that found it. */
  readonly rule: number;
  readonly slot: number | string;
  /** A kind found in text, or a column whose kind depends on how the whole column is judged in the end. */
  readonly from: string | JudgedColumn;
}

export interface Together {
  /** True for kinds that some rule puts together. */
  wants(kind: string): boolean;
  /** A hit in running text, at `medium` or up. */
  addHit(rule: CompiledRule, hit: TextHit, order: number): void;
  /** No hit before this position will follow. */
  decide(position: number): void;
  /** What stands in one row, at `medium` or up, by column and rule. */
  addRecord(items: readonly Item[], place: () => Place): void;
  /** By rule index. */
  finish(): ReadonlyMap<number, Tally>;
}

interface Pending {
  readonly rule: number;
  readonly kind: string;
  readonly hit: TextHit;
  readonly order: number;
}

/** Records that hold the same things, counted together. */
interface Likes {
  readonly items: readonly Item[];
  records: number;
  readonly places: Place[];
}

/** Kinds of records told apart in one content; columns of one table seldom make more than a few. */
const MOST_LIKES = 20_000;

export function createTogether(rules: readonly CompiledRule[]): Together {
  const combining = rules.filter((rule) => rule.together !== undefined);
  const wanted = new Set(combining.flatMap((rule) => rule.together!.groups.flat()));
  const kindsOf = new Map(combining.map((rule) => [rule, new Set(rule.together!.groups.flat())]));
  const tallies = new Map(combining.map((rule) => [rule.index, createTally(rule.together!.confidence, '')]));
  const recent = new Map<CompiledRule, Pending[]>(combining.map((rule) => [rule, []]));
  const numbers = new Map<JudgedColumn, number>();
  const likes = new Map<string, Likes>();
  let pending: Pending[] = [];

  function decide(position: number): void {
    pending.sort((a, b) => a.hit.start - b.hit.start || a.rule - b.rule);
    const decided = pending.filter((each) => each.hit.start < position);
    pending = pending.slice(decided.length);
    for (const each of decided) {
      for (const rule of combining) if (kindsOf.get(rule)!.has(each.kind)) extend(rule, each);
    }
  }

  /** Adds a hit to those within reach; a full record begins a new one. */
  function extend(rule: CompiledRule, added: Pending): void {
    const near = recent.get(rule)!.filter((each) => added.hit.start - each.hit.end <= CONTEXT_REACH);
    near.push(added);
    const pairs = near.map(({ kind, hit }) => ({ kind, start: hit.start, end: hit.end }));
    const kinds = choose(rule.together!.groups, pairs, (a, b) => a.start < b.end && b.start < a.end);
    recent.set(rule, kinds ? [] : near);
    if (kinds) tell(tallies.get(rule.index)!, kinds, 1, [{ order: added.order, text: added.hit.place() }]);
  }

  function numberOf(judged: JudgedColumn): number {
    const number = numbers.get(judged) ?? numbers.size;
    numbers.set(judged, number);
    return number;
  }

  return {
    wants: (kind) => wanted.has(kind),
    addHit: (rule, hit, order) => {
      pending.push({ rule: rule.index, kind: rule.rule.kind, hit, order });
    },
    decide,
    addRecord(items, place) {
      let key = '';
      for (const { slot, from } of items)
        key += `${slot}=${typeof from === 'string' ? from : numberOf(from)} `;
      const alike = likes.get(key) ?? { items, records: 0, places: [] };
      if (alike.records === 0) {
        if (likes.size >= MOST_LIKES) return;
        likes.set(key, alike);
      }
      alike.records++;
      if (alike.places.length < MOST_PLACES) alike.places.push(place());
    },
    finish() {
      decide(Number.POSITIVE_INFINITY);
      for (const { items, records, places } of likes.values()) {
        const found = items.flatMap(({ slot, from }) => {
          const kind = typeof from === 'string' ? from : settledKind(from);
          return kind === undefined ? [] : [{ slot, kind }];
        });
        for (const rule of combining) {
          const kinds = choose(rule.together!.groups, found, (a, b) => a.slot === b.slot);
          if (kinds) tell(tallies.get(rule.index)!, kinds, records, places);
        }
      }
      return new Map(
        [...tallies].filter(([, tally]) => tally.count > 0).map(([rule, tally]) => [rule, merge([tally])!]),
      );
    },
  };
}

/** One kind for each group, all from different things; undefined when there is none. */
function choose<T extends { readonly kind: string }>(
  groups: readonly (readonly string[])[],
  things: readonly T[],
  same: (a: T, b: T) => boolean,
  taken: readonly T[] = [],
): readonly string[] | undefined {
  const [group, ...rest] = groups;
  if (group === undefined) return taken.map((thing) => thing.kind);
  for (const thing of things) {
    if (!group.includes(thing.kind)) continue;
    if (taken.some((other) => other === thing || other.kind === thing.kind || same(other, thing))) continue;
    const kinds = choose(rest, things, same, [...taken, thing]);
    if (kinds) return kinds;
  }
  return undefined;
}

function settledKind(judged: JudgedColumn): string | undefined {
  const tally = settle(judged);
  return tally && atLeast(tally.confidence, 'medium') ? judged.rule.rule.kind : undefined;
}

function tell(tally: Tally, kinds: readonly string[], records: number, places: readonly Place[]): void {
  if (tally.count === 0) tally.why = `${kinds.join(' and ')} in one record`;
  tally.count += records;
  tally.places.push(...places);
  tally.places.sort((a, b) => a.order - b.order);
  tally.places.splice(MOST_PLACES);
}
