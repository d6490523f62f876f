/** The detector: rules compiled once, then segments in and findings out. */
import type { RowsSegment, Segment } from '../extract/segment.ts';
import { atLeast, type Gap } from '../model.ts';
import type { Rule, Validator } from '../rule.ts';
import { validators as allValidators } from '../validate/index.ts';
import { createAmbient, later } from './ambient.ts';
import { createCellScan } from './cell-scan.ts';
import { compileHeaders, createColumns, type HeaderRules } from './columns.ts';
import { type CompiledRule, compileRule } from './compiled-rule.ts';
import { createDeadline, type DeadlineOptions, type RuleWatch } from './deadline.ts';
import type { AssetHints, ContentScan, Detector, FoundValues } from './detector.ts';
import { createFinder } from './finder.ts';
import { type FinderPlan, planFinder } from './finder-plan.ts';
import { createFindings } from './findings.ts';
import { compileMetadata } from './metadata.ts';
import { reachOf } from './reach.ts';
import { createRecords } from './records.ts';
import { createTextScan } from './text-scan.ts';
import { compileTogether, createTogether, type TogetherRules } from './together.ts';
import { toWords } from './words.ts';

export interface DetectorOptions {
  /** Validators by name; default the built-in ones. */
  readonly validators?: Readonly<Record<string, Validator>>;
  /** Milliseconds that one rule may work on any content, beside half a second for every megabyte; default 10,000. */
  readonly ruleMilliseconds?: number;
  /** Milliseconds from any start; default `performance.now`. */
  readonly now?: () => number;
  /** What another thread worked out for the very same rules; default: worked out here. */
  readonly plan?: FinderPlan;
  /** Is told which rule is at work, and says which must not be. */
  readonly watch?: RuleWatch;
}

/** @throws Error naming the rule, for a wrong or infinite expression or an unknown validator */
export function compileDetector(rules: readonly Rule[], options: DetectorOptions = {}): Detector {
  const validators = options.validators ?? allValidators;
  const compiled = rules.map((rule, index) => compileRule(rule, index, validators));
  const finder = createFinder(options.plan ?? planFinder(rules));
  const machine: Machine = {
    rules: compiled,
    finder,
    headerRules: compileHeaders(compiled),
    togetherRules: compileTogether(compiled),
    reach: reachOf(compiled, finder.reach),
    deadline: {
      now: options.now ?? (() => performance.now()),
      least: options.ruleMilliseconds ?? 10_000,
      watch: options.watch,
    },
  };
  return {
    metadata: compileMetadata(rules),
    begin: (hints) => beginContent(machine, hints),
  };
}

interface Machine {
  readonly rules: readonly CompiledRule[];
  readonly finder: ReturnType<typeof createFinder>;
  readonly headerRules: HeaderRules;
  readonly togetherRules: TogetherRules;
  readonly reach: number;
  readonly deadline: DeadlineOptions;
}

function beginContent(machine: Machine, { path }: AssetHints): ContentScan {
  const { rules, finder, headerRules, reach } = machine;
  const deadline = createDeadline(machine.deadline);
  const findings = createFindings(rules);
  const together = createTogether(machine.togetherRules);
  const columns = createColumns(headerRules, path, deadline);
  /** Of values that stand in the text as well. */
  const keys = createColumns(headerRules, path, deadline);
  const records = createRecords({ columns, findings, together });
  /** Rows seen so far: text positions plus rows put all places of a content in reading order. */
  let rowsSeen = 0;

  const text = createTextScan({
    rules,
    finder,
    reach,
    deadline,
    ambient: createAmbient({ path: later(() => toWords(path)) }),
    onHit(rule, found) {
      const order = found.start + rowsSeen;
      findings.add(rule, found.hit, () => ({ order, text: found.place() }));
      if (together.wants(rule.rule.kind) && atLeast(found.hit.band, 'medium'))
        together.addHit(rule, found, order);
    },
    onDecided: together.decide,
  });
  const cells = createCellScan({ rules, finder, deadline, onHit: records.addHit });

  function addRows(segment: RowsSegment): void {
    text.end();
    records.begin(segment, text.position() + rowsSeen);
    const ofSegment = columns.of(segment);
    cells.add(segment, (column) => ofSegment[column]!.ambient);
    records.end();
    rowsSeen += segment.rows.length;
  }

  return {
    add(segment: Segment) {
      if (segment.type === 'text') text.add(segment);
      else if (segment.inText)
        keys.add(
          segment,
          () => text.position() + rowsSeen,
          () => () => undefined,
        );
      else addRows(segment);
    },
    finish() {
      text.end();
      const gaps: Gap[] = [...deadline.gaps()];
      if (columns.overflowed || keys.overflowed) gaps.push(TOO_MANY_COLUMNS);
      const values: FoundValues[] = [];
      const found = findings.finish(
        { columns: columns.all(), keys: keys.all(), together: together.finish() },
        (each) => values.push(each),
      );
      return { findings: found, gaps, values };
    },
  };
}

const TOO_MANY_COLUMNS: Gap = {
  reason: 'memory-limit',
  message: 'more than 10,000 columns or keys; the later ones were judged cell by cell only',
};
