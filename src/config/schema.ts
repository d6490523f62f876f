/** What may stand in `whereabouts.yaml`, as a zod schema built from the connectors' own option lists. */
import { z } from 'zod';
import type { ConnectorModule, OptionSpec } from '../connector.ts';
import { LEVELS } from '../model.ts';
import { FAMILIES } from '../rule.ts';
import {
  agreementShape,
  checkRegister,
  handlingSchema,
  levelHandlingSchema,
  revocationSchema,
  vendorSchema,
} from './register-schema.ts';
import { SOURCE_KEYS, type SourceKey } from './source-keys.ts';
import { didYouMean } from './suggest.ts';
import { DURATION_PATTERN, SIZE_PATTERN } from './units.ts';

/** A whole string that is one `${NAME}`. */
export const ENVIRONMENT_ONLY = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

const level = z.enum(LEVELS);
const depth = z.enum(['metadata', 'sample', 'full']);
const globs = z.array(z.string().min(1)).describe('Globs in gitignore syntax, over paths');
const count = z.int().min(1);
const size = z
  .union([z.int().min(0), z.string().regex(SIZE_PATTERN, 'write a size such as 500MB or 2GiB')])
  .describe('Bytes, or a size such as 500MB or 2GiB');
const duration = z
  .union([z.number().min(0), z.string().regex(DURATION_PATTERN, 'write a duration such as 90s or 2h')])
  .describe('Seconds, or a duration such as 90s, 15m or 2h');
const date = z.iso.date('write a date as YYYY-MM-DD');
const name = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'use letters, digits, dots, hyphens and underscores')
  .max(64);

/** Keys that every source may have, whatever its connector. */
const sourceShape = {
  name: name.describe('What you call it; permanent, it names the source in the inventory'),
  client: z.string().optional().describe('Id of the client whose data all of it is'),
  include: globs.optional().describe('Read only what these globs match'),
  exclude: globs.optional().describe('Leave out what these globs match; it is still listed'),
  depth: depth.optional().describe('How much of each file is read; default full'),
} satisfies Record<Exclude<SourceKey, 'connector'>, z.ZodType>;

const clientSchema = z.strictObject({
  id: name.describe('Short and permanent'),
  name: z.string().min(1),
  aliases: z.array(z.string().min(1)).optional().describe('Other names by which files mention this client'),
  paths: globs.optional().describe('Globs over the path, or over source:path'),
  engagementEnd: date.optional().describe('When the engagement ends'),
  allowedPlaces: z
    .array(z.string().min(1))
    .optional()
    .describe('Names of sources, or provider:region, where this client allows its data'),
  retentionDays: z.int().min(0).optional().describe('Days after the end of the engagement'),
  ...agreementShape,
});

const declarationSchema = z
  .strictObject({
    glob: z.string().min(1).describe('Glob over the path, or over source:path'),
    level: level.describe('May raise a level; below what is detected it marks the file as contradicted'),
    reason: z.string().min(1).describe('Why; shown to whoever asks'),
    by: z
      .string()
      .min(1)
      .optional()
      .describe('Who decided it: then it holds above and below what is detected'),
    expires: date.optional().describe('First day on which the decision no longer holds'),
  })
  .refine(({ by, expires }) => by !== undefined || expires === undefined, {
    error: 'only a decision expires: add "by", the name of who decides',
  });

const suppressionSchema = z
  .strictObject({
    rule: z.string().min(1).describe("A rule's id, a kind of data, or * for all"),
    glob: z.string().min(1).optional().describe('Glob over the path, or over source:path'),
    fingerprint: z.string().min(1).optional().describe('Of one finding, as "whereabouts explain" prints it'),
    reason: z.string().min(1).describe('Why it is harmless; shown to whoever asks'),
    approver: z.string().min(1).describe('Who says so'),
    expires: date.describe('First day on which it no longer holds; at most a year ahead'),
  })
  .refine(({ glob, fingerprint }) => glob !== undefined || fingerprint !== undefined, {
    error: 'say where it holds: add "glob" or "fingerprint"',
  });

