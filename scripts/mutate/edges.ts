/** Cases at the edges of rules: texts a character away from a rule's examples, with what the rule makes of them. One file a family. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Example, Family } from '../../src/rule.ts';

/** What a rule finds at `medium` or up, and what it leaves. */
export interface Edges {
  readonly finds: readonly Example[];
  readonly leaves: readonly Example[];
}

/** By rule id. Empty when nothing is recorded. */
export function readEdges(family: Family): Readonly<Record<string, Edges>> {
  const file = fileOf(family);
  // Written below.
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Edges>) : {};
}

/** One case a line, rules in order of their ids, so that a change of a rule is a change of lines in a review. */
export function writeEdges(family: Family, edges: Readonly<Record<string, Edges>>): void {
  const lines = (cases: readonly Example[]) =>
    cases.map((example) => `\n      ${JSON.stringify(example)}`).join(',');
  const rules = Object.keys(edges)
    .sort()
    .map((id) => {
      const { finds = [], leaves = [] } = edges[id] ?? {};
      return `  ${JSON.stringify(id)}: {\n    "finds": [${lines(finds)}],\n    "leaves": [${lines(leaves)}]\n  }`;
    });
  writeFileSync(fileOf(family), `{\n${rules.join(',\n')}\n}\n`);
}

function fileOf(family: Family): URL {
  return new URL(`../../test/rules/edges/${family}.json`, import.meta.url);
}
