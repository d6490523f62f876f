/** Runs of a source: begun, taken up again, counted page by page, finished. */
import type { Database } from 'better-sqlite3';
import type { Cursor } from '../connector.ts';
import type { RunStatus } from '../model.ts';
import type { ReadingNeed } from './contents.ts';
import { tokensOf } from './delta.ts';
import { recordRuleset } from './rulesets.ts';
import type { LastRun, RunCounts, RunState, SourceRecord, StartRun } from './types.ts';

/** A run as the other parts of the writer need it. */
export interface RunContext extends ReadingNeed {
  readonly sourceId: number;
}

/** What a page adds to its run; the column names of `_runs`. */
export type PageCounts = Record<(typeof COUNTED)[number], number>;

const COUNTED = [
  'listed',
  'read',
  'sampled',
  'metadata',
  'unchanged',
  'linked',
  'gaps',
  'bytes_read',
  'requests',
] as const;

const DEPTHS: Readonly<Record<string, number>> = { metadata: 0, sample: 1, full: 2 };

interface SourceRow {
  readonly source_id: number;
  readonly policy_digest: string | null;
  readonly last_complete: string | null;
}

interface RunRow {
  readonly run_id: number;
  readonly source_id: number;
  readonly ruleset_id: number;
  readonly depth: string;
  readonly full: number;
  readonly config_digest: string;
}

const SELECT_RUN = /* sql */ `
  select run_id, source_id, ruleset_id, depth, full, config_digest from _runs where run_id = ?`;

export function createRuns(db: Database) {
  const selectRun = db.prepare<[number], RunRow>(SELECT_RUN);
  const count = db.prepare(
    `update _runs set ${COUNTED.map((name) => `${name} = ${name} + @${name}`).join(', ')} where run_id = @runId`,
  );
  const countUnchanged = db.prepare(/* sql */ `
    update _runs set listed = listed + @assets, unchanged = unchanged + @assets where run_id = @runId`);
  const countRequests = db.prepare(/* sql */ 'update _runs set requests = requests + ? where run_id = ?');
  const countRemoved = db.prepare(/* sql */ 'update _runs set removed = removed + ? where run_id = ?');
  const finish = db.prepare(/* sql */ 'update _runs set status = ?, finished_at = ? where run_id = ?');
  const finishSource = db.prepare(/* sql */ `
    update _sources set policy_digest = (select policy_digest from _runs where run_id = ?), complete_run = ?
    where source_id = (select source_id from _runs where run_id = ?)`);
  const selectCounts = db.prepare<[number], Omit<RunCounts, 'incomplete'>>(/* sql */ `
    select listed, read, sampled, metadata, unchanged + linked as skipped, gaps, bytes_read as bytesRead
    from _runs where run_id = ?`);

  const setPolicy = db.prepare(/* sql */ 'update _sources set policy_digest = ? where source_id = ?');
  const selectLast = db.prepare<[], LastRun>(/* sql */ `
    select source_id as sourceId, name as source, max(run_id) as runId, s.policy_digest as policyDigest
    from _sources s join _runs r using (source_id) group by source_id order by source_id`);

  return {
    start: (run: StartRun): RunState => startRun(db, run),
    last: (): readonly LastRun[] => selectLast.all(),
    setPolicy: (sourceId: number, digest: string | null) => setPolicy.run(digest, sourceId),
    /** @throws Error for a run that was never started */
    context(runId: number): RunContext {
      const row = selectRun.get(runId);
      if (row === undefined) throw new Error(`run ${runId} is not in the inventory`);
      return {
        runId,
        sourceId: row.source_id,
        rulesetId: row.ruleset_id,
        depth: DEPTHS[row.depth] ?? 2,
        full: row.full === 1,
        configDigest: row.config_digest,
      };
    },
    count: (runId: number, counts: PageCounts) => count.run({ runId, ...counts }),
    addRequests: (runId: number, requests: number) => countRequests.run(requests, runId),
    /** Assets that the provider says are as they were. */
    countUnchanged: (runId: number, assets: number) => countUnchanged.run({ runId, assets }),
    countRemoved: (runId: number, removed: number) => countRemoved.run(removed, runId),
    finish(runId: number, status: RunStatus, at: string): void {
      finish.run(status, at, runId);
      // Otherwise some assets may still stand under the policy before.
      if (status === 'complete') finishSource.run(runId, runId, runId);
    },
    counts(runId: number): Omit<RunCounts, 'incomplete'> {
      const row = selectCounts.get(runId);
      if (row === undefined) throw new Error(`run ${runId} is not in the inventory`);
      return row;
    },
  };
}

