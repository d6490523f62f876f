/** Findings, suppressions, labels, declarations and decisions in; the level in force, its basis and a plain-English why out. Pure. */
import type { Classification, RuleRecord } from '../inventory/types.ts';
import { atLeast, type Coverage, type Finding, higherLevel, type Level, levelRank } from '../model.ts';
import { compileAttribution } from './client.ts';
import { compileDecisions, compileDeclarations } from './declared.ts';
import type { Policy } from './policy.ts';
import { compileSuppressions } from './suppressed.ts';
import { whyDetected, whyNothing, whySuppressed } from './why.ts';

export interface ClassifyInput {
  readonly source: string;
  /** Container.id. */
  readonly container: string;
  readonly uri: string;
  readonly path: string;
  /** Of the content, hex; null when it was not read wholly. */
  readonly sha256: string | null;
  /** How much of the content was read for `findings`. */
  readonly coverage: Coverage;
  /** On content, low ones included. */
  readonly findings: readonly Finding[];
  /** On name, path and labels, low ones included. */
  readonly metadataFindings: readonly Finding[];
  readonly labels: Readonly<Record<string, string>>;
  readonly containerLabels: Readonly<Record<string, string>>;
}

export type Classifier = (input: ClassifyInput) => Classification;

/**
 * Compiles a policy. Suppressed findings count for nothing. A decision stands as it is. Otherwise the highest of declaration, label and detection is in force: a
 * declaration or label below what was detected leaves the asset `contradicted` at the detected level.
 * Nothing read and nothing known: level null, shown as unknown.
 */
export function createClassifier(policy: Policy): Classifier {
  const rules = new Map(policy.rules.map((rule) => [rule.id, rule]));
  const attribute = compileAttribution(policy);
  const decide = compileDecisions(policy);
  const declare = compileDeclarations(policy);
  const sort = compileSuppressions(policy);

  return (input) => {
    const { findings, suppressed } = sort(input);
    const detectedLevel = detect(findings, rules);
    const common = { detectedLevel, suppressed, ...attribute(input.source, input.path, findings) };
    const counted =
      detectedLevel === null
        ? whyNothing(input.coverage, suppressed.length > 0)
        : whyDetected(findings, rules, detectedLevel);
    const detectedWhy = [counted, ...whySuppressed(suppressed)].join('; ');

    const decision = decide(input);
    if (decision !== undefined) {
      const { level, by, reason, expires } = decision;
      const until = expires === undefined ? '' : ` until ${expires}`;
      const declared = { level, basis: 'decided', source: `${by}: ${reason}` } as const;
      const why = `Decided by ${by}${until}: ${reason}. Detected: ${detectedWhy}`;
      return { ...common, level, basis: 'decided', status: 'classified', why, declared };
    }
    const declared = declare(input);
    if (declared !== null) {
      const said = `${capital(declared.basis)} ${declared.level} (${declared.source})`;
      if (levelRank(declared.level) >= levelRank(detectedLevel)) {
        const why = `${said}. Detected: ${detectedWhy}`;
        return {
          ...common,
          level: declared.level,
          basis: declared.basis,
          status: 'classified',
          why,
          declared,
        };
      }
      const why = `${said}, but ${detectedWhy}`;
      return { ...common, level: detectedLevel, basis: 'detected', status: 'contradicted', why, declared };
    }
    const unclassified = { ...common, status: 'unclassified', declared: null } as const;
    if (detectedLevel !== null)
      return { ...unclassified, level: detectedLevel, basis: 'detected', why: capital(detectedWhy) };
    const read = input.coverage === 'full' || input.coverage === 'sample';
    return {
      ...unclassified,
      level: read ? policy.defaultLevel : null,
      basis: read ? 'default' : null,
      why: capital(detectedWhy),
    };
  };
}

function detect(findings: readonly Finding[], rules: ReadonlyMap<string, RuleRecord>): Level | null {
  let level: Level | null = null;
  for (const finding of findings) {
    if (atLeast(finding.confidence, 'medium'))
      level = higherLevel(level, rules.get(finding.rule)?.level ?? null);
  }
  return level;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