const rulesSchema = z.strictObject({
  off: z.array(z.enum(FAMILIES)).optional().describe('Rule families that are not used'),
  packs: z.array(z.string().min(1)).optional().describe('Your own rule packs, relative to this file'),
  levels: z.record(z.string(), level).optional().describe('Rule id: the level it has here'),
});

const limitsSchema = z.strictObject({
  fileBytes: size.optional().describe('Most bytes read of one file; beyond it a sample. Default 2GiB'),
  fileSeconds: duration
    .optional()
    .describe('Most time for one file, beside a second for every 4 MB of it. Default 120s'),
  runBytes: size.optional().describe('Most bytes read in one run. Default: no limit'),
  runSeconds: duration.optional().describe('Most time for one run. Default: no limit'),
  archiveDepth: count.optional().describe('Archives within archives. Default 5'),
  archiveMembers: count.optional().describe('Members of one archive. Default 10,000'),
  archiveBytes: size.optional().describe('Bytes unpacked from one archive. Default 1GiB'),
  archiveRatio: count.optional().describe('Most bytes unpacked for one byte packed. Default 100'),
});

const ocrSchema = z
  .strictObject({
    command: z
      .array(z.string().min(1))
      .min(1)
      .describe('Program and arguments: a picture on its standard input, text on its standard output'),
  })
  .describe(
    'Text recognised in pictures by a program of yours, such as [tesseract, stdin, stdout]. Default: off',
  );

const secretUrl = z
  .string()
  .regex(
    ENVIRONMENT_ONLY,
    `an address that lets anybody write is a secret: put it in the environment and write \${NAME}`,
  );
const channelSchema = z.discriminatedUnion('to', [
  z.strictObject({ name, to: z.literal('webhook'), url: secretUrl }).describe('Alerts as JSON, by POST'),
  z
    .strictObject({ name, to: z.literal('slack'), url: secretUrl })
    .describe('Alerts as text, to a Slack-compatible webhook'),
  z
    .strictObject({ name, to: z.literal('ping'), url: secretUrl })
    .describe('Asked for after every scan that did its work: a dead-man switch'),
  z
    .strictObject({ name, to: z.literal('textfile'), path: z.string().min(1) })
    .describe("Metrics for Prometheus' node exporter; ends in .prom"),
]);
const alertsSchema = z.strictObject({
  level: level.optional().describe('Below it nothing that is new alarms. Default confidential'),
  staleDays: z.number().min(0).optional().describe('Days without a complete scan. Default 8'),
  coverageDrop: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('Percentage points by which what could not be read may grow. Default 5'),
  deliver: z.array(channelSchema).optional().describe('Where alerts are sent after a scan'),
});

/** The schema of the whole file, given the connectors whose options may appear. At least one. */
export function configSchema(modules: readonly ConnectorModule[]) {
  const sources = modules.map(sourceSchema);
  const document = z.strictObject({
    inventory: z.string().min(1).optional().describe('The SQLite file. Default inventory.db'),
    sources: z
      // zod wants to see that there is a first one; the registry is never empty.
      .array(z.discriminatedUnion('connector', sources as [(typeof sources)[number], ...typeof sources]))
      .optional()
      .describe('The places to scan'),
    clients: z.array(clientSchema).optional().describe('Whose data it may be'),
    classification: z
      .array(declarationSchema)
      .optional()
      .describe('What you know already: glob to level; the last that matches holds'),
    suppressions: z
      .array(suppressionSchema)
      .optional()
      .describe('Findings that somebody found harmless: kept and shown, but they set no level'),
    vendors: z.array(vendorSchema).optional().describe('Whose services data lies with, and what was agreed'),
    handling: handlingSchema.optional().describe('How data of each level may be kept'),
    revoked: z.array(revocationSchema).optional().describe('Access that was decided to end'),
    labels: z.record(z.string(), level).optional().describe('Provider label or tag (key=value): level'),
    defaultLevel: level
      .optional()
      .describe('The level of what was read and nothing was found in. Default internal'),
    rules: rulesSchema.optional(),
    alerts: alertsSchema.optional().describe('What is worth waking somebody up for, and how'),
    limits: limitsSchema.optional(),
    ocr: ocrSchema.optional(),
    concurrency: count.optional().describe('Most requests and reads at once. Default: the number of cores'),
  });
  return document.superRefine(checkNames);
}

