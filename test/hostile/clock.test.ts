/** A machine whose clock jumps by a year between scans, either way: runs are in order all the same. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { folderWith, people, runCli, smallConfig } from '../cli/run-cli.ts';

/** Node's option that puts its clock so many days ahead; threads inherit it. */
function shifted(days: number): Readonly<Record<string, string>> {
  const code = `const Real = Date, by = ${days} * 864e5;
    globalThis.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(Real.now() + by); } static now() { return Real.now() + by; } };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

test.each([
  [365, -365],
  [-365, 365],
])(
  'scans at %i and then at %i days are the first and the second',
  { timeout: 60_000 },
  async (first, second) => {
    using folder = folderWith({
      'whereabouts.yaml': smallConfig(),
      'data/kept.csv': people(3),
      'data/gone.csv': people(4),
    });
    expect((await runCli(['scan'], { cwd: folder.path, env: shifted(first) })).code).toBe(0);
    rmSync(join(folder.path, 'data', 'gone.csv'));
    writeFileSync(join(folder.path, 'data', 'new.csv'), people(5));
    const { code, stderr } = await runCli(['scan'], { cwd: folder.path, env: shifted(second) });
    expect(code, stderr).toBe(0);

    const database = new Database(join(folder.path, 'inventory.db'), { readonly: true });
    const rows = (sql: string) => database.prepare(sql).all();
    const years = database.prepare('select substr(started_at, 1, 4) from runs order by run_id').pluck().all();
    expect(Math.sign(Number(years[1]) - Number(years[0]))).toBe(Math.sign(second - first));
    expect(rows('select run_id, status, listed, read, skipped from runs order by run_id')).toEqual([
      { run_id: 1, status: 'complete', listed: 2, read: 2, skipped: 0 },
      { run_id: 2, status: 'complete', listed: 2, read: 1, skipped: 1 },
    ]);
    expect(rows('select path, removed_at is not null as removed from assets order by path')).toEqual([
      { path: 'gone.csv', removed: 1 },
      { path: 'kept.csv', removed: 0 },
      { path: 'new.csv', removed: 0 },
    ]);
    expect(rows("select run_id, type from events where type <> 'baseline' order by event_id")).toEqual(
      expect.arrayContaining([
        { run_id: 2, type: 'added' },
        { run_id: 2, type: 'removed' },
      ]),
    );
    const report = await runCli(['report'], { cwd: folder.path });
    expect(report.code, report.stderr).toBe(0);
    database.close();
  },
);
