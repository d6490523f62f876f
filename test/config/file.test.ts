/** Config files are read, and every mistake is named with its line and its fix. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { configTemplate } from '../../src/commands/init.ts';
import { parseConfigFile, readConfigFile } from '../../src/config/file.ts';
import { type ResolveOptions, resolveConfig } from '../../src/config/resolve.ts';
import type { ConnectorModule, OptionSpec } from '../../src/connector.ts';
import { UserError } from '../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'whereabouts-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILE = { path: join(folder, 'whereabouts.yaml'), name: 'whereabouts.yaml' };
const MODULES = [
  module('local', { path: { type: 'string', required: true, format: 'path', description: 'folder' } }),
  module('s3', {
    bucket: { type: 'string[]', description: 'buckets' },
    secretAccessKey: { type: 'string', secret: true, description: 'key' },
    forcePathStyle: { type: 'boolean', description: 'path style' },
  }),
];

/** One source, where a test needs one and does not care which. */
const HERE = 'sources:\n  - {name: here, connector: local, path: .}\n';

/** A connector of which only the description matters here. */
function module(kind: string, options: Record<string, OptionSpec>): ConnectorModule {
  return {
    kind,
    title: kind,
    category: 'storage',
    options,
    features: {
      range: true,
      sorted: true,
      grants: false,
      labels: false,
      digests: [],
      delta: false,
      trash: false,
    },
    fromArgument: (argument) => {
      const isAddress = argument.includes('://');
      if (kind === 'local') return isAddress ? undefined : { path: argument };
      return argument.startsWith('s3://') ? { bucket: [argument.slice(5)] } : undefined;
    },
    connect: () => Promise.reject(new Error('not in this test')),
  };
}

function mistakes(text: string): string {
  try {
    parseConfigFile(text, FILE, MODULES);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return String((error as UserError).message);
  }
  throw new Error('no mistake was found');
}

function resolve(text: string, options: Partial<ResolveOptions> = {}) {
  return resolveConfig({
    file: parseConfigFile(text, FILE, MODULES),
    modules: MODULES,
    names: [],
    inventory: undefined,
    overrides: { include: [], exclude: [] },
    packs: [],
    concurrency: { asked: undefined, cores: 2 },
    runBytes: undefined,
    runSeconds: undefined,
    today: '2026-11-22',
    env: {},
    cwd: folder,
    home: '/home/ada',
    ...options,
  });
}

describe('mistakes in whereabouts.yaml', () => {
  test.each([
    ['an unknown key', 'inventori: a.db\n', '1:1: unknown key "inventori" (did you mean "inventory"?)'],
    [
      'an unknown option of a connector',
      'sources:\n  - name: a\n    connector: local\n    paht: .\n    path: .\n',
      '4:5: unknown key "paht" (did you mean "path"?)',
    ],
    [
      'a connector that does not exist',
      'sources:\n  - name: a\n    connector: s4\n',
      '3:16: there is no connector "s4" (did you mean "s3"?)',
    ],
    [
      'a level that does not exist',
      'defaultLevel: restrictd\n',
      '1:15: "defaultLevel" must be one of public',
    ],
    ['a missing option', 'sources:\n  - name: a\n    connector: local\n', '2:5: "path" is missing'],
    ['a wrong type', 'concurrency: many\n', '1:14: "concurrency" must be a number'],
    ['a bad size', 'limits:\n  runBytes: lots\n', '2:13: "runBytes": write a size such as'],
    ['a bad date', 'clients:\n  - id: a\n    name: A\n    engagementEnd: soon\n', '4:20: "engagementEnd"'],
    [
      'a second source of the same name',
      'sources:\n  - {name: a, connector: local, path: x}\n  - {name: a, connector: local, path: y}\n',
      '3:12: a second source is named "a"',
    ],
    [
      'a client that does not exist',
      'clients:\n  - {id: acme, name: Acme}\nsources:\n  - {name: a, connector: local, path: x, client: acem}\n',
      '4:50: no client has the id "acem" (did you mean "acme"?)',
    ],
    [
      'a suppression that holds nowhere',
      'suppressions:\n  - {rule: email, reason: r, approver: Ada, expires: 2027-01-01}\n',
      '2:5: say where it holds: add "glob" or "fingerprint"',
    ],
    [
      'a suppression without an approver',
      "suppressions:\n  - rule: email\n    glob: 'a/**'\n    reason: r\n    expires: 2027-01-01\n",
      '2:5: "approver" is missing; add "approver"',
    ],
    [
      'a suppression without an end',
      "suppressions:\n  - {rule: email, glob: 'a/**', reason: r, approver: Ada, expires: never}\n",
      '2:68: "expires": write a date as YYYY-MM-DD',
    ],
    ['a key twice', 'inventory: a\ninventory: b\n', '2:1: Map keys must be unique'],
    ['a prototype', '__proto__:\n  polluted: yes\n', '1:1: unknown key "__proto__"'],
    ['YAML that is none', 'sources: [\n', ':2:1: '],
  ])('%s is named with its place', (_what, text, message) => {
    expect(mistakes(text)).toContain(message.startsWith(':') ? message : `whereabouts.yaml:${message}`);
  });

  test('a secret that is written out is refused, and not repeated', () => {
    const said = mistakes('sources:\n  - name: a\n    connector: s3\n    secretAccessKey: canary-value-77\n');
    expect(said).toContain('whereabouts.yaml:4:22: "secretAccessKey": a secret is never written here');
    expect(said).not.toContain('canary-value-77');
  });

  test('several mistakes are told at once', () => {
    expect(mistakes('concurrency: many\ninventori: x\n').split('\n')).toHaveLength(2);
  });

  test('a bomb of aliases is refused', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `k${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`);
    expect(mistakes(`k0: &a0 [x,x,x,x,x,x,x,x,x]\n${levels.join('\n')}\n`)).toMatch(/alias/i);
  });

  test('a file that is not there is an error that says how to make one', () => {
    expect(() => readConfigFile(join(folder, 'none.yaml'), 'none.yaml', MODULES)).toThrow(/whereabouts init/);
  });
});

