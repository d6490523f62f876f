/** Findings that need no content: an asset's name, path and labels. */
import type { Confidence, Finding } from '../model.ts';
import { atLeast } from '../model.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { AssetHints } from './detector.ts';
import { normaliseText } from './normalise.ts';

/** In rule order; each finding says by its place where it was: `name`, `path` or `label KEY`. */
export function metadataFindings(rules: readonly CompiledRule[], hints: AssetHints): readonly Finding[] {
  const texts = { name: normaliseText(hints.name), path: normaliseText(hints.path) };
  return rules.flatMap((rule) => {
    const matches = [...matchNames(rule, texts), ...matchLabels(rule, hints.labels)];
    const [first] = matches;
    if (first === undefined) return [];
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
  });
}

interface Match {
  readonly place: string;
  readonly confidence: Confidence;
}

/** At most one match in the name and one in the path. */
function matchNames(rule: CompiledRule, texts: Readonly<Record<'name' | 'path', string>>): Match[] {
  return (['name', 'path'] as const).flatMap((target) => {
    const found = rule.name.find((pattern) => pattern.target === target && pattern.regex.test(texts[target]));
    return found ? [{ place: target, confidence: found.confidence }] : [];
  });
}

function matchLabels(rule: CompiledRule, labels: AssetHints['labels']): Match[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const found = rule.metadata.find((pattern) => pattern.regex.test(`${key}=${value}`));
    return found ? [{ place: `label ${key}`, confidence: found.confidence }] : [];
  });
}
