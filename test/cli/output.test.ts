/** What is printed: escaping, redaction, gates, sizes, and the summary's width. */
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { ScanSummary, SensitiveAsset } from '../../src/inventory/summary.ts';
import { csv, forTerminal } from '../../src/report/escape.ts';
import { formatAge, formatDuration, formatSize } from '../../src/report/format.ts';
import { parseGate } from '../../src/report/gate.ts';
import { pickHighlights } from '../../src/report/most-sensitive.ts';
import { createRedactor, jsonLine } from '../../src/report/redact.ts';
import { formatRows } from '../../src/report/rows.ts';
import { createStyle } from '../../src/report/style.ts';
import { formatSummary } from '../../src/report/summary.ts';

const style = createStyle(new Writable());
const ASSET: SensitiveAsset = {
  assetId: 1,
  source: 'share',
  uri: 's3://bucket/a.csv',
  path: `clients/${'a-long-folder-name/'.repeat(6)}a.csv`,
  level: 'restricted',
  basis: 'detected',
  status: 'unclassified',
  why: 'Found something',
  client: null,
  clientBasis: null,
  exposure: 'public',
  coverage: 'full',
  size: 1,
  readers: [],
};
const evidence = (assetId: number, copyGroup: number | null) => ({
  assetId,
  found: [{ title: 'US Social Security number', count: 1204 }],
  rules: 3,
  copyGroup,
  copies: ['s3://bucket/a.csv', 's3://other/b.csv'],
});

describe('names from outside', () => {
  test('have no control, bidi or invisible characters left, and are otherwise as they are', () => {
    const nasty = 'a\u0000\u001b[31m\u009b\u202e\u2066\u200b\ufeff\ud800\u{e0041}\n\tz';
    expect(forTerminal(nasty)).toBe(
      'a\\x00\\x1b[31m\\x9b\\u202e\\u2066\\u200b\\ufeff\\ud800\\u{e0041}\\x0a\\x09z',
    );
    expect(forTerminal('Größe 日本 👩‍💻 e\u0301 "x" \\')).toBe('Größe 日本 👩‍💻 e\u0301 "x" \\');
  });

  test('are no formulas in a spreadsheet', () => {
    const cells = ['=1+1', '+1', '-1', '@x', '\tx', '\rx', 'plain', 'a,"b"', -5, null];
    expect(
      csv(
        ['c'],
        cells.map((cell) => [cell]),
      ),
    ).toBe('c\r\n\'=1+1\r\n\'+1\r\n\'-1\r\n\'@x\r\n\'\tx\r\n"\'\rx"\r\nplain\r\n"a,""b"""\r\n-5\r\n\r\n');
  });
});

test('credentials are taken out of messages, wherever they come from', () => {
  const secret = ['hunter', 'twenty', 'two'].join('-');
  const redact = createRedactor({ MY_TOKEN: secret, PATH: '/usr/local/bin' }, ['from-the-config-1']);
  const bearer = `Authorization: ${'Bearer'} ${'abc123'.repeat(4)}`;
  const said = `${secret} from-the-config-1 /usr/local/bin https://ada:${'pw12345'}@example.org/?token=${'t0p'}&x=1 ${bearer}`;
  expect(redact(said)).toBe(
    '[redacted] [redacted] /usr/local/bin https://[redacted]@example.org/?token=[redacted]&x=1 Authorization: [redacted]',
  );
});

test('JSON stays JSON when a credential in it stands before a quotation mark', () => {
  const line = jsonLine({ message: 'sent "Authorization: abc\\" and "x"' }, createRedactor({}));
  expect(JSON.parse(line).message).toMatch(/^sent "Authorization: \[redacted\]/);
});

test('a gate is read word by word', () => {
  expect(parseGate('restricted, new-public-unclassified,gaps')).toEqual([
    { name: 'restricted', what: 'restricted', onlyNew: false, onlyPublic: false },
    { name: 'new-public-unclassified', what: 'unclassified', onlyNew: true, onlyPublic: true },
    { name: 'gaps', what: 'gaps', onlyNew: false, onlyPublic: false },
  ]);
  for (const wrong of ['', 'everything', 'public-new-restricted', 'new-gaps', 'restricted;gaps']) {
    expect(() => parseGate(wrong)).toThrow(/--fail-on does not know/);
  }
});

test('numbers are as people read them', () => {
  expect([0, 999, 1000, 999_499, 999_500, 12_345_678, 3e15].map(formatSize)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '999 kB',
    '1.0 MB',
    '12 MB',
    '3.0 PB',
  ]);
  expect([0.04, 42, 200, 7500].map(formatDuration)).toEqual(['0.0 s', '42 s', '3 min 20 s', '2 h 5 min']);
  const now = new Date('2026-11-22T12:00:00Z');
  expect(
    ['2026-11-22T11:59:30Z', '2026-11-22T09:00:00Z', '2026-11-10T12:00:00Z'].map((at) => formatAge(at, now)),
  ).toEqual(['just now', '3 h ago', '12 days ago']);
});

