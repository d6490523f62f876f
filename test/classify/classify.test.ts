import { expect, test } from 'vitest';
import { type ClassifyInput, createClassifier } from '../../src/classify/index.ts';
import type { Policy } from '../../src/classify/policy.ts';
import type { RuleRecord } from '../../src/inventory/types.ts';
import type { Confidence, Finding, Level } from '../../src/model.ts';

const rule = (id: string, level: Level): RuleRecord => ({
  id,
  title: `title of ${id}`,
  kind: id,
  family: 'identity',
  level,
  regulations: [],
  digest: id,
  text: true,
  columns: true,
});

const found = (id: string, confidence: Confidence = 'high', count = 1): Finding => ({
  rule: id,
  confidence,
  count,
  distinct: count,
  places: ['line 1'],
  shape: '999',
  why: 'check digit ok',
});

const policy: Policy = {
  rules: [rule('ssn', 'restricted'), rule('email', 'confidential')],
  declarations: [
    { glob: 'docs/**', level: 'public', reason: 'published' },
    { glob: 'docs/draft/**', level: 'confidential', reason: 'not yet' },
    { glob: 'drive:docs/**', level: 'internal', reason: 'only this source' },
  ],
  decisions: [],
  sidecars: [],
  suppressions: [],
  labels: { 'sensitivity=high': 'restricted', 'sensitivity=low': 'public' },
  defaultLevel: 'internal',
  clients: [
    client('acme', 'Acme Health', { aliases: ['AH Corp'], paths: ['clients/a/**'] }),
    client('borealis', 'Borealis'),
  ],
  sources: [
    { name: 'laptop', client: null },
    { name: 'drive', client: null },
    { name: 'acme-share', client: 'acme' },
  ],
};

function client(id: string, name: string, more: { aliases?: string[]; paths?: string[] } = {}) {
  const rest = { engagementEnd: null, allowedPlaces: [], retentionDays: null };
  return { id, name, aliases: more.aliases ?? [], paths: more.paths ?? [], ...rest };
}

const classify = createClassifier(policy);
const INPUT: ClassifyInput = {
  source: 'laptop',
  container: 'root',
  uri: 'file:///work/a.txt',
  path: 'a.txt',
  sha256: null,
  coverage: 'full',
  findings: [],
  metadataFindings: [],
  labels: {},
  containerLabels: {},
};
const asset = (more: Partial<ClassifyInput> = {}) => classify({ ...INPUT, ...more });

test('what was only detected is unclassified, at the level of its worst finding', () => {
  const result = asset({ findings: [found('email', 'high', 30), found('ssn', 'medium', 2)] });
  expect(result).toMatchObject({
    level: 'restricted',
    basis: 'detected',
    status: 'unclassified',
    declared: null,
  });
  expect(result.why).toBe('Found 2 × title of ssn (check digit ok), 30 × title of email');
});

test('a low finding sets no level', () => {
  expect(asset({ findings: [found('ssn', 'low')] })).toMatchObject({
    level: 'internal',
    detectedLevel: null,
  });
});

test('read in full with nothing found has the default level; not read has none', () => {
  expect(asset()).toMatchObject({ level: 'internal', basis: 'default' });
  expect(asset({ coverage: 'metadata' })).toMatchObject({ level: null, basis: null, status: 'unclassified' });
  expect(asset({ coverage: 'none' })).toMatchObject({ level: null, basis: null });
});

test('a declaration may raise what was detected', () => {
  const result = asset({ path: 'docs/draft/x.md', findings: [found('email')] });
  expect(result).toMatchObject({ level: 'confidential', basis: 'declared', status: 'classified' });
});

test('a declaration or label below what was detected contradicts and does not lower', () => {
  const declared = asset({ path: 'docs/x.md', findings: [found('ssn')] });
  expect(declared).toMatchObject({ level: 'restricted', basis: 'detected', status: 'contradicted' });
  expect(declared.declared).toMatchObject({ level: 'public', basis: 'declared' });
  const labelled = asset({ labels: { sensitivity: 'low' }, findings: [found('email')] });
  expect(labelled).toMatchObject({ level: 'confidential', status: 'contradicted' });
});

test('of several declarations the last that matches holds, and one bound to a source holds only there', () => {
  expect(asset({ path: 'docs/x.md' }).level).toBe('public');
  expect(asset({ path: 'docs/draft/x.md' }).level).toBe('confidential');
  expect(asset({ source: 'drive', path: 'docs/x.md' }).level).toBe('internal');
});

test('between declaration and label the higher holds; a container label counts where the asset has none', () => {
  const high = { sensitivity: 'high' };
  expect(asset({ path: 'docs/x.md', labels: high })).toMatchObject({
    level: 'restricted',
    basis: 'labelled',
  });
  expect(asset({ containerLabels: high })).toMatchObject({ level: 'restricted', basis: 'labelled' });
  expect(asset({ labels: { sensitivity: 'low' }, containerLabels: high }).level).toBe('public');
});

test('only a decision lowers, and says who and why', () => {
  const until = { reason: 'synthetic data', by: 'D. Ode', expires: '2027-01-01' };
  const decided = createClassifier({
    ...policy,
    declarations: [...policy.declarations, { glob: 'demo/**', level: 'internal', ...until }],
  });
  const result = decided({ ...INPUT, path: 'demo/a.csv', findings: [found('ssn')] });
  expect(result).toMatchObject({
    level: 'internal',
    detectedLevel: 'restricted',
    basis: 'decided',
    status: 'classified',
  });
  expect(result.why).toContain('D. Ode until 2027-01-01: synthetic data');
});

test('a client is known by source, then path glob, then a whole name in the path, then one name in the text', () => {
  expect(asset({ source: 'acme-share' })).toMatchObject({ client: 'acme', clientWhy: 'source acme-share' });
  expect(asset({ path: 'clients/a/x.csv' })).toMatchObject({
    client: 'acme',
    clientWhy: 'path clients/a/**',
  });
  expect(asset({ path: 'Downloads/AH-Corp_export.csv' }).clientWhy).toBe('"AH Corp" in the path');
  expect(asset({ path: 'Downloads/borealistic.csv' }).client).toBeNull();
  const named = asset({ findings: [found('client-name-borealis', 'medium', 3)] });
  expect(named).toMatchObject({ client: 'borealis', clientWhy: 'named 3 times in the text' });
  const both = [found('client-name-borealis'), found('client-name-acme')];
  expect(asset({ findings: both }).client).toBeNull();
});
