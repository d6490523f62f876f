import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { relate } from '../../src/copies/relate.ts';
import { NO_SAMPLE, type Sketch } from '../../src/copies/sketch.ts';
import { explainAsset, findNamed } from '../../src/inventory/explain.ts';
import { bindParameters, QUERIES } from '../../src/inventory/queries/index.ts';
import { runQuery } from '../../src/inventory/query.ts';
import { openReader } from '../../src/inventory/read.ts';
import { readReport } from '../../src/inventory/report.ts';
import { readSources, readSummary } from '../../src/inventory/summary.ts';
import { openWriter } from '../../src/inventory/writer.ts';
import {
  asset,
  classification,
  content,
  day,
  finding,
  outcome,
  type PRIVATE,
  PUBLIC,
  scan,
  unchanged,
} from './estate.ts';

const folder = mkdtempSync(join(tmpdir(), 'inventory-'));
const file = join(folder, 'inventory.db');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Twelve people, as tags of an invented key. */
const PEOPLE: Sketch = {
  kind: 'people',
  part: '',
  size: 12,
  weight: 0,
  sample: { tags: Uint32Array.from({ length: 12 }, (_, index) => index * 1000), distinct: 12 },
  details: NO_SAMPLE,
  head: new Uint32Array(0),
};
const people = content('people', {
  sketches: [PEOPLE],
  findings: [finding('us-ssn', { distinct: 40 }), finding('mrn', { confidence: 'low' })],
});
const acme = { client: 'acme', clientWhy: 'path acme/**' };
const harmless = {
  rule: 'mrn',
  glob: 'acme/**',
  fingerprint: null,
  reason: 'order numbers',
  approver: 'Pat Example',
  expires: '9999-01-01',
};
const SHARED = {
  exposure: 'external',
  grants: [{ principal: 'pat@partner.example', kind: 'user', role: 'read', via: 'acl' }],
} as const;

/** An agency with a laptop, scanned on days 1 and 9, and a bucket, scanned on day 2. */
beforeAll(() => {
  const writer = openWriter(file);
  writer.syncClients([
    {
      id: 'acme',
      name: 'Acme Example Ltd',
      aliases: ['ACME'],
      engagementEnd: '2026-06-30',
      allowedPlaces: ['bucket', 'aws:eu-west-1'],
      retentionDays: 30,
    },
    {
      id: 'zeta',
      name: 'Zeta Example Inc',
      aliases: [],
      engagementEnd: null,
      allowedPlaces: [],
      retentionDays: null,
    },
  ]);
  writer.syncRegister({
    sources: ['laptop'],
    agreements: [
      {
        client: 'acme',
        readers: ['ADA@*'],
        accessReviewed: '2026-10-01',
        deletedOn: '2026-11-05',
        deletionProof: null,
      },
    ],
    vendors: [
      {
        id: 'amazon',
        name: 'Amazon Web Services',
        providers: ['aws'],
        dpaSigned: '2025-01-01',
        dpaExpires: '2026-11-20',
        trainsOnData: null,
        region: null,
        subProcessors: ['Example Ltd'],
        certifications: ['SOC 2'],
      },
    ],
    handling: [{ level: 'confidential', providers: ['gcp'], retentionDays: 3 }],
    revocations: [
      { principal: 'PAT@*', client: null, since: '2026-11-20', reason: 'left', by: 'D. Ode' },
      { principal: 'ada@*', client: null, since: '2026-11-21', reason: 'will leave', by: 'D. Ode' },
      { principal: 'allUsers', client: 'zeta', since: '2026-11-01', reason: 'not here', by: 'D. Ode' },
    ],
  });
  writer.syncSuppressions([
    harmless,
    { ...harmless, glob: null, fingerprint: 'email:ab12', expires: '2020-01-01' },
  ]);
  const suppressed = [{ rule: 'mrn', target: 'content', by: harmless }] as const;
  const restricted = classification('restricted', { ...acme, suppressed });
  const original = outcome(asset('acme/people.csv'), { content: people, classification: restricted });
  const note = outcome(asset('note.md', { size: 500 }), { content: content('note', { size: 500 }) });
  const locked = outcome(asset('locked.zip', { size: 7000 }), {
    content: content('locked', {
      size: 7000,
      coverage: 'none',
      gaps: [{ reason: 'encrypted', message: 'a password is needed' }],
    }),
    classification: classification(null),
  });
  const gone = outcome(asset('gone.csv'), {
    content: content('gone'),
    classification: classification('internal'),
  });
  scan(writer, 1, { outcomes: [original, note, locked, gone] });

  const bucket = {
    id: 'b',
    name: 'exports',
    uri: 's3://exports',
    provider: 'aws',
    region: 'us-east-1',
    encryption: 'none',
    logging: 'no',
    versioning: 'yes',
    access: PUBLIC,
  } as const;
  const s3 = {
    name: 'bucket',
    source: {
      name: 'bucket',
      connector: 's3',
      category: 'storage',
      location: 's3://exports',
      configDigest: 'c',
    },
  };
  const at = (key: string, access: typeof PRIVATE | null = null) =>
    asset(key, { container: 'b', uri: `s3://exports/${key}`, access });
  const declared = classification('confidential', {
    status: 'contradicted',
    ...acme,
    declared: { level: 'public', basis: 'declared', source: 'glob open/**' },
  });
  scan(writer, 2, {
    run: s3,
    container: bucket,
    outcomes: [
      outcome(at('mail.csv'), {
        content: content('mail', { findings: [finding('email')] }),
        classification: declared,
      }),
      outcome(at('shared.csv', SHARED), {
        content: content('shared', { findings: [finding('email')], sketches: [PEOPLE] }),
        classification: classification('confidential'),
      }),
    ],
  });

  const copy = asset('Downloads/people (1).csv', { environment: 'experiment' });
  scan(writer, 9, {
    outcomes: [
      unchanged(asset('acme/people.csv')),
      unchanged(asset('note.md', { size: 500 })),
      unchanged(asset('locked.zip', { size: 7000 })),
      outcome(copy, { content: people, classification: classification('restricted') }),
    ],
  });
  writer.groupCopies(relate, 100);
  writer.close();
});

