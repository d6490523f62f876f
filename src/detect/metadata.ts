/** Findings that need no content: an asset's name, path and labels. */
import type { Confidence, Finding } from '../model.ts';
import { atLeast } from '../model.ts';
import type { Rule } from '../rule.ts';
import type { AssetHints } from './detector.ts';
import { normaliseText } from './normalise.ts';

const NONE: readonly Finding[] = [];

/**
 * Compiles the rules that look at names, paths and labels. Findings come in rule order, each says by its place where it was:
 * `name`, `path` or `label KEY`. Most assets of a tree have none, so the way to that answer is one plain loop.
 */
export function compileMetadata(rules: readonly Rule[]): (hints: AssetHints) => readonly Finding[] {
  const named = rules.map(compileNames).filter(({ names, labels }) => names.length + labels.length > 0);
  const names = named.flatMap((rule) => rule.names);
  const nameTests = names.filter(({ target }) => target === 'name').map(({ regex }) => regex);
  const pathTests = names.filter(({ target }) => target === 'path').map(({ regex }) => regex);

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

interface CompiledNames {
  readonly id: string;
  readonly names: readonly NamePattern[];
  /** Held against `key=value`. */
  readonly labels: readonly Pick<NamePattern, 'regex' | 'confidence'>[];
}

interface NamePattern {
  readonly regex: RegExp;
  readonly confidence: Confidence;
  readonly target: 'name' | 'path';
}

function compileNames({ id, name, metadata }: Rule): CompiledNames {
  const names = (name?.patterns ?? []).map(({ regex, confidence, target = 'name' }) => ({
    regex: new RegExp(regex, 'u'),
    confidence,
    target,
  }));
  const labels = (metadata?.patterns ?? []).map(({ regex, confidence }) => ({
    regex: new RegExp(regex, 'u'),
    confidence,
  }));
  return { id, names, labels };
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
  rule: CompiledNames,
  texts: Readonly<Record<NamePattern['target'], string>>,
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
    rule: rule.id,
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
  rule: CompiledNames,
  texts: Readonly<Record<NamePattern['target'], string>>,
): readonly Match[] {
  return (['name', 'path'] as const).flatMap((target) => {
    const found = rule.names.find(
      (pattern) => pattern.target === target && pattern.regex.test(texts[target]),
    );
    return found ? [{ place: target, confidence: found.confidence }] : [];
  });
}

function matchLabels(rule: CompiledNames, labels: AssetHints['labels']): readonly Match[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const found = rule.labels.find((pattern) => pattern.regex.test(`${key}=${value}`));
    return found ? [{ place: `label ${key}`, confidence: found.confidence }] : [];
  });
}
