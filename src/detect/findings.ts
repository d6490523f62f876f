/** Gathers hits and columns of one content into one finding per rule. */
import { atLeast, type Confidence, type Finding } from '../model.ts';
import { type Column, type JudgedColumn, settle } from './columns.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { FoundValues } from './detector.ts';
import { DistinctValues } from './distinct.ts';
import { type Hit, lower } from './judge.ts';
import { count, createTally, merge, type Place, type Tally } from './tally.ts';

export interface Findings {
  /** A hit of a text rule; `cell` when it stands in one. */
  add(rule: CompiledRule, hit: Hit, place: () => Place, cell?: HitCell): void;
  /** In rule order. `onValues` is told the values, as hashes, of each rule that reached `medium`. */
  finish(parts: Parts, onValues: (values: FoundValues) => void): readonly Finding[];
}

/** The cell that a hit stands in. */
export interface HitCell {
  readonly column: Column;
  /** The rule's look at the column, where the hit is all of the cell. */
  readonly whole: JudgedColumn | undefined;
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
    | { readonly rule: CompiledRule; readonly cell: HitCell | undefined; readonly tally: Tally }
    | undefined;

  /** Where a rule's hits go: only one that judges columns as well must know which column a cell was in. */
  function talliesFor(rule: CompiledRule, cell: HitCell | undefined): Tally[] {
    if (cell?.whole) return cell.whole.whole;
    const into = cell && rule.column ? cell.column.textTallies : running;
    const tallies = into.get(rule.index) ?? [];
    into.set(rule.index, tallies);
    return tallies;
  }

  function tallyFor(rule: CompiledRule, hit: Hit, cell: HitCell | undefined): Tally {
    const tallies = talliesFor(rule, cell);
    let tally = tallies.find((each) => each.confidence === hit.band);
    if (tally === undefined) {
      tally = createTally(hit.band, reasonFor(rule, hit));
      tallies.push(tally);
    }
    return tally;
  }

  return {
    add(rule, hit, place, cell) {
      if (last?.rule !== rule || last.cell !== cell || last.tally.confidence !== hit.band)
        last = { rule, cell, tally: tallyFor(rule, hit, cell) };
      const { tally } = last;
      count(tally, hit.value, place);
      // A cell is data, not a place for comments.
      if (hit.allowed && cell === undefined) tally.allowed++;
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
  for (const [rule, tallies] of textTallies(column)) {
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

/** By rule, what its text patterns found, in cells and as whole cells. */
function textTallies({ judged, textTallies: inCells }: Column): ReadonlyMap<number, readonly Tally[]> {
  const all = new Map(inCells);
  for (const { rule, whole } of judged) if (whole.length > 0) push(all, rule.index, whole);
  return all;
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