/** What each query says of the agency: its rows, cut to a few columns. */
const ANSWERS: Readonly<Record<string, { readonly columns: string; readonly rows: readonly unknown[][] }>> = {
  Q01: {
    columns: 'source client assets restricted confidential unknown',
    rows: [
      ['laptop', 'acme', 1, 1, 0, 0],
      ['laptop', 'unknown', 2, 1, 0, 1],
      ['bucket', 'acme', 1, 0, 1, 0],
      ['bucket', 'unknown', 1, 0, 1, 0],
    ],
  },
  Q02: {
    columns: 'client uri',
    rows: [
      ['acme', 'file:///work/Downloads/people (1).csv'],
      ['acme', 'file:///work/acme/people.csv'],
      ['acme', 's3://exports/mail.csv'],
      ['acme', 's3://exports/shared.csv'],
    ],
  },
  Q03: {
    columns: 'uri level',
    rows: [
      ['file:///work/Downloads/people (1).csv', 'restricted'],
      ['s3://exports/shared.csv', 'confidential'],
      ['file:///work/locked.zip', 'unknown'],
    ],
  },
  Q05: {
    columns: 'kind client level assets',
    rows: [
      ['experiment', 'unknown', 'restricted', 1],
      ['machine', 'acme', 'restricted', 1],
      ['machine', 'unknown', 'unknown', 1],
    ],
  },
  Q06: {
    columns: 'ordinal copies uri how',
    rows: [
      [1, 3, 'file:///work/acme/people.csv', 'same bytes'],
      [2, 3, 'file:///work/Downloads/people (1).csv', 'same bytes'],
      [3, 3, 's3://exports/shared.csv', 'same people'],
    ],
  },
  Q04: {
    columns: 'source client assets restricted',
    rows: [
      ['bucket', 'acme', 1, 0],
      ['bucket', 'unknown', 1, 0],
    ],
  },
  Q07: {
    columns: 'original_uri uri similarity',
    rows: [['file:///work/acme/people.csv', 's3://exports/shared.csv', 1]],
  },
  Q08: {
    columns: 'level assets contradicted',
    rows: [
      ['restricted', 2, 0],
      ['confidential', 2, 1],
      ['internal', 1, 0],
      ['unknown', 1, 0],
    ],
  },
  Q09: {
    columns: 'uri level',
    rows: [
      ['file:///work/acme/people.csv', 'restricted'],
      ['file:///work/Downloads/people (1).csv', 'restricted'],
      ['s3://exports/shared.csv', 'confidential'],
      ['file:///work/locked.zip', 'unknown'],
    ],
  },
  Q10: {
    columns: 'uri client original_uri',
    rows: [['file:///work/Downloads/people (1).csv', 'acme', 'file:///work/acme/people.csv']],
  },
  Q11: {
    columns: 'uri rule confidence',
    rows: [
      ['file:///work/acme/people.csv', 'us-ssn', 'high'],
      ['file:///work/acme/people.csv', 'mrn', 'low'],
      ['file:///work/Downloads/people (1).csv', 'us-ssn', 'high'],
      ['file:///work/Downloads/people (1).csv', 'mrn', 'low'],
      ['s3://exports/mail.csv', 'email', 'high'],
      ['s3://exports/shared.csv', 'email', 'high'],
    ],
  },
  Q12: {
    columns: 'uri declared_level declared_by level',
    rows: [['s3://exports/mail.csv', 'public', 'glob open/**', 'confidential']],
  },
  Q13: {
    columns: 'regulation source kind assets',
    rows: [
      ['CCPA', 'laptop', 'us-ssn', 2],
      ['GDPR', 'bucket', 'email', 2],
      ['GDPR', 'laptop', 'us-ssn', 2],
    ],
  },
  Q14: { columns: 'source', rows: [] },
  Q15: {
    columns: 'uri exposure',
    rows: [
      ['s3://exports/mail.csv', 'public'],
      ['s3://exports/shared.csv', 'external'],
    ],
  },
  Q16: {
    columns: 'source encryption assets',
    rows: [
      ['bucket', 'none', 2],
      ['laptop', 'unknown', 2],
    ],
  },
  Q17: { columns: 'client source place', rows: [['acme', 'laptop', 'local:unknown']] },
  Q18: {
    columns: 'level provider allowed assets',
    rows: [
      ['restricted', 'local', 'not said', 2],
      ['confidential', 'aws', '["gcp"]', 2],
    ],
  },
  Q19: { columns: 'uri', rows: [['file:///work/Downloads/people (1).csv']] },
  Q20: {
    columns: 'source logging versioning',
    rows: [
      ['bucket', 'no', 'yes'],
      ['laptop', 'unknown', 'unknown'],
    ],
  },
  Q21: {
    columns: 'client principal source assets',
    rows: [
      ['acme', 'ada@example.com', 'laptop', 1],
      ['acme', 'allUsers', 'bucket', 1],
    ],
  },
  Q22: { columns: 'client principal source assets', rows: [['acme', 'allUsers', 'bucket', 1]] },
  Q23: { columns: 'exposure principal assets', rows: [['external', 'pat@partner.example', 1]] },
  Q24: { columns: 'uri principal', rows: [['s3://exports/mail.csv', 'allUsers']] },
  Q25: { columns: 'client access_reviewed assets sources', rows: [['acme', '2026-10-01', 2, 2]] },
  Q26: { columns: 'revoked principal client assets', rows: [['PAT@*', 'pat@partner.example', 'unknown', 1]] },
  Q27: {
    columns: 'vendor provider dpa_expires client assets',
    rows: [
      ['amazon', 'aws', '2026-11-20', 'acme', 1],
      ['amazon', 'aws', '2026-11-20', 'unknown', 1],
    ],
  },
  Q28: {
    columns: 'vendor trains_on_data client',
    rows: [
      ['amazon', 'unknown', 'acme'],
      ['amazon', 'unknown', 'unknown'],
    ],
  },
  Q29: {
    columns: 'client vendor stored_in region sub_processors certifications',
    rows: [
      ['acme', 'amazon', 'us-east-1', 'unknown', '["Example Ltd"]', '["SOC 2"]'],
      ['unknown', 'amazon', 'us-east-1', 'unknown', '["Example Ltd"]', '["SOC 2"]'],
    ],
  },
  Q30: {
    columns: 'client keep_until source',
    rows: [
      ['acme', '2026-07-30', 'bucket'],
      ['acme', '2026-07-30', 'laptop'],
    ],
  },
  Q31: {
    columns: 'level retention_days source client assets',
    rows: [
      ['confidential', 3, 'bucket', 'acme', 1],
      ['confidential', 3, 'bucket', 'unknown', 1],
      ['restricted', null, 'laptop', 'acme', 1],
      ['restricted', null, 'laptop', 'unknown', 1],
    ],
  },
  Q32: {
    columns: 'client problem source assets',
    rows: [
      ['acme', 'no proof', null, null],
      ['acme', 'not scanned completely since', 'bucket', null],
      ['acme', 'still there', 'bucket', 1],
      ['acme', 'still there', 'laptop', 1],
    ],
  },
  Q33: { columns: 'how', rows: [] },
  Q34: {
    columns: 'source last_complete',
    rows: [
      ['bucket', day(2)],
      ['laptop', day(9)],
    ],
  },
  Q35: {
    columns: 'source week_from',
    rows: [
      ['bucket', '2026-11-09'],
      ['bucket', '2026-11-16'],
      ['laptop', '2026-11-02'],
      ['laptop', '2026-11-16'],
    ],
  },
  Q36: {
    columns: 'source listed read skipped adds_up now_unread open_gaps',
    rows: [
      ['bucket', 2, 2, 0, 1, 0, 0],
      ['laptop', 4, 1, 3, 1, 1, 1],
    ],
  },
  Q37: { columns: 'uri reason bytes', rows: [['file:///work/locked.zip', 'encrypted', 7000]] },
  Q38: {
    columns: 'rule glob fingerprint approver expires in_force findings assets',
    rows: [
      ['mrn', null, 'email:ab12', 'Pat Example', '2020-01-01', 'no', 0, 0],
      ['mrn', 'acme/**', null, 'Pat Example', '9999-01-01', 'yes', 1, 1],
    ],
  },
  Q39: {
    columns: 'type uri',
    rows: [
      ['baseline', 's3://exports'],
      ['added', 'file:///work/Downloads/people (1).csv'],
      ['removed', 'file:///work/gone.csv'],
    ],
  },
  Q40: { columns: 'events holes', rows: [[4, 0]] },
};
const GIVEN: Readonly<Record<string, string>> = { today: '2026-11-20' };

