/** Breaks a rule in one place at a time: its expressions, checks, words, headers and thresholds. */
import type { ColumnDetector, Rule, TextDetector } from '../../src/rule.ts';
import { type Broken, breakPattern } from './patterns.ts';

/** Every mutant of a rule. */
export function breakRule(rule: Rule): readonly Broken<Rule>[] {
  const { text, column, name, metadata, together } = rule;
  return [
    ...(text ? within('text', breakText(text), (changed) => ({ ...rule, text: changed })) : []),
    ...(column ? within('column', breakColumn(column), (changed) => ({ ...rule, column: changed })) : []),
    ...(name
      ? within('name', breakEach(name.patterns), (patterns) => ({ ...rule, name: { patterns } }))
      : []),
    ...(metadata
      ? within('metadata', breakEach(metadata.patterns), (patterns) => ({ ...rule, metadata: { patterns } }))
      : []),
    ...(together
      ? within(
          'together',
          together.groups.map((gone, index) => ({
            part: 'words' as const,
            what: `group ${index + 1} removed`,
            changed: together.groups.filter((group) => group !== gone),
          })),
          (groups) => ({ ...rule, together: { ...together, groups } }),
        )
      : []),
  ];
}

function breakText(text: TextDetector): readonly Broken<TextDetector>[] {
  const mutants: Broken<TextDetector>[] = [
    ...within('', breakEach(text.patterns), (patterns) => ({ ...text, patterns })),
    ...breakCheck(text),
    ...breakLists(text, ['negative', 'deny']),
  ];
  for (const [index, pattern] of text.patterns.entries()) {
    const { regex, bare, context } = pattern;
    const change = (what: string, changed: TextDetector['patterns'][number]) =>
      mutants.push({
        part: 'words',
        what: `pattern ${index + 1}: ${what}`,
        changed: { ...text, patterns: text.patterns.with(index, changed) },
      });
    if (context !== undefined && context !== bare && (bare === undefined || bare === 'low')) {
      change('found without context', { regex, bare: context });
      change('not found with context', bare === undefined ? { regex, context: 'low' } : { regex, bare });
    }
    if (bare !== undefined && bare !== 'low') {
      change(
        'not found without context',
        context === undefined ? { regex, bare: 'low' } : { regex, context },
      );
    }
  }
  if ((text.minDistinct ?? 1) > 1) {
    const { minDistinct: _gone, ...changed } = text;
    mutants.push({ part: 'count', what: 'minDistinct removed', changed });
  }
  return mutants;
}

function breakColumn(column: ColumnDetector): readonly Broken<ColumnDetector>[] {
  const mutants: Broken<ColumnDetector>[] = [...breakCheck(column), ...breakLists(column, ['not', 'beside'])];
  const add = (what: string, changed: ColumnDetector) => mutants.push({ part: 'columns', what, changed });
  add('headers never match', { ...column, headers: ['no such header'] });
  if (column.cells !== undefined) {
    for (const { part, what, changed } of breakPattern(column.cells)) {
      mutants.push({ part, what: `cells: ${what}`, changed: { ...column, cells: changed } });
    }
    const { cells: _gone, ...changed } = column;
    add('cells may hold anything', changed);
  }
  if (column.cells !== undefined || column.validate !== undefined) {
    add('one fitting cell is enough', { ...column, share: 0 });
  }
  if ((column.minDistinct ?? 1) > 1) add('minDistinct is 1', { ...column, minDistinct: 1 });
  return mutants;
}

/** A check that accepts everything, and one that accepts nothing. `never` is the run's own validator. */
function breakCheck<T extends { readonly validate?: string }>(detector: T): readonly Broken<T>[] {
  if (detector.validate === undefined) return [];
  return [
    { part: 'check', what: `${detector.validate} accepts all`, changed: { ...detector, validate: 'always' } },
    {
      part: 'check',
      what: `${detector.validate} accepts nothing`,
      changed: { ...detector, validate: 'never' },
    },
  ];
}

function breakLists<T extends object>(
  detector: T,
  keys: readonly (keyof T & string)[],
): readonly Broken<T>[] {
  return keys.flatMap((key) => {
    const { [key]: list, ...rest } = detector;
    if (!Array.isArray(list) || list.length === 0) return [];
    // All of these lists are optional.
    return [{ part: 'words' as const, what: `${key} removed`, changed: rest as unknown as T }];
  });
}

/** Each pattern broken in every place, and taken away. */
function breakEach<P extends { readonly regex: string }>(
  patterns: readonly P[],
): readonly Broken<readonly P[]>[] {
  return patterns.flatMap((pattern, index) => {
    const changed = (regex: string) => patterns.with(index, { ...pattern, regex });
    return [
      { part: 'pattern' as const, what: `pattern ${index + 1} never matches`, changed: changed('(?!x)x') },
      ...breakPattern(pattern.regex).map((broken) => ({
        part: broken.part,
        what: `pattern ${index + 1}: ${broken.what}`,
        changed: changed(broken.changed),
      })),
    ];
  });
}

function within<T, U>(
  where: string,
  mutants: readonly Broken<T>[],
  wrap: (changed: T) => U,
): readonly Broken<U>[] {
  return mutants.map(({ part, what, changed }) => ({
    part,
    what: where === '' ? what : `${where}: ${what}`,
    changed: wrap(changed),
  }));
}
