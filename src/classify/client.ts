/** Whose data an asset is: by its source, its path, or the one client named in it, with the evidence in words. */
import { compileGlobs, parseSourceGlob } from '../globs.ts';
import type { Finding } from '../model.ts';
import { atLeast } from '../model.ts';
import type { Policy } from './policy.ts';

export interface Attribution {
  readonly client: string | null;
  /** `path clients/acme/**`; null when there is no client. */
  readonly clientWhy: string | null;
}

/** Rule ids of the rules generated from clients' names begin with this; what follows is the client's id. */
export const CLIENT_RULE_PREFIX = 'client-name-';

const NOBODY: Attribution = { client: null, clientWhy: null };

/** Compiles the clients of a policy. The first that applies wins: source, path glob, name in the path, name in the text. */
export function compileAttribution(
  policy: Policy,
): (source: string, path: string, findings: readonly Finding[]) => Attribution {
  const bySource = new Map(policy.sources.map(({ name, client }) => [name, client]));
  const sourceNames = policy.sources.map(({ name }) => name);
  const globs = policy.clients.flatMap((client) =>
    client.paths.map((text) => {
      const { glob, source } = parseSourceGlob(text, sourceNames);
      return { client: client.id, text, source, matches: compileGlobs([glob]) };
    }),
  );
  const names = policy.clients.flatMap((client) =>
    [client.id, client.name, ...client.aliases].map((name) => ({
      client: client.id,
      name,
      words: ` ${words(name)} `,
    })),
  );

  return (source, path, findings) => {
    const owner = bySource.get(source);
    if (owner) return { client: owner, clientWhy: `source ${source}` };
    const glob = globs.find((entry) => (entry.source ?? source) === source && entry.matches(path));
    if (glob) return { client: glob.client, clientWhy: `path ${glob.text}` };
    if (names.length > 0) {
      const pathWords = ` ${words(path)} `;
      const named = names.find((entry) => entry.words.trim() !== '' && pathWords.includes(entry.words));
      if (named) return { client: named.client, clientWhy: `"${named.name}" in the path` };
    }
    return namedInText(findings);
  };
}

function namedInText(findings: readonly Finding[]): Attribution {
  const named = findings.filter(
    (finding) => finding.rule.startsWith(CLIENT_RULE_PREFIX) && atLeast(finding.confidence, 'medium'),
  );
  const only = named[0];
  if (only === undefined || named.length > 1) return NOBODY;
  return {
    client: only.rule.slice(CLIENT_RULE_PREFIX.length),
    clientWhy: `named ${only.count === 1 ? 'once' : `${only.count} times`} in the text`,
  };
}

/** Lower case, every run of what is neither letter nor digit made one space. */
function words(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