test.each(QUERIES.map((query) => [query.id, query.name, query] as const))(
  '%s %s answers its question',
  (id, _, query) => {
    const answer = ANSWERS[id];
    if (answer === undefined) throw new Error(`${id} has no expected answer`);
    const today = query.params.some(({ name }) => name === 'today') ? GIVEN : {};
    const reader = openReader(file);
    const found = reader.rows<Record<string, unknown>>(query.sql, bindParameters(query, today));
    reader.close();
    expect(found.map((row) => answer.columns.split(' ').map((name) => row[name]))).toEqual(answer.rows);
  },
);

test('each of the forty questions has a query', () => {
  const numbers = Array.from({ length: 40 }, (_, index) => `Q${String(index + 1).padStart(2, '0')}`);
  expect(QUERIES.map(({ id }) => id)).toEqual(numbers);
  expect(new Set(QUERIES.map(({ name }) => name)).size).toBe(40);
});

test('a query parameter narrows its answer', async () => {
  const query = QUERIES.find(({ name }) => name === 'held-for-client');
  if (query === undefined) throw new Error('no such query');
  const ask = (client: string) =>
    runQuery({ file, sql: query.sql, parameters: bindParameters(query, { client }) });
  expect((await ask('acme')).rows).toHaveLength(4);
  expect((await ask('zeta')).rows).toHaveLength(0);
});