/** The keys that may stand at a place of the config, for "did you mean"; empty where any may. */
export function knownKeys(
  modules: readonly ConnectorModule[],
  where: readonly (string | number)[],
  connector: unknown,
): readonly string[] {
  switch (where[0]) {
    case undefined:
      return Object.keys(configSchema(modules).shape);
    case 'sources':
      return [...SOURCE_KEYS, ...Object.keys(modules.find(({ kind }) => kind === connector)?.options ?? {})];
    case 'clients':
      return Object.keys(clientSchema.shape);
    case 'classification':
      return Object.keys(declarationSchema.shape);
    case 'vendors':
      return Object.keys(vendorSchema.shape);
    case 'handling':
      return where.length === 1 ? LEVELS : Object.keys(levelHandlingSchema.shape);
    case 'revoked':
      return Object.keys(revocationSchema.shape);
    case 'suppressions':
      return Object.keys(suppressionSchema.shape);
    case 'rules':
      return Object.keys(rulesSchema.shape);
    case 'alerts':
      return where[1] === 'deliver' ? ['name', 'to', 'url', 'path'] : Object.keys(alertsSchema.shape);
    case 'limits':
      return Object.keys(limitsSchema.shape);
    case 'ocr':
      return Object.keys(ocrSchema.shape);
    default:
      return [];
  }
}

/** The file's content once the schema has passed it; sources carry their connector's options beside the common keys. */
export type ConfigDocument = z.infer<ReturnType<typeof configSchema>>;
export type SourceDocument = NonNullable<ConfigDocument['sources']>[number];

/** Names are unique, and a source's client is one of the clients. */
function checkNames(
  document: {
    readonly sources?: readonly { readonly name: string; readonly client?: string | undefined }[] | undefined;
    readonly clients?: readonly { readonly id: string }[] | undefined;
    readonly alerts?: { readonly deliver?: readonly { readonly name: string }[] | undefined } | undefined;
    readonly vendors?: readonly { readonly id: string }[] | undefined;
    readonly revoked?: readonly { readonly client?: string | undefined }[] | undefined;
  },
  context: z.RefinementCtx,
): void {
  const clients = (document.clients ?? []).map(({ id }) => id);
  const names = (document.sources ?? []).map(({ name }) => name);
  const fail = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) fail(['sources', index, 'name'], `a second source is named "${name}"`);
    const client = document.sources?.[index]?.client;
    if (client !== undefined && !clients.includes(client)) {
      fail(['sources', index, 'client'], `no client has the id "${client}"${didYouMean(client, clients)}`);
    }
  });
  const channels = (document.alerts?.deliver ?? []).map((channel) => channel.name);
  channels.forEach((channel, index) => {
    if (channels.indexOf(channel) < index)
      fail(['alerts', 'deliver', index, 'name'], `a second channel is named "${channel}"`);
  });
  checkRegister(document, clients, fail);
  clients.forEach((id, index) => {
    if (clients.indexOf(id) < index) fail(['clients', index, 'id'], `a second client has the id "${id}"`);
  });
}

function sourceSchema(module: ConnectorModule) {
  const options = Object.entries(module.options).map(([key, spec]) => [key, optionSchema(spec)] as const);
  return z
    .strictObject({
      ...sourceShape,
      connector: z.literal(module.kind),
      ...Object.fromEntries(options),
    })
    .describe(module.title);
}

function optionSchema(spec: OptionSpec): z.ZodType {
  const schema = spec.secret
    ? z
        .string()
        .regex(
          ENVIRONMENT_ONLY,
          `a secret is never written here: put it in the environment and write \${NAME}`,
        )
    : valueSchema(spec.type);
  const described = schema.describe(spec.description);
  return spec.required ? described : described.optional();
}

function valueSchema(type: OptionSpec['type']): z.ZodType {
  switch (type) {
    case 'string':
      return z.string().min(1);
    case 'boolean':
      return z.boolean();
    case 'integer':
      return z.int();
    case 'string[]':
      return z.array(z.string().min(1));
  }
}