describe('the environment', () => {
  const text = `sources:\n  - name: a\n    connector: s3\n    secretAccessKey: \${S3_KEY}\n`;

  test('fills in secrets', () => {
    expect(resolve(text, { env: { S3_KEY: 'x'.repeat(12) } }).sources[0]?.options).toEqual({
      secretAccessKey: 'x'.repeat(12),
    });
  });

  test('that lacks a variable is an error naming it and its place', () => {
    expect(() => resolve(text)).toThrow(
      /^whereabouts\.yaml:4:22: the environment variable S3_KEY is not set/,
    );
  });

  test('is asked only for the sources that are scanned', () => {
    const both = `${text}  - {name: b, connector: local, path: .}\n`;
    expect(resolve(both, { names: ['b'] }).sources.map(({ name }) => name)).toEqual(['b']);
  });

  test('is not asked for $${NAME}', () => {
    const plain = 'sources:\n  - {name: a, connector: local, path: "x/$${HOME}"}\n';
    expect(resolve(plain).sources[0]?.options.path).toBe(join(folder, `x/\${HOME}`));
  });
});

describe('sources', () => {
  test('have paths that begin in the folder of the config, or at home', () => {
    const text =
      'sources:\n  - {name: a, connector: local, path: data}\n  - {name: b, connector: local, path: ~/x}\n';
    const paths = resolve(text, { cwd: '/elsewhere' }).sources.map(({ options }) => options.path);
    expect(paths).toEqual([join(folder, 'data'), '/home/ada/x']);
  });

  test('given as arguments are named by their place, once each, and the same every time', () => {
    const names = (cwd: string, args: string[]) =>
      resolve('{}', { cwd, names: args }).sources.map(({ name }) => name);
    expect(names(folder, ['.', folder, `${folder}/`])).toEqual([folder]);
    expect(names('/', [folder.slice(1), 's3://bucket/x/'])).toEqual([folder, 's3://bucket/x']);
  });

  test('a configured name comes before a folder of the same name', () => {
    const text = 'sources:\n  - {name: data, connector: s3, bucket: [b]}\n';
    expect(resolve(text, { names: ['data'] }).sources[0]?.connector).toBe('s3');
  });

  test('a place that does not exist is an error with the nearest source', () => {
    const text = 'sources:\n  - {name: laptop, connector: local, path: .}\n';
    expect(() => resolve(text, { names: ['laptpo'] })).toThrow(
      /"laptpo" is neither .* \(did you mean "laptop"\?\)/,
    );
  });

  test('take depth and globs from the command line beside their own', () => {
    const text = 'sources:\n  - {name: a, connector: local, path: ., exclude: [x], depth: full}\n';
    const [source] = resolve(text, {
      overrides: { depth: 'metadata', include: ['*.csv'], exclude: ['y'] },
    }).sources;
    expect(source).toMatchObject({ depth: 'metadata', include: ['*.csv'], exclude: ['x', 'y'] });
  });

  test('nothing to scan is an error that says what to do', () => {
    expect(() => resolve('{}')).toThrow(/whereabouts init/);
  });
});

