/** `whereabouts rules`: lists the rules, shows one in plain words, and holds rules to their own examples. */

import { expandPath } from '../config/sources.ts';
import { didYouMean } from '../config/suggest.ts';
import { type ExampleResult, testPack } from '../detect/examples.ts';
import { compileDetector } from '../detect/index.ts';
import { loadBuiltInRules, loadRules, loadUserPack } from '../detect/load.ts';
import { EXIT, UserError } from '../errors.ts';
import { forTerminal, linesForTerminal } from '../report/escape.ts';
import { plural } from '../report/format.ts';
import { describeRule } from '../report/rule.ts';
import { createStyle } from '../report/style.ts';
import { formatTable } from '../report/table.ts';
import type { Rule } from '../rule.ts';
import type { CommonOptions, Context, Run } from './context.ts';
import { loadConfigFile } from './load.ts';

/** `rules list`: the rules in force under the config. */
export const list: Run<[], CommonOptions> = async (context, options) => {
  const rules = await rulesInForce(context, options);
  if (options.json) {
    for (const rule of rules) context.stdout.write(`${JSON.stringify(rule)}\n`);
    return EXIT.ok;
  }
  const style = createStyle(context.stdout);
  const rows = rules.map(({ id, family, level, title }) => [
    id,
    family,
    style.level(level, level),
    forTerminal(title),
  ]);
  const columns = ['RULE', 'FAMILY', 'LEVEL', 'WHAT IT FINDS'].map((title) => ({ title }));
  context.stdout.write(`${formatTable(columns, rows)}\n`);
  context.stderr.write(
    `${plural(rules.length, 'rule')}; one in plain words: whereabouts rules show ${rules[0]?.id ?? ''}\n`,
  );
  return EXIT.ok;
};

/** `rules show ID`: one rule for an auditor. */
export const show: Run<[id: string], CommonOptions> = async (context, options, id) => {
  const rules = await rulesInForce(context, options);
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined) {
    const hint = didYouMean(
      id,
      rules.map((candidate) => candidate.id),
    );
    throw new UserError(`there is no rule "${id}"${hint}; "whereabouts rules" lists them`);
  }
  context.stdout.write(
    options.json ? `${JSON.stringify(rule)}\n` : describeRule(rule, createStyle(context.stdout)),
  );
  return EXIT.ok;
};

/** `rules test [pack...]`: exit code 1 when an example fails. */
export const test: Run<[packs: readonly string[]], CommonOptions> = async (context, options, packs) => {
  const builtIn = await loadBuiltInRules();
  const own = await Promise.all(
    packs.map((pack) => loadUserPack(expandPath(pack, context.cwd, context.home))),
  );
  const rules = packs.length > 0 ? own.flat() : builtIn;
  const results = testPack(rules, compileDetector, packs.length > 0 ? builtIn : []);
  const failed = results.filter(({ passed }) => !passed);
  if (options.json) {
    for (const { found, ...result } of results) {
      context.stdout.write(`${JSON.stringify({ ...result, found: found?.confidence ?? null })}\n`);
    }
  } else {
    const style = createStyle(context.stdout);
    for (const result of failed)
      context.stdout.write(`${style.bad('failed')} ${linesForTerminal(explain(result))}\n`);
    context.stdout.write(
      `${plural(rules.length, 'rule')}, ${plural(results.length, 'example')}, ${failed.length} failed\n`,
    );
  }
  return failed.length > 0 ? EXIT.gate : EXIT.ok;
};

async function rulesInForce(context: Context, options: CommonOptions): Promise<readonly Rule[]> {
  const { file } = await loadConfigFile(context, options);
  const { off = [], packs = [], levels = {} } = file?.document.rules ?? {};
  const folder = file?.folder ?? context.cwd;
  const { rules } = await loadRules({
    off,
    levels,
    packs: packs.map((pack) => expandPath(pack, folder, context.home)),
  });
  return rules;
}

function explain({ rule, expected, number, example, found }: ExampleResult): string {
  const got = found === undefined ? 'found nothing' : `found it at ${found.confidence} (${found.why})`;
  const wanted =
    expected === 'match' ? 'should be found at medium or high' : 'should not be found at medium or high';
  return `${rule} ${expected} ${number}: ${example}\n  ${wanted}, but ${got}`;
}
