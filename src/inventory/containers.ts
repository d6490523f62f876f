/** Containers of a run: recorded with their access, finished by marking what was not seen any more as removed. */
import type { Database } from 'better-sqlite3';
import type { Container } from '../connector.ts';
import type { Dictionary } from './dictionary.ts';
import { type Events, exposureEvent } from './events.ts';
import type { Gaps } from './gaps.ts';
import type { RunContext } from './runs.ts';
import type { Seen } from './seen.ts';

export interface ContainerRow {
  readonly container_id: number;
  readonly source_id: number;
  readonly container: string;
  readonly uri: string;
  readonly access_id: number | null;
  readonly access_run: number;
  readonly last_run: number;
  readonly baseline_run: number | null;
  readonly complete_run: number | null;
  readonly live: number;
  readonly lost: number;
  readonly removed_at: string | null;
}

export interface ContainerParts {
  readonly dictionary: Dictionary;
  readonly events: Events;
  readonly gaps: Gaps;
  readonly seen: Seen;
}

const SELECT = /* sql */ `
  select container_id, source_id, container, uri, access_id, access_run, last_run, baseline_run, complete_run,
    live, lost, removed_at
  from _containers`;

export function createContainers(db: Database, parts: ContainerParts) {
  const { dictionary, events } = parts;
  const select = db.prepare<[number], ContainerRow>(`${SELECT} where container_id = ?`);
  const selectByName = db.prepare<[number, string], ContainerRow>(
    `${SELECT} where source_id = ? and container = ?`,
  );
  const selectOfSource = db.prepare<[number], ContainerRow>(
    `${SELECT} where source_id = ? and removed_at is null`,
  );
  // A bucket or drive that appears in a source whose config is the same was not there at the source's last complete run: that run
  // is its baseline, and all that is in it is new.
  const upsert = db.prepare(/* sql */ `
    insert into _containers (source_id, container, name, uri, provider, account, region, encryption, public_access,
      versioning, logging, labels_id, access_id, access_run, first_run, last_run, baseline_run)
    values (@sourceId, @container, @name, @uri, @provider, @account, @region, @encryption, @publicAccess,
      @versioning, @logging, @labelsId, @accessId, @runId, @runId, @runId, (
        select done.run_id from _sources s join _runs done on done.run_id = s.complete_run
        join _runs r on r.run_id = @runId
        where s.source_id = @sourceId and r.config_digest = done.config_digest))
    on conflict do update set name = excluded.name, uri = excluded.uri, provider = excluded.provider,
      account = excluded.account, region = excluded.region, encryption = excluded.encryption,
      public_access = excluded.public_access, versioning = excluded.versioning, logging = excluded.logging,
      labels_id = excluded.labels_id,
      access_run = iif(access_id is excluded.access_id, access_run, excluded.access_run),
      access_id = excluded.access_id, last_run = excluded.last_run, removed_at = null`);
  const keepAccess = db.prepare(/* sql */ `
    insert or ignore into _access_history (container_id, asset_id, access_id, first_run, last_run)
    values (?, 0, ?, ?, ?)`);
  const selectLive = db
    .prepare<[number], number>(/* sql */ 'select coalesce(sum(live), 0) from _containers where source_id = ?')
    .pluck();

  const row = (containerId: number): ContainerRow => {
    const found = select.get(containerId);
    if (found === undefined) throw new Error(`container ${containerId} is not in the inventory`);
    return found;
  };

  function put({ runId, sourceId }: RunContext, container: Container, at: string): number {
    const before = selectByName.get(sourceId, container.id);
    const { name, uri, provider, account, region, encryption, publicAccess, versioning, logging } = container;
    const accessId = container.access === null ? null : dictionary.access(container.access);
    upsert.run({
      ...{ sourceId, container: container.id, name, uri, provider, account, region, encryption },
      ...{
        publicAccess,
        versioning,
        logging,
        labelsId: dictionary.labels(container.labels),
        accessId,
        runId,
      },
    });
    if (before === undefined) return row0(sourceId, container.id);
    const containerId = before.container_id;
    if (before.removed_at !== null) events.append({ runId, at, type: 'reappeared', containerId });
    if (before.access_id !== accessId) {
      if (before.access_id !== null) {
        keepAccess.run(containerId, before.access_id, before.access_run, before.last_run);
      }
      const [old, now] = [before.access_id, accessId].map((id) =>
        id === null ? 'unknown' : dictionary.exposure(id),
      );
      if (old !== undefined && now !== undefined) {
        const type = exposureEvent(old, now);
        if (type !== undefined) events.append({ runId, at, type, containerId, before: old, after: now });
      }
    }
    return containerId;
  }

  function row0(sourceId: number, container: string): number {
    const stored = selectByName.get(sourceId, container);
    if (stored === undefined) throw new Error(`container ${container} was not stored`);
    return stored.container_id;
  }

  return {
    row,
    put,
    ofSource: (sourceId: number) => selectOfSource.all(sourceId),
    live: (sourceId: number) => selectLive.get(sourceId) ?? 0,
  };
}

export type Containers = ReturnType<typeof createContainers>;