test('a query that takes too long is stopped', async () => {
  const endless = 'with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n';
  await expect(runQuery({ file, sql: endless, parameters: {} }, { timeoutMs: 1500 })).rejects.toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining('more than 1.5 s') }),
  );
});

test.each([
  ['writes', "update _sources set name = 'x'"],
  ['makes', 'create table x (y)'],
  ['is more than one statement', 'select 1; select 2'],
  ['opens another file', "attach 'other.db' as other"],
  ['is wrong', 'selekt 1'],
  ['lacks a parameter', 'select :client'],
])('SQL that %s is refused', async (_, sql) => {
  await expect(runQuery({ file, sql, parameters: {} })).rejects.toThrow(
    expect.objectContaining({ exitCode: 2 }),
  );
});

test('rows beyond the limit are left out, and that is said', async () => {
  const result = await runQuery(
    { file, sql: 'select asset_id from assets order by 1', parameters: {} },
    { maxRows: 2 },
  );
  expect(result).toEqual({ columns: ['asset_id'], rows: [[1], [2]], truncated: true });
});

test('summary, sources and report count the same assets', () => {
  const reader = openReader(file);
  const summary = readSummary(reader);
  const sources = readSources(reader);
  const report = readReport(reader);
  reader.close();
  expect(summary.totals.map(({ source, level, assets }) => [source, level, assets])).toEqual([
    ['bucket', 'confidential', 2],
    ['laptop', 'restricted', 2],
    ['laptop', 'internal', 1],
    ['laptop', null, 1],
  ]);
  expect(summary.mostSensitive.map(({ uri, readers }) => [uri, readers])).toEqual([
    ['file:///work/acme/people.csv', ['ada@example.com']],
    ['file:///work/Downloads/people (1).csv', ['ada@example.com']],
    ['s3://exports/mail.csv', ['allUsers']],
    ['s3://exports/shared.csv', ['pat@partner.example']],
  ]);
  expect(summary.changes).toMatchObject([
    { source: 'bucket', since: null, added: 0 },
    { source: 'laptop', since: day(1), added: 1, newUnclassified: 1, removed: 1, changed: 0 },
  ]);
  expect(summary.gaps).toMatchObject([{ reason: 'encrypted', incomplete: true, count: 1, bytes: 7000 }]);
  expect(sources).toMatchObject([
    { name: 'bucket', assets: 2 },
    { name: 'laptop', assets: 4, bytes: 9500 },
  ]);
  expect(
    report.map((row) => [
      row.category,
      row.source,
      row.client,
      row.level,
      row.assets,
      row.copies,
      row.exposure,
      row.notRead,
    ]),
  ).toEqual([
    ['experiment', 'laptop', null, 'restricted', 1, 1, 'private', 0],
    ['machine', 'laptop', 'acme', 'restricted', 1, 1, 'private', 0],
    ['machine', 'laptop', null, null, 1, 0, 'private', 1],
    ['storage', 'bucket', null, 'confidential', 1, 1, 'external', 0],
    ['storage', 'bucket', 'acme', 'confidential', 1, 0, 'public', 0],
  ]);
});

test('an asset is explained by id, uri, path or the end of its path', () => {
  const reader = openReader(file);
  for (const what of ['1', 'file:///work/acme/people.csv', 'acme/people.csv', 'people.csv']) {
    expect(findNamed(reader, what).map(({ asset_id }) => asset_id)).toEqual([1]);
  }
  const [found] = findNamed(reader, '1');
  if (found === undefined) throw new Error('not found');
  const all = explainAsset(reader, found);
  reader.close();
  expect(all.findings.map(({ rule, confidence }) => [rule, confidence])).toEqual([
    ['us-ssn', 'high'],
    ['mrn', 'low'],
  ]);
  expect(all.grants).toMatchObject([{ principal: 'ada@example.com', inherited: 'no', current: 'yes' }]);
  expect(all.copies.map(({ ordinal, how }) => [ordinal, how])).toEqual([
    [1, 'same bytes'],
    [2, 'same bytes'],
    [3, 'same people'],
  ]);
  expect(all.digests.map(({ algorithm }) => algorithm)).toEqual(['sha256']);
  expect(all.events.map(({ type }) => type)).toEqual(['added']);
});
