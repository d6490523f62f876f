/** One rule per client of the config: its name and aliases as whole words in text, and in paths. */
import type { Example, Rule } from '../rule.ts';
import { withPlainCase } from './load-case.ts';

/** What a client is called. */
export interface ClientNames {
  readonly id: string;
  readonly name: string;
  /** Short names, project codes, domains. */
  readonly aliases: readonly string[];
}

/** Words that stand near a client's name where it means the client. */
const CONTEXT = [
  'client',
  'customer',
  'account',
  'engagement',
  'project',
  'prepared for',
  'agreement',
  'contract',
  'invoice',
  'sow',
  'nda',
  'msa',
  'confidential',
];

/** Rules `client-name-<id>`, in the order of the config. Names of one or two characters are left out: they are in every text. */
export function clientRules(clients: readonly ClientNames[]): readonly Rule[] {
  return clients.flatMap((client) => {
    const names = [...new Set([client.name, ...client.aliases])]
      .map((name) => name.trim())
      .filter((name) => name.length > 2);
    return names.length === 0 ? [] : [clientRule(client, names)];
  });
}

function clientRule(client: ClientNames, names: readonly string[]): Rule {
  const id = client.id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return withPlainCase({
    id: `client-name-${id}`,
    title: `Name of client ${client.name}`,
    kind: 'client-name',
    family: 'business',
    level: 'confidential',
    regulations: [],
    description: `The name or an alias of the client ${client.id} from the config, as whole words in text and in paths.`,
    references: [],
    text: { patterns: names.map(textPattern), context: CONTEXT },
    name: { patterns: names.map((name) => ({ regex: pathRegex(name), confidence: 'low', target: 'path' })) },
    matches: names.map((name): Example => `Agreement with the client ${name}, signed.`),
    misses: names.map((name): Example => `Agreement with the client x${name}x, signed.`),
  });
}

/** Long and many-worded names speak for themselves in any case; a short single word only as written and with context. */
function textPattern(name: string) {
  const telling = /[\s.&-]/.test(name) || name.length >= 9;
  const body = name.split(/\s+/).map(escaped).join('[\\s_-]{1,3}');
  const regex = `(?<![\\p{L}\\p{N}_])${telling ? `(?i:${body})` : `(?:${body})`}(?![\\p{L}\\p{N}_])`;
  const plain = regex.replaceAll('\\p{L}\\p{N}', 'A-Za-z0-9À-ɏ');
  return { regex: plain, bare: telling ? ('medium' as const) : ('low' as const), context: 'medium' as const };
}

function pathRegex(name: string): string {
  const body = name
    .split(/[\s._-]+/)
    .filter(Boolean)
    .map(escaped)
    .join('[\\s._-]{0,3}');
  return `(?:^|[^A-Za-z0-9])(?i:${body})(?:$|[^A-Za-z0-9])`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
