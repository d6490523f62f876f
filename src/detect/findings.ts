/** Gathers hits and columns of one content into one finding per rule. */
import { atLeast, type Confidence, type Finding } from '../model.ts';
import type { Column } from './columns.ts';
import { settle } from './columns.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { FoundValues } from './detector.ts';
import { DistinctValues } from './distinct.ts';
import { type Hit, lower } from './judge.ts';
import { count, createTally, merge, type Place, type Tally } from './tally.ts';

export interface Findings {
  /** A hit of a text rule; `column` when it stands in a cell. */
  add(rule: CompiledRule, hit: Hit, place: () => Place, column?: Column): void;
  /** In rule order. `onValues` is told the values, as hashes, of each rule that reached `medium`. */
  finish(parts: Parts, onValues: (values: FoundValues) => void): readonly Finding[];
}

export interface Parts {
  readonly columns: Iterable<Column>;
  /** Columns of values that stand in the text as well, and may have been found there. */
  readonly keys: Iterable<Column>;
  readonly together: ReadonlyMap<number, Tally>;
}

export function createFindings(rules: readonly CompiledRule[]): Findings {
  const running = new Map<number, Tally[]>();
  /** Where the last hit went: the next one is mostly alike. */
  let last:
    | { readonly rule: CompiledRule; readonly column: Column | undefined; readonly tally: Tally }
    | undefined;

  function tallyFor(rule: CompiledRule, hit: Hit, column: Column | undefined): Tally {
    // Only a rule that judges columns as well must know which column a cell was in.
    const into = column && rule.column ? column.textTallies : running;
    let tallies = into.get(rule.index);
    if (tallies === undefined) {
      tallies = [];
      into.set(rule.index, tallies);
    }
    let tally = tallies.find((each) => each.confidence === hit.band);
    if (tally === undefined) {
      tally = createTally(hit.band, reasonFor(rule, hit));
      tallies.push(tally);
    }
    return tally;
  }

  return {
    add(rule, hit, place, column) {
      if (last?.rule !== rule || last.column !== column || last.tally.confidence !== hit.band)
        last = { rule, column, tally: tallyFor(rule, hit, column) };
      const { tally } = last;
      count(tally, hit.value, place);
      // A cell is data, not a place for comments.
      if (hit.allowed && column === undefined) tally.allowed++;
    },
    finish({ columns, keys, together }, onValues) {
      const judged = new Map<number, Tally[]>();
      for (const column of columns) collectColumn(column, running, judged);
      const keyed = new Map<number, Tally[]>();
      for (const column of keys) collectColumn(column, new Map(), keyed);
      // Of hundreds of rules, few find anything in a content.
      const found = new Set([running, judged, keyed, together].flatMap((each) => [...each.keys()]));
      return [...found]
        .sort((a, b) => a - b)
        .flatMap((index) => {
          const rule = rules[index]!;
          const tallies = [...settleText(rule, running.get(index) ?? []), ...(judged.get(index) ?? [])];
          const combined = together.get(index);
          if (combined) tallies.push(combined);
          tallies.push(...onlyOnce(keyed.get(index) ?? [], tallies));
          return toFinding(rule, tallies, onValues) ?? [];
        });
    },
  };
}

/** A column that is judged to be it counts once, by cells or by text, whichever is surer; another's text hits count as text. */
function collectColumn(column: Column, running: Map<number, Tally[]>, judged: Map<number, Tally[]>): void {
  const settled = new Map(column.judged.map((each) => [each.rule.index, settle(each)]));
  for (const [rule, tally] of settled) if (tally) push(judged, rule, [tally]);
  for (const [rule, tallies] of column.textTallies) {
    const whole = settled.get(rule);
    if (!whole) push(running, rule, tallies);
    else if (tallies.some((tally) => sureness(tally.confidence) > sureness(whole.confidence))) {
      judged.set(
        rule,
        judged.get(rule)!.filter((tally) => tally !== whole),
      );
      push(running, rule, tallies);
    }
  }
}

/** Of what was found by its key only as many count as were not `found` as surely in the text, where it stands too. */
function onlyOnce(keyed: readonly Tally[], found: readonly Tally[]): readonly Tally[] {
  return (['medium', 'low'] as const).flatMap((floor) => {
    const strong = (tally: Tally) => atLeast(tally.confidence, 'medium') === (floor === 'medium');
    let known = found
      .filter((tally) => floor === 'low' || strong(tally))
      .reduce((sum, { count: all }) => sum + all, 0);
    return keyed.filter(strong).map((tally) => {
      const fresh = Math.max(0, tally.count - known);
      known = Math.max(0, known - tally.count);
      return { ...tally, count: fresh, ...(fresh === 0 && { distinct: new DistinctValues() }) };
    });
  });
}

/** Lowers what has too few distinct values. */
function settleText(rule: CompiledRule, tallies: readonly Tally[]): Tally[] {
  const least = rule.text?.minDistinct ?? 1;
  const strong = tallies.filter((tally) => atLeast(tally.confidence, 'medium'));
  const all = merge(strong.length > 0 ? strong : tallies);
  if (all === null || all.distinct.size >= least) return [...tallies];
  return tallies.flatMap((tally) => {
    const confidence = lower(tally.confidence);
    const why = `${tally.why}, lowered: fewer than ${least} distinct`;
    return confidence === undefined ? [] : [{ ...tally, confidence, why }];
  });
}

/** Counts what reached `medium`; when nothing did, what reached `low`. */
function toFinding(
  rule: CompiledRule,
  tallies: readonly Tally[],
  onValues: (values: FoundValues) => void,
): Finding | null {
  const strong = tallies.filter((tally) => atLeast(tally.confidence, 'medium'));
  const total = merge(strong.length > 0 ? strong : tallies);
  if (total === null) return null;
  if (strong.length > 0) onValues({ kind: rule.rule.kind, distinct: total.distinct });
  return {
    rule: rule.rule.id,
    confidence: total.confidence,
    count: total.count,
    distinct: Math.max(1, total.distinct.size),
    places: [...new Set(total.places.map((place) => place.text))],
    shape: total.shape,
    why: total.allowed === 0 ? total.why : `${total.why}, ${total.allowed} allowed inline`,
    ...(total.allowed > 0 && { allowed: total.allowed }),
  };
}

function reasonFor(rule: CompiledRule, hit: Hit): string {
  const reasons: string[] = [];
  const check = rule.text?.check;
  if (check) reasons.push(`${check.name} ok`);
  if (hit.near !== undefined) reasons.push(hit.near);
  if (hit.lowered !== undefined) reasons.push(`lowered: ${hit.lowered}`);
  return reasons.length > 0 ? reasons.join(', ') : 'pattern';
}

function push(into: Map<number, Tally[]>, rule: number, tallies: readonly Tally[]): void {
  into.set(rule, [...(into.get(rule) ?? []), ...tallies]);
}

function sureness(confidence: Confidence): number {
  return { low: 0, medium: 1, high: 2 }[confidence];
}