export type Runs = ReturnType<typeof createRuns>;

function startRun(db: Database, run: StartRun): RunState {
  const rulesetId = recordRuleset(db, run.ruleset);
  const source = putSource(db, run.source);
  const policyChanged = source.policy_digest !== run.policyDigest;
  const state = { sourceId: source.source_id, policyChanged, lastComplete: source.last_complete };
  // Until this run is done, assets stand under either policy.
  if (policyChanged) {
    db.prepare(/* sql */ 'update _sources set policy_digest = null where source_id = ?').run(
      source.source_id,
    );
  }
  const resumable = findInterrupted(db, source.source_id, run, rulesetId);
  closeOthers(db, source.source_id, resumable);
  if (resumable !== undefined) {
    db.prepare(/* sql */ `update _runs set status = 'running', finished_at = null where run_id = ?`).run(
      resumable,
    );
    // What it told until it was interrupted is not all that it has to tell.
    db.prepare(/* sql */ 'delete from _unread where run_id = ?').run(resumable);
    const tokens = tokensOf(db, { runId: resumable, whole: run.full || policyChanged });
    return { ...state, runId: resumable, resumed: true, progress: progressOf(db, resumable), tokens };
  }
  const { lastInsertRowid } = db
    .prepare(/* sql */ `
      insert into _runs (source_id, status, started_at, depth, full, tool_version, ruleset_id, config_digest, policy_digest)
      values (?, 'running', ?, ?, ?, ?, ?, ?, ?)`)
    .run(
      source.source_id,
      run.startedAt,
      run.depth,
      run.full ? 1 : 0,
      run.toolVersion,
      rulesetId,
      run.source.configDigest,
      run.policyDigest,
    );
  const runId = Number(lastInsertRowid);
  db.prepare(/* sql */ 'update _sources set first_run = ? where source_id = ? and first_run is null').run(
    runId,
    source.source_id,
  );
  const tokens = tokensOf(db, { runId, whole: run.full || policyChanged });
  return { ...state, runId, resumed: false, progress: new Map(), tokens };
}

function putSource(
  db: Database,
  { name, connector, category, location, configDigest }: SourceRecord,
): SourceRow {
  db.prepare(/* sql */ `
    insert into _sources (name, connector, category, location, config_digest) values (?, ?, ?, ?, ?)
    on conflict do update set connector = excluded.connector, category = excluded.category,
      location = excluded.location, config_digest = excluded.config_digest`).run(
    name,
    connector,
    category,
    location,
    configDigest,
  );
  const row = db
    .prepare<[string], SourceRow>(/* sql */ `
      select s.source_id, s.policy_digest, r.started_at as last_complete
      from _sources s left join _runs r on r.run_id = s.complete_run where s.name = ?`)
    .get(name);
  if (row === undefined) throw new Error(`source ${name} was not stored`);
  return row;
}

/** The source's last run, when it did not come to its end and asked for the same. A killed one still says `running`. */
function findInterrupted(
  db: Database,
  sourceId: number,
  run: StartRun,
  rulesetId: number,
): number | undefined {
  return db
    .prepare<[object], number>(/* sql */ `
      select run_id from _runs
      where run_id = (select max(run_id) from _runs where source_id = @sourceId)
        and status in ('running', 'interrupted') and ruleset_id = @rulesetId and depth = @depth and full = @full
        and config_digest = @configDigest and policy_digest = @policyDigest`)
    .pluck()
    .get({
      sourceId,
      rulesetId,
      depth: run.depth,
      full: run.full ? 1 : 0,
      configDigest: run.source.configDigest,
      policyDigest: run.policyDigest,
    });
}

/** Killed runs that are not taken up again ended with their last page. */
function closeOthers(db: Database, sourceId: number, resumed: number | undefined): void {
  db.prepare(/* sql */ `
    update _runs set status = 'interrupted',
      finished_at = (select max(at) from _progress where _progress.run_id = _runs.run_id)
    where source_id = ? and status = 'running' and run_id is not ?`).run(sourceId, resumed ?? null);
  for (const table of ['_progress', '_seen', '_listings']) {
    db.prepare(`
      delete from ${table} where run_id is not ? and run_id in (select run_id from _runs where source_id = ?)`).run(
      resumed ?? null,
      sourceId,
    );
  }
}

function progressOf(db: Database, runId: number): ReadonlyMap<string, Cursor | null> {
  const rows = db
    .prepare<[number], { container: string; cursor: string | null }>(/* sql */ `
      select container, cursor from _progress join _containers using (container_id) where run_id = ?`)
    .all(runId);
  return new Map(rows.map(({ container, cursor }) => [container, cursor]));
}
