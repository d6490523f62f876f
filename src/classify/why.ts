/** Sentences about why an asset has its level: what was found, how often, how sure. Never a value. */
import type { RuleRecord, SuppressedFinding } from '../inventory/types.ts';
import { atLeast, CONFIDENCES, type Coverage, type Finding, type Level, levelRank } from '../model.ts';

/** Findings named before `and 3 more`. */
const NAMED = 3;

/** `30 x US Social Security number (column "ssn"), 12 x e-mail address and 2 more kinds`: the worst first. */
export function whyDetected(
  findings: readonly Finding[],
  rules: ReadonlyMap<string, RuleRecord>,
  level: Level,
): string {
  const sure = findings
    .filter((finding) => atLeast(finding.confidence, 'medium'))
    .map((finding) => ({ finding, rule: rules.get(finding.rule) }))
    .sort(
      (a, b) =>
        levelRank(b.rule?.level ?? null) - levelRank(a.rule?.level ?? null) ||
        CONFIDENCES.indexOf(b.finding.confidence) - CONFIDENCES.indexOf(a.finding.confidence) ||
        b.finding.count - a.finding.count,
    );
  const named = sure.slice(0, NAMED).map(({ finding, rule }) => {
    const title = rule?.title ?? finding.rule;
    const evidence = levelRank(rule?.level ?? null) === levelRank(level) ? ` (${finding.why})` : '';
    return finding.count === 1 ? `${title}${evidence}` : `${finding.count} × ${title}${evidence}`;
  });
  const rest = sure.length - named.length;
  return `found ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** `2 findings suppressed by D. Ode until 2027-01-01: synthetic data`, one sentence for each suppression. */
export function whySuppressed(suppressed: readonly SuppressedFinding[]): readonly string[] {
  return [...new Set(suppressed.map(({ by }) => by))].map((by) => {
    const count = suppressed.filter((finding) => finding.by === by).length;
    const findings = count === 1 ? '1 finding' : `${count} findings`;
    if (by === 'comments') return `${findings} allowed by comments in the text`;
    if (by === 'package') return `${findings} of contact details in what a package manager installed`;
    return `${findings} suppressed by ${by.approver} until ${by.expires}: ${by.reason}`;
  });
}

/** What it means that nothing was found, or nothing but what is suppressed, given how much was read. */
export function whyNothing(coverage: Coverage, suppressed: boolean): string {
  const nothing = suppressed ? 'nothing else found' : 'nothing found';
  switch (coverage) {
    case 'full':
      return `${nothing}; read in full`;
    case 'sample':
      return `${nothing} in the part that was read`;
    case 'metadata':
      return 'content not read; nothing in its name or labels';
    case 'none':
      return 'not read; nothing is known of its content';
  }
}
