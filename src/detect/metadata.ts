/** Findings that need no content: an asset's name, path and labels. */
import type { Confidence, Finding } from '../model.ts';
import { atLeast } from '../model.ts';
import type { CompiledName, CompiledRule } from './compiled-rule.ts';
import type { AssetHints } from './detector.ts';
import { normaliseText } from './normalise.ts';

const NONE: readonly Finding[] = [];

/**
 * Compiles the rules that look at names, paths and labels. Findings come in rule order, each says by its place where it was:
 * `name`, `path` or `label KEY`. Most assets of a tree have none, so the way to that answer is one plain loop.
 */
export function compileMetadata(rules: readonly CompiledRule[]): (hints: AssetHints) => readonly Finding[] {
  const named = rules.filter((rule) => rule.name.length > 0 || rule.metadata.length > 0);
  const patterns = named.flatMap((rule) => rule.name);
  const nameTests = patterns.filter(({ target }) => target === 'name').map(({ regex }) => regex);
  const pathTests = patterns.filter(({ target }) => target === 'path').map(({ regex }) => regex);

  return (hints) => {
    const name = normaliseText(hints.name);
    const path = normaliseText(hints.path);
    if (
      !someMatch(nameTests, name) &&
      !someMatch(pathTests, path) &&
      Object.keys(hints.labels).length === 0
    ) {
      return NONE;
    }
    return named.flatMap((rule) => findingOf(rule, { name, path }, hints.labels) ?? []);
  };
}

function someMatch(tests: readonly RegExp[], text: string): boolean {
  for (const test of tests) if (test.test(text)) return true;
  return false;
}

interface Match {
  readonly place: string;
  readonly confidence: Confidence;
}

function findingOf(
  rule: CompiledRule,
  texts: Readonly<Record<CompiledName['target'], string>>,
  labels: AssetHints['labels'],
): Finding | undefined {
  const matches = [...matchNames(rule, texts), ...matchLabels(rule, labels)];
  const [first] = matches;
  if (first === undefined) return undefined;
  const surest = matches.reduce(
    (best, match) => (atLeast(best.confidence, match.confidence) ? best : match),
    first,
  );
  return {
    rule: rule.rule.id,
    confidence: surest.confidence,
    count: matches.length,
    distinct: matches.length,
    places: matches.map((match) => match.place),
    shape: '',
    why: surest.place.startsWith('label') ? surest.place : `file ${surest.place}`,
  };
}

/** At most one match in the name and one in the path. */
function matchNames(
  rule: CompiledRule,
  texts: Readonly<Record<CompiledName['target'], string>>,
): readonly Match[] {
  return (['name', 'path'] as const).flatMap((target) => {
    const found = rule.name.find((pattern) => pattern.target === target && pattern.regex.test(texts[target]));
    return found ? [{ place: target, confidence: found.confidence }] : [];
  });
}

function matchLabels(rule: CompiledRule, labels: AssetHints['labels']): readonly Match[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const found = rule.metadata.find((pattern) => pattern.regex.test(`${key}=${value}`));
    return found ? [{ place: `label ${key}`, confidence: found.confidence }] : [];
  });
}
