/** Which findings set no level: what the config suppresses, what comments in the text allow, and contacts of packages' authors. */
import { isPackaged } from '../boilerplate.ts';
import type { SuppressionConfig } from '../config.ts';
import { compileGlobs, parseSourceGlob } from '../globs.ts';
import type { RuleRecord, SuppressedFinding } from '../inventory/types.ts';
import type { Finding } from '../model.ts';
import type { Policy } from './policy.ts';

/**
 * Distinct addresses or numbers in one file that a package manager installed, up to which they are its authors' and its examples'.
 * More than that is a list of people, wherever it lies.
 */
const PACKAGE_CONTACTS = 100;
/** Hex digits of the content's sha256 in a fingerprint; view `findings` builds the same text. */
const DIGEST_LENGTH = 16;

export interface FoundInput {
  readonly source: string;
  readonly uri: string;
  readonly path: string;
  /** Of the content, hex; null when it was not read wholly. */
  readonly sha256: string | null;
  /** On content. */
  readonly findings: readonly Finding[];
  /** On name, path and labels. */
  readonly metadataFindings: readonly Finding[];
}

export interface Sorted {
  /** Those that count. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
}

/**
 * Compiles the suppressions in force. The first that fits a finding is the one that suppresses it. Comments in the text are
 * heeded where they allow every match, and never for a rule whose level is restricted. Contact details in an installed package are its
 * authors' and its examples': every update would bring new ones, and raise alerts about them.
 */
export function compileSuppressions({ suppressions, rules, sources }: Policy): (input: FoundInput) => Sorted {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const sourceNames = sources.map(({ name }) => name);
  const compiled = suppressions.map((suppression) => compile(suppression, sourceNames));

  function judge(finding: Finding, target: SuppressedFinding['target'], input: FoundInput) {
    const rule = byId.get(finding.rule);
    const fingerprint = fingerprintOf(finding.rule, target === 'content' ? input.sha256 : null, input.uri);
    const by = compiled.find(({ fits }) => fits(finding.rule, rule, fingerprint, input))?.suppression;
    if (by !== undefined) return { rule: finding.rule, target, by };
    if (rule?.level === 'restricted') return undefined;
    if ((finding.allowed ?? 0) >= finding.count)
      return { rule: finding.rule, target, by: 'comments' as const };
    const packaged =
      rule?.family === 'contact' && finding.distinct <= PACKAGE_CONTACTS && isPackaged(input.path);
    return packaged ? { rule: finding.rule, target, by: 'package' as const } : undefined;
  }

  return (input) => {
    const findings: Finding[] = [];
    const suppressed: SuppressedFinding[] = [];
    for (const target of ['content', 'metadata'] as const) {
      for (const finding of target === 'content' ? input.findings : input.metadataFindings) {
        const judged = judge(finding, target, input);
        if (judged === undefined) findings.push(finding);
        else suppressed.push(judged);
      }
    }
    return { findings, suppressed };
  };
}

/** Names one rule's finding in one content, or at one place where the bytes have no sha256. Never made from values. */
export function fingerprintOf(rule: string, sha256: string | null, uri: string): string {
  return `${rule}:${sha256?.slice(0, DIGEST_LENGTH) ?? uri}`;
}

function compile(suppression: SuppressionConfig, sourceNames: readonly string[]) {
  const { rule, glob, fingerprint } = suppression;
  const place = glob === null ? null : parseSourceGlob(glob, sourceNames);
  const matches = place === null ? undefined : compileGlobs([place.glob]);
  return {
    suppression,
    fits(id: string, record: RuleRecord | undefined, print: string, { source, path }: FoundInput): boolean {
      if (rule !== '*' && rule !== id && rule !== record?.kind) return false;
      if (fingerprint !== null && fingerprint !== print) return false;
      return matches === undefined || ((place?.source ?? source) === source && matches(path));
    },
  };
}
