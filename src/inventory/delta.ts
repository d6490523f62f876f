/** Tokens of containers that can say what changed since: when one still serves, and what a listing under way lists. */
import type { Database } from 'better-sqlite3';
import type { Asset, Cursor } from '../connector.ts';

/** One container's listing in one run. */
export interface ListingKey {
  readonly runId: number;
  readonly containerId: number;
}

/** A listing under way, of a connector that can list changes. */
export interface Listing {
  /** Token whose changes are listed; null for a whole listing. */
  readonly since: Cursor | null;
  /** From the last page; null before. */
  readonly token: Cursor | null;
}

/**
 * A token serves while what decides which assets are listed and how they are read stayed the same in every run since, and the
 * container has no part that could not be listed. Rules are those of all sources: contents are shared between them. (Under
 * another policy everything is listed anyway: see RunState.policyChanged.)
 */
const SERVING = /* sql */ `
  select c.container, t.token
  from _tokens t join _containers c using (container_id) join _runs r on r.run_id = @runId
  where c.source_id = r.source_id and c.removed_at is null and c.lost = 0
    and not exists (select 1 from _runs o where o.run_id >= t.run_id and o.ruleset_id <> r.ruleset_id)
    and not exists (
      select 1 from _runs o
      where o.run_id >= t.run_id and o.source_id = r.source_id
        and (o.config_digest, o.depth, o.tool_version) <> (r.config_digest, r.depth, r.tool_version))
    and not exists (
      select 1 from _gaps g join _gap_reasons using (reason)
      where g.source_id = c.source_id and g.container_id = c.container_id and g.asset_id is null
        and g.closed_run is null and incomplete = 1)`;

export function createDelta(db: Database) {
  const select = db.prepare<[ListingKey], Listing>(/* sql */ `
    select since, token from _listings where run_id = @runId and container_id = @containerId`);
  const begin = db.prepare(/* sql */ `
    insert or ignore into _listings (run_id, container_id, since) values (@runId, @containerId, @since)`);
  const restart = db.prepare(/* sql */ `
    update _listings set since = null, token = null where run_id = @runId and container_id = @containerId`);
  const forgetProgress = db.prepare(
    /* sql */ 'delete from _progress where run_id = @runId and container_id = @containerId',
  );
  const setToken = db.prepare(/* sql */ `
    update _listings set token = @token where run_id = @runId and container_id = @containerId`);
  const keep = db.prepare(/* sql */ `
    insert into _tokens (container_id, token, run_id) values (@containerId, @token, @runId)
    on conflict do update set token = excluded.token, run_id = excluded.run_id`);
  const forget = db.prepare(/* sql */ 'delete from _tokens where container_id = ?');
  const addUnreadable = db.prepare(/* sql */ 'insert or ignore into _unreadable (asset_id) values (?)');
  const dropUnreadable = db.prepare(/* sql */ 'delete from _unreadable where asset_id = ?');
  const drop = db.prepare(/* sql */ `
    delete from _listings where run_id = @runId and container_id = @containerId`);

  return {
    /** The listing under way; undefined for a connector that cannot list changes. */
    listing: (key: ListingKey): Listing | undefined => select.get(key),
    /** Notes what is going to be listed; a listing that is taken up again stays what it is. */
    begin: (key: ListingKey, since: Cursor | null) => begin.run({ ...key, since }),
    /** The token did not serve: the container is listed whole, from its start. */
    restart(key: ListingKey): void {
      restart.run(key);
      forgetProgress.run(key);
    },
    /** Notes whether the listing itself says that an asset cannot be read. */
    note(assetId: number, { unread }: Asset): void {
      (unread ? addUnreadable : dropUnreadable).run(assetId);
    },
    setToken: (key: ListingKey, token: Cursor) => setToken.run({ ...key, token }),
    /** The listing came to its end: its token is the container's from now on. */
    finish(key: ListingKey, { token }: Listing): void {
      if (token === null) forget.run(key.containerId);
      else keep.run({ ...key, token });
      drop.run(key);
    },
  };
}

export type Delta = ReturnType<typeof createDelta>;

/**
 * Container.id -> token since which its changes are to be listed in this run: of listings under way as they began, else the
 * container's own while it serves (none in a run that is to see everything). Containers without one are listed whole.
 */
export function tokensOf(
  db: Database,
  { runId, whole }: { readonly runId: number; readonly whole: boolean },
): ReadonlyMap<string, Cursor> {
  const serving = db.prepare<[{ runId: number }], { container: string; token: string }>(SERVING);
  const underWay = db.prepare<[number], { container: string; since: string | null }>(/* sql */ `
    select container, since from _listings join _containers using (container_id) where run_id = ?`);
  const tokens = new Map(
    whole ? [] : serving.all({ runId }).map(({ container, token }) => [container, token]),
  );
  for (const { container, since } of underWay.all(runId)) {
    if (since === null) tokens.delete(container);
    else tokens.set(container, since);
  }
  return tokens;
}
