/** `whereabouts init`: writes a commented whereabouts.yaml to start from; never over one that is there. */
import { writeFileSync } from 'node:fs';
import { expandPath } from '../config/sources.ts';
import type { ConnectorModule, OptionSpec } from '../connector.ts';
import { EXIT, messageOf, UserError } from '../errors.ts';
import { loadConnectors } from '../registry.ts';
import type { CommonOptions, Run } from './context.ts';
import { CONFIG_NAME } from './load.ts';

export const run: Run<[], CommonOptions> = async (context, options) => {
  const name = options.config ?? CONFIG_NAME;
  const path = expandPath(name, context.cwd, context.home);
  try {
    writeFileSync(path, configTemplate(await loadConnectors()), { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new UserError(
      exists
        ? `${name} is there already, and is left as it is`
        : `cannot write ${name}: ${messageOf(error)}; name another one with --config`,
      { cause: error },
    );
  }
  if (options.json) context.stdout.write(`${JSON.stringify({ type: 'init', config: path })}\n`);
  else if (!options.quiet) context.stderr.write(`wrote ${name}; edit it, then: whereabouts scan\n`);
  return EXIT.ok;
};

/** The text of a new config: one source that works at once, everything else as comments that can be uncommented. */
export function configTemplate(modules: readonly ConnectorModule[]): string {
  return `# whereabouts.yaml: what is scanned, whose data it may be, and what is known already.
# Every key is optional. "whereabouts scan" tells you the line of any mistake.

# The SQLite file, relative to this one.
inventory: inventory.db

# The places to scan. Names are permanent: they name the source in the inventory.
# Any source may also have: client, include, exclude (globs in gitignore syntax) and depth (metadata, sample, full).
sources:
  - name: here
    connector: local
    path: .
    exclude: [node_modules/, .git/]
${modules.map(sourceExample).join('')}
# Whose data it may be. A file belongs to a client by its source, its path, or a name that stands in it.
clients:
#  - id: acme
#    name: Acme Health
#    aliases: [ACME, Acme Health Inc]
#    paths: ['clients/acme/**', 'here:projects/acme-*/**']
#    engagementEnd: 2027-06-30
#    allowedPlaces: [here, 'aws:eu-central-1']
#    retentionDays: 90
#    readers: ['*@agency.example', 'group:acme-team']  # who may read its data; "whereabouts query not-named" tells who else can
#    accessReviewed: 2026-11-02

# What you know already: it may raise a level, never lower what was found. The last glob that matches holds.
classification:
#  - glob: 'website/**'
#    level: public
#    reason: published
  # With a name it is a decision: it holds below what is found as well, until it expires.
#  - glob: 'demo/customers.csv'
#    level: internal
#    reason: made up for demos
#    by: D. Ode
#    expires: 2027-06-30

# Findings that somebody looked at and found harmless. They stay in the inventory, with this reason, and set no level until they
# expire (a year ahead at most). rule: an id, a kind or '*'; where: a glob, the fingerprint that "whereabouts explain" prints, or both.
suppressions:
#  - rule: us-ssn
#    glob: 'test/fixtures/**'
#    reason: invented people
#    approver: Ada Example
#    expires: 2027-06-30

# What was agreed: it sets no level, and "whereabouts query --list" asks about it (no-dpa, wrong-provider, still-granted ...).
vendors:
#  - id: aws
#    name: Amazon Web Services
#    providers: [aws]
#    dpaSigned: 2025-02-01
#    trainsOnData: false
#    region: EU
#    subProcessors: [Example Ltd]
#    certifications: [SOC 2, ISO 27001]
handling:
#  restricted: {providers: [aws], retentionDays: 730}
revoked:
#  - {principal: 'pat@*', since: 2026-10-31, reason: left, by: D. Ode}

# Labels and tags that providers keep, as key=value, and the level each stands for.
labels:
#  'classification=secret': restricted

# The level of what was read and nothing was found in: public, internal, confidential or restricted.
defaultLevel: internal

rules:
  # Families that are not used ("whereabouts rules" lists them), your own packs, and levels that differ here.
#  off: [business]
#  packs: [my-rules.yaml]
#  levels:
#    email: internal

# Budgets. What goes beyond them is read in part or not at all, and the inventory says so.
limits:
#  fileBytes: 2GiB
#  fileSeconds: 120      # and one more for every 4 MB that are read
#  runBytes: 100GB
#  runSeconds: 2h
#  archiveDepth: 5

# Most requests and reads at once; without it, the number of processor cores.
# concurrency: 4
`;
}

function sourceExample(module: ConnectorModule): string {
  const options = Object.entries(module.options).map(
    ([key, spec]) =>
      `#    ${spec.required ? '' : '# '}${key}: ${exampleOf(key, spec)}  # ${spec.description}\n`,
  );
  return `#  - name: my-${module.kind}  # ${module.title}\n#    connector: ${module.kind}\n${options.join('')}`;
}

function exampleOf(key: string, spec: OptionSpec): string {
  if (spec.secret) return `\${${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}}`;
  if (spec.example !== undefined) return JSON.stringify(spec.example);
  const plain = { string: '"..."', 'string[]': '["..."]', boolean: 'false', integer: '1' } as const;
  return plain[spec.type];
}
