/** The rules that come with the product: from YAML, or from what a build or an earlier start made of the very same YAML. */
import type { Rule } from '../rule.ts';
import {
  digestOf,
  KEEPS,
  keep,
  keptText,
  type NamedText,
  readEngine,
  readKept,
  readTexts,
} from './load-kept.ts';

/** The built-in rules, in file and reading order. Parsing and checking the YAML takes half a second, what was kept of it some ten milliseconds. */
export async function loadBuiltInRules(): Promise<readonly Rule[]> {
  const packs = readPacks(new URL('rules/', import.meta.resolve('#root/package.json')));
  const engine = readEngine();
  const digest = digestOf([...packs, ...engine]);
  const kept = readKept('rules', digest);
  // Made by parseAll from the very same packs.
  if (kept !== undefined) return kept as readonly Rule[];
  const rules = await parseAll(packs);
  if (KEEPS) {
    const { packPlans, plansDigest, plansOf } = await import('./load-plan.ts');
    // In this order: where rules are kept, their plans are.
    keep('plans', plansDigest(engine), packPlans(plansOf(rules)));
    keep('rules', digest, rules);
  }
  return rules;
}

/** The texts of `rules.json` and `plans.json` for the packs in one folder and the compiled engine in another. */
export async function buildRules(
  folder: URL,
  compiled: URL,
): Promise<{ readonly rules: string; readonly plans: string }> {
  const packs = readPacks(folder);
  const engine = readEngine(compiled, '.js');
  const rules = await parseAll(packs);
  const { packPlans, plansDigest, plansOf } = await import('./load-plan.ts');
  return {
    rules: keptText(digestOf([...packs, ...engine]), rules),
    plans: keptText(plansDigest(engine), packPlans(plansOf(rules))),
  };
}

function readPacks(folder: URL): readonly NamedText[] {
  return readTexts(folder, (name) => name.endsWith('.yaml'));
}

async function parseAll(packs: readonly NamedText[]): Promise<readonly Rule[]> {
  const { parsePack } = await import('./load-pack.ts');
  return packs.flatMap(({ name, text }) => parsePack(text, `rules/${name}`).rules);
}
