/** Suppressed findings set no level, say who suppressed them, and count again when the suppression is not for them. */
import { expect, test } from 'vitest';
import { type ClassifyInput, createClassifier } from '../../src/classify/index.ts';
import type { Policy } from '../../src/classify/policy.ts';
import type { SuppressionConfig } from '../../src/config.ts';
import type { RuleRecord } from '../../src/inventory/types.ts';
import type { Finding, Level } from '../../src/model.ts';

const SHA256 = 'ab12'.repeat(16);

function rule(id: string, kind: string, level: Level, family = 'identity'): RuleRecord {
  const rest = { family, regulations: [], digest: id, text: true, columns: true };
  return { id, title: `title of ${id}`, kind, level, ...rest };
}

function found(id: string, more: Partial<Finding> = {}): Finding {
  const rest = { distinct: 1, places: ['line 1'], shape: '999', why: 'check digit ok' };
  return { rule: id, confidence: 'high', count: 2, ...rest, ...more };
}

function suppression(more: Partial<SuppressionConfig>): SuppressionConfig {
  return {
    rule: 'email',
    glob: null,
    fingerprint: null,
    reason: 'invented people',
    approver: 'Ada Example',
    expires: '2027-03-31',
    ...more,
  };
}

function classify(suppressions: readonly SuppressionConfig[], more: Partial<ClassifyInput> = {}) {
  const policy: Policy = {
    rules: [
      rule('email', 'email', 'confidential', 'contact'),
      rule('us-ssn', 'us-ssn', 'restricted'),
      rule('client-name-acme', 'client-name', 'confidential'),
      rule('model', 'model-artifact', 'internal'),
    ],
    declarations: [],
    decisions: [],
    sidecars: [],
    suppressions,
    labels: {},
    defaultLevel: 'internal',
    clients: [],
    sources: [{ name: 'drive', client: null }],
  };
  return createClassifier(policy)({
    source: 'drive',
    container: 'root',
    uri: 'file:///work/docs/a.txt',
    path: 'docs/a.txt',
    sha256: SHA256,
    coverage: 'full',
    findings: [found('email')],
    metadataFindings: [],
    labels: {},
    containerLabels: {},
    ...more,
  });
}

test('what is suppressed sets no level, and the reason says by whom, until when and why', () => {
  const by = suppression({ glob: 'docs/**' });
  const result = classify([by]);
  expect(result).toMatchObject({ level: 'internal', detectedLevel: null, basis: 'default' });
  expect(result.why).toBe(
    'Nothing else found; read in full; 1 finding suppressed by Ada Example until 2027-03-31: invented people',
  );
  expect(result.suppressed).toEqual([{ rule: 'email', target: 'content', by }]);
});

test('what is beside it still counts', () => {
  const result = classify([suppression({ glob: 'docs/**' })], {
    findings: [found('email'), found('us-ssn')],
  });
  expect(result.level).toBe('restricted');
  expect(result.why).toBe(
    'Found 2 × title of us-ssn (check digit ok); 1 finding suppressed by Ada Example until 2027-03-31: invented people',
  );
});

test.each<[string, Partial<SuppressionConfig>, boolean]>([
  ['its id', { glob: 'docs/**' }, true],
  ['all rules', { rule: '*', glob: 'docs/**' }, true],
  ['another rule', { rule: 'us-ssn', glob: 'docs/**' }, false],
  ['another folder', { glob: 'src/**' }, false],
  ['its source', { glob: 'drive:docs/**' }, true],
  ['its fingerprint', { fingerprint: 'email:ab12ab12ab12ab12' }, true],
  ['its fingerprint in another folder', { fingerprint: 'email:ab12ab12ab12ab12', glob: 'src/**' }, false],
  ['the fingerprint of other bytes', { fingerprint: 'email:cd12ab12ab12ab12' }, false],
])('a suppression by %s', (_by, more, holds) => {
  expect(classify([suppression(more)]).suppressed.length).toBe(holds ? 1 : 0);
});

test('a kind suppresses all rules of that kind', () => {
  const by = suppression({ rule: 'client-name', glob: 'docs/**' });
  const result = classify([by], { findings: [found('client-name-acme'), found('email')] });
  expect(result.suppressed.map(({ rule: id }) => id)).toEqual(['client-name-acme']);
  expect(result).toMatchObject({ level: 'confidential', client: null });
});

test('a finding on the name has the fingerprint of its place', () => {
  const named = { findings: [], metadataFindings: [found('model')] };
  const here = suppression({ rule: '*', fingerprint: 'model:file:///work/docs/a.txt' });
  const bytes = suppression({ rule: '*', fingerprint: 'model:ab12ab12ab12ab12' });
  expect(classify([here], named).suppressed).toEqual([{ rule: 'model', target: 'metadata', by: here }]);
  expect(classify([bytes], named).suppressed).toEqual([]);
});

test('comments in the text are heeded where they allow every match, never for restricted', () => {
  const allowed = classify([], { findings: [found('email', { allowed: 2 })] });
  expect(allowed.level).toBe('internal');
  expect(allowed.why).toBe('Nothing else found; read in full; 1 finding allowed by comments in the text');
  expect(allowed.suppressed).toEqual([{ rule: 'email', target: 'content', by: 'comments' }]);
  expect(classify([], { findings: [found('email', { allowed: 1 })] }).level).toBe('confidential');
  expect(classify([], { findings: [found('us-ssn', { allowed: 2 })] })).toMatchObject({
    level: 'restricted',
    suppressed: [],
  });
});

test('contact details in what a package manager installed set no level, until they are a list of people', () => {
  const path = 'app/node_modules/left-pad/package.json';
  const result = classify([], { path });
  expect(result).toMatchObject({ level: 'internal', detectedLevel: null, status: 'unclassified' });
  expect(result.why).toBe(
    'Nothing else found; read in full; 1 finding of contact details in what a package manager installed',
  );
  expect(result.suppressed).toEqual([{ rule: 'email', target: 'content', by: 'package' }]);
  expect(classify([], { path, findings: [found('us-ssn')] }).level).toBe('restricted');
  expect(classify([], { path, findings: [found('email', { distinct: 101 })] }).level).toBe('confidential');
  expect(classify([], { path: 'app/modules/left-pad/package.json' }).level).toBe('confidential');
});
