/** Commits a listed page: its assets, gaps, counts and where the listing goes on, all or nothing. */
import type { Database } from 'better-sqlite3';
import { GAP_REASONS } from '../model.ts';
import type { Assets, Written } from './assets.ts';
import type { Containers } from './containers.ts';
import type { Delta } from './delta.ts';
import type { Gaps } from './gaps.ts';
import type { Removal } from './removal.ts';
import type { PageCounts, Runs } from './runs.ts';
import type { Seen } from './seen.ts';
import type { AssetOutcome, PageResult } from './types.ts';

export interface PageParts {
  readonly assets: Assets;
  readonly containers: Containers;
  readonly delta: Delta;
  readonly gaps: Gaps;
  readonly removal: Removal;
  readonly runs: Runs;
  readonly seen: Seen;
}

export function createPages(
  db: Database,
  { assets, containers, delta, gaps, removal, runs, seen }: PageParts,
) {
  const checkpoint = db.prepare(/* sql */ `
    insert into _progress (run_id, container_id, cursor, inserted, finished, at)
    values (@runId, @containerId, @cursor, @inserted, 0, @at)
    on conflict do update set cursor = excluded.cursor, inserted = inserted + excluded.inserted, at = excluded.at`);
  const setLive = db.prepare(/* sql */ `
    update _containers set live = live + ?, lost = lost - ? where container_id = ?`);
  const selectDigests = db
    .prepare<[number], string>(/* sql */ 'select digests from _sources where source_id = ?')
    .pluck();
  const setDigests = db.prepare(/* sql */ 'update _sources set digests = ? where source_id = ?');

  /** Adds the algorithms that the source's provider vouches for to those known of it. */
  function noteDigests(sourceId: number, outcomes: readonly AssetOutcome[]): void {
    const found = new Set(outcomes.flatMap(({ asset }) => Object.keys(asset.digests ?? {})));
    if (found.size === 0) return;
    const stored = selectDigests.get(sourceId) ?? '[]';
    // Written below: an array of strings.
    const known = JSON.parse(stored) as string[];
    const all = JSON.stringify([...new Set([...known, ...found])].sort());
    if (all !== stored) setDigests.run(all, sourceId);
  }

  return {
    /** Gives how many assets it marked removed. */
    commit(page: PageResult): number {
      const { runId, containerId, at, outcomes } = page;
      const key = { runId, containerId };
      const run = runs.context(runId);
      const container = containers.row(containerId);
      const written = outcomes.map((outcome) => assets.write(outcome, { run, container, at }));
      const owner = { sourceId: run.sourceId, containerId, assetId: null };
      for (const gap of page.listingGaps) gaps.addListing(owner, runId, gap);
      const all = delta.listing(key) !== undefined;
      if (all) {
        for (const [index, { asset }] of outcomes.entries()) delta.note(written[index]?.assetId ?? 0, asset);
      }
      seen.add(
        key,
        written.flatMap(({ assetId, fresh }) => (fresh && !all ? [] : assetId)),
      );
      const inserted = count(written, 'inserted');
      const live = inserted + count(written, 'reappeared');
      const found = count(written, 'found');
      if (live > 0 || found > 0) setLive.run(live, found, containerId);
      checkpoint.run({ runId, containerId, cursor: page.next, inserted, at });
      noteDigests(run.sourceId, outcomes);
      runs.count(runId, countPage(page));
      if (page.token !== undefined) delta.setToken(key, page.token);
      return removal.removeKeys(run, containerId, { keys: page.removed ?? [], at });
    },
  };
}

function count(written: readonly Written[], what: 'inserted' | 'reappeared' | 'found'): number {
  return written.reduce((sum, one) => sum + (one[what] ? 1 : 0), 0);
}

/** Each asset counts in exactly one column, so that `listed = read + sampled + metadata + unchanged + linked + gaps`. */
function countPage({ outcomes, requests }: PageResult): PageCounts {
  const counts: PageCounts = {
    listed: outcomes.length,
    read: 0,
    sampled: 0,
    metadata: 0,
    unchanged: 0,
    linked: 0,
    gaps: 0,
    bytes_read: 0,
    requests,
  };
  for (const outcome of outcomes) {
    counts[columnOf(outcome)] += 1;
    counts.bytes_read += outcome.content?.bytesRead ?? 0;
  }
  return counts;
}

function columnOf({ outcome, content }: AssetOutcome) {
  switch (outcome) {
    case 'read':
      if (content?.coverage === 'full') return 'read';
      if (content?.coverage === 'sample') return 'sampled';
      // Opened, but nothing in it could be read: by design, or not.
      return content?.gaps.some(({ reason }) => GAP_REASONS[reason].incomplete) ? 'gaps' : 'metadata';
    case 'gap':
      return 'gaps';
    default:
      return outcome;
  }
}