describe('suppressions', () => {
  const text = (expires: string) =>
    `suppressions:\n  - {rule: email, glob: 'a/**', reason: r, approver: Ada, expires: ${expires}}\n${HERE}`;

  test('are kept as written, expired ones too', () => {
    expect(resolve(text('2026-01-01')).suppressions).toEqual([
      { rule: 'email', glob: 'a/**', fingerprint: null, reason: 'r', approver: 'Ada', expires: '2026-01-01' },
    ]);
  });

  test('last a year at most', () => {
    expect(resolve(text('2027-11-22')).suppressions.length).toBe(1);
    expect(() => resolve(text('2027-11-23'))).toThrow(
      /^whereabouts\.yaml:2:68: "expires" is more than a year ahead; write 2027-11-22 or earlier/,
    );
  });
});

test('what was agreed is read, and what is left out is not known', () => {
  const { register } = resolve(
    `${HERE}clients:
  - {id: acme, name: Acme, readers: ['*@x.example'], deletion: {on: 2026-11-01, proof: OPS-12}}
vendors:
  - {id: aws, name: Amazon Web Services, providers: [aws], dpaSigned: 2025-02-01}
handling:
  restricted: {retentionDays: 730}
revoked:
  - {principal: 'pat@*', client: acme, since: 2026-10-31, reason: left, by: D. Ode}
`,
  );
  expect(register).toMatchObject({
    sources: ['here'],
    agreements: [{ client: 'acme', accessReviewed: null, deletedOn: '2026-11-01', deletionProof: 'OPS-12' }],
    vendors: [{ id: 'aws', trainsOnData: null, dpaExpires: null, region: null, subProcessors: [] }],
    handling: [{ level: 'restricted', providers: null, retentionDays: 730 }],
    revocations: [{ client: 'acme', since: '2026-10-31' }],
  });
});

test('what is wrong in what was agreed is told with its line', () => {
  const wrong = mistakes(`${HERE}vendors:
  - {id: aws, name: A, providers: [aws], trainsOnDate: false}
  - {id: aws, name: B, providers: [aws]}
handling:
  restrictd: {retentionDays: 1}
revoked:
  - {principal: 'pat@*', since: 2026-10-32, reason: left, by: D. Ode}
`);
  expect(wrong).toMatch(/yaml:4:\d+: unknown key "trainsOnDate" \(did you mean "trainsOnData"\?\)/);
  expect(wrong).toMatch(/yaml:7:\d+: .*"restrictd"|yaml:7:\d+: .*restricted/);
  expect(wrong).toMatch(/yaml:9:\d+: "since": write a date as YYYY-MM-DD/);
  expect(
    mistakes(`${HERE}vendors:
  - {id: aws, name: A, providers: [aws]}
  - {id: aws, name: B, providers: [aws]}
revoked: [{principal: x, client: acme, since: 2026-10-31, reason: left, by: D. Ode}]
`),
  ).toMatch(/a second vendor has the id "aws"(.|\n)*no client has the id "acme"/);
});

describe('whereabouts init', () => {
  test('writes a config that validates as it is', () => {
    const { sources } = resolve(configTemplate(MODULES));
    expect(sources.map(({ name }) => name)).toEqual(['here']);
  });

  test('writes a config that validates with every comment uncommented', () => {
    const open = configTemplate(MODULES)
      .replace(/^# concurrency/m, 'concurrency')
      .replace(/^#( +)(# )?(?=\S)/gm, (_, spaces: string, optional?: string) =>
        optional || spaces.length > 1 ? spaces : `#${spaces}`,
      );
    const { document } = parseConfigFile(open, FILE, MODULES);
    expect(document.sources?.map(({ name }) => name)).toEqual(['here', 'my-local', 'my-s3']);
    expect(document.clients?.[0]?.id).toBe('acme');
    expect(document.classification?.[0]?.level).toBe('public');
    expect(document.suppressions?.[0]?.rule).toBe('us-ssn');
    expect(document.concurrency).toBe(4);
  });
});

test('sizes and durations are read as people write them', () => {
  writeFileSync(FILE.path, '');
  const { limits } = resolve(
    'sources: [{name: a, connector: local, path: .}]\nlimits: {fileBytes: 1.5GB, runBytes: 2 GiB, fileSeconds: 2m, runSeconds: 1h}\n',
  );
  expect(limits).toMatchObject({
    fileBytes: 1.5e9,
    runBytes: 2 * 1024 ** 3,
    fileSeconds: 120,
    runSeconds: 3600,
  });
});