describe('a table', () => {
  const format = { format: 'table', style } as const;

  test('of more rows than a library lays out at once is whole and in line', () => {
    const rows = Array.from({ length: 150_000 }, (_, n) => [n, `x${n}`]);
    const lines = formatRows({ columns: ['number', 'name'], rows }, { ...format, columns: 80 }).split('\n');
    expect(lines).toHaveLength(150_002);
    expect([lines[0], lines[1], lines[150_000]]).toEqual(['number  name', '     0  x0', '149999  x149999']);
  });

  test('that would be too narrow to read is told row by row', () => {
    const columns = Array.from({ length: 8 }, (_, n) => `column${n}`);
    const rows = [columns.map((name) => `a long value of ${name}`), columns.map(() => null)];
    expect(formatRows({ columns, rows }, { ...format, columns: 60 })).toMatch(
      /^column0 {2}a long value of column0\ncolumn1 {2}a long value of column1\n/,
    );
    expect(formatRows({ columns, rows }, { ...format, columns: 300 })).toMatch(/^column0 +column1 /);
  });
});

describe('the summary', () => {
  const summary: ScanSummary = {
    totals: [
      {
        source: 'share',
        connector: 's3',
        category: 'storage',
        level: 'restricted',
        assets: 1204,
        bytes: 5e9,
      },
      { source: 'laptop', connector: 'local', category: 'machine', level: null, assets: 2, bytes: 10 },
    ],
    mostSensitive: [ASSET],
    changes: [
      {
        source: 'share',
        since: '2026-11-15T12:00:00Z',
        added: 3,
        newUnclassified: 1,
        changed: 0,
        removed: 2,
        levelRaised: 0,
        exposureWidened: 0,
      },
    ],
    gaps: [
      {
        reason: 'encrypted',
        incomplete: true,
        advice: 'provide a decrypted copy, or classify it by hand',
        count: 2,
        bytes: 1,
        exampleUri: 's3://bucket/vault.zip',
        exampleMessage: 'the archive has a password',
      },
    ],
  };
  const format = (columns: number) =>
    formatSummary(summary, {
      style,
      columns,
      now: new Date('2026-11-22T12:00:00Z'),
      seconds: 4.2,
      bytesRead: 1e6,
      requests: 1234,
      incomplete: true,
      ends: [
        { source: 'share', status: 'complete', error: null },
        { source: 'laptop', status: 'partial', error: 'the disk was unplugged' },
      ],
      program: 'whereabouts',
      flags: '',
      inventory: 'inventory.db',
      highlights: pickHighlights(summary.mostSensitive, [evidence(1, 7)], 10),
    });

  test('says how much was read, and what it cost in requests', () => {
    expect(format(100)).toMatch(/ read in .* with 1,234 requests\n/);
  });

  test.each([80, 100, 200])('fits a terminal of %i columns, up to 100', (columns) => {
    const widest = Math.max(
      ...format(columns)
        .split('\n')
        .map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(Math.min(columns, 100));
  });

  test('says level, why, where else, whose, who can read it, what is new, what was not read, and what next', () => {
    const text = format(100).replaceAll(/\s+/g, ' ');
    for (const part of [
      '1,206 assets in 2 sources, 5.0 GB',
      'Not everything could be read',
      '1,204 × US Social Security number + 2 more',
      'same data in s3://other/b.csv',
      'client unknown · unclassified · PUBLIC, everybody can read it',
      'share: 3 new, 1 of them sensitive or unread, and classified by nobody, 2 gone (last scan 7 days ago)',
      'laptop could not be listed to its end: the disk was unplugged',
      '2 encrypted: provide a decrypted copy',
      'such as s3://bucket/vault.zip: the archive has a password',
      '2 assets of unknown level: the content was not read',
      'whereabouts explain 1',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('tells copies of one content once', () => {
    const assets = [1, 2, 3].map((assetId) => ({ ...ASSET, assetId }));
    const picked = pickHighlights(assets, [evidence(1, 7), evidence(2, 7), evidence(3, null)], 10);
    expect(picked.map(({ asset }) => asset.assetId)).toEqual([1, 3]);
  });
});
