/** Findings made of others: several kinds in one record, such as a diagnosis beside a name. */
import { atLeast } from '../model.ts';
import type { JudgedColumn } from './columns.ts';
import { settle } from './columns.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { CONTEXT_REACH } from './nearby.ts';
import { createTally, MOST_PLACES, merge, type Place, type Tally } from './tally.ts';
import type { TextHit } from './text-scan.ts';

/**
 * One thing found in a record. Things in the same slot may be the same characters, so they never make a pair. Things that are
 * alike are one object.
 */
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
  /** The record with one thing more in it, found at `medium` or up; undefined for one in which nothing was found before. */
  extend(record: Likes | undefined, item: Item): Likes;
  addRecord(record: Likes, place: (column: number) => Place): void;
  /** By rule index. */
  finish(): ReadonlyMap<number, Tally>;
}

interface Pending {
  readonly rule: number;
  readonly kind: string;
  readonly hit: TextHit;
  readonly order: number;
}

/** Records in which the same things were found, in the same order, counted together. */
export interface Likes {
  readonly items: readonly Item[];
  /** Those with one thing more. */
  readonly more: Map<Item, Likes>;
  records: number;
  readonly places: Place[];
}

/** Kinds of records told apart in one content; columns of one table seldom make more than a few. */
const MOST_LIKES = 50_000;

/** What is the same for every content. */
export interface TogetherRules {
  readonly combining: readonly CompiledRule[];
  /** Kinds that any of them puts together, and those of each. */
  readonly wanted: ReadonlySet<string>;
  readonly kindsOf: ReadonlyMap<CompiledRule, ReadonlySet<string>>;
}

export function compileTogether(rules: readonly CompiledRule[]): TogetherRules {
  const combining = rules.filter((rule) => rule.together !== undefined);
  return {
    combining,
    wanted: new Set(combining.flatMap((rule) => rule.together!.groups.flat())),
    kindsOf: new Map(combining.map((rule) => [rule, new Set<string>(rule.together!.groups.flat())])),
  };
}

export function createTogether({ combining, wanted, kindsOf }: TogetherRules): Together {
  const tallies = new Map(combining.map((rule) => [rule.index, createTally(rule.together!.confidence, '')]));
  const recent = new Map<CompiledRule, Pending[]>(combining.map((rule) => [rule, []]));
  const nothing = alike([]);
  /** In the order of their first records. */
  const likes: Likes[] = [];
  let toldApart = 0;
  let pending: Pending[] = [];

  function decide(position: number): void {
    pending.sort((a, b) => a.hit.start - b.hit.start || a.rule - b.rule);
    const decided = pending.filter((each) => each.hit.start < position);
    pending = pending.slice(decided.length);
    for (const each of decided) {
      for (const rule of combining) if (kindsOf.get(rule)!.has(each.kind)) reach(rule, each);
    }
  }

  /** Adds a hit to those within reach; a full record begins a new one. */
  function reach(rule: CompiledRule, added: Pending): void {
    const near = recent.get(rule)!.filter((each) => added.hit.start - each.hit.end <= CONTEXT_REACH);
    near.push(added);
    const pairs = near.map(({ kind, hit }) => ({ kind, start: hit.start, end: hit.end }));
    const kinds = choose(rule.together!.groups, pairs, (a, b) => a.start < b.end && b.start < a.end);
    recent.set(rule, kinds ? [] : near);
    if (kinds) tell(tallies.get(rule.index)!, kinds, 1, [{ order: added.order, text: added.hit.place() }]);
  }

  return {
    wants: (kind) => wanted.has(kind),
    addHit: (rule, hit, order) => {
      pending.push({ rule: rule.index, kind: rule.rule.kind, hit, order });
    },
    decide,
    extend(record = nothing, item) {
      if (record.items.at(-1) === item) return record;
      const known = record.more.get(item);
      if (known !== undefined) return known;
      if (toldApart >= MOST_LIKES) return record;
      toldApart++;
      const more = alike([...record.items, item]);
      record.more.set(item, more);
      return more;
    },
    addRecord(record, place) {
      if (record.records === 0) likes.push(record);
      record.records++;
      if (record.places.length < MOST_PLACES)
        record.places.push(place(Math.min(...record.items.map((item) => item.column))));
    },
    finish() {
      decide(Number.POSITIVE_INFINITY);
      for (const { items, records, places } of likes) {
        if (items.length < 2) continue;
        const inOrder = items.toSorted((a, b) => a.column - b.column || a.rule - b.rule);
        const found = inOrder.flatMap(({ slot, from }) => {
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

function alike(items: readonly Item[]): Likes {
  return { items, more: new Map(), records: 0, places: [] };
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
