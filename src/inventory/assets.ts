/** Writes what became of one listed asset: a new row, a changed one, or none. */
import type { Database } from 'better-sqlite3';
import type { Asset } from '../connector.ts';
import type { Coverage, Digests, Exposure } from '../model.ts';
import type { ContainerRow } from './containers.ts';
import { type Contents, hasDigests } from './contents.ts';
import type { Dictionary } from './dictionary.ts';
import { classificationEvents, type Events, exposureEvent, type Standing } from './events.ts';
import { createFindings } from './findings.ts';
import type { Gaps } from './gaps.ts';
import type { Known, Recorded } from './known.ts';
import type { RunContext } from './runs.ts';
import type { AssetOutcome } from './types.ts';

export interface AssetParts {
  readonly contents: Contents;
  readonly dictionary: Dictionary;
  readonly events: Events;
  readonly gaps: Gaps;
  readonly known: Known;
}

/** The page that is being written. */
export interface PageContext {
  readonly run: RunContext;
  readonly container: ContainerRow;
  readonly at: string;
}

/** What writing one asset did to its container's numbers. */
export interface Written {
  readonly assetId: number;
  /** It was not in the inventory before this run. */
  readonly fresh: boolean;
  readonly inserted: boolean;
  readonly reappeared: boolean;
  readonly found: boolean;
}

/** The columns that an asset's row gets; the order of INSERTED and UPDATED. */
interface Columns {
  uri: string | null;
  path: string | null;
  name: string | null;
  size: number | null;
  version: string;
  modified_at: string | null;
  owner_id: number | null;
  media_type_id: number | null;
  environment_id: number | null;
  labels_id: number | null;
  access_id: number | null;
  content_id: number | null;
  coverage: Coverage | null;
  classification_id: number;
}

interface AssetRow extends Columns {
  readonly asset_id: number;
  readonly access_run: number;
  readonly stale: number;
  readonly first_run: number;
  readonly last_run: number;
  readonly lost_run: number | null;
  readonly removed_at: string | null;
}

const COLUMNS = [
  'uri',
  'path',
  'name',
  'size',
  'version',
  'modified_at',
  'owner_id',
  'media_type_id',
  'environment_id',
  'labels_id',
  'access_id',
  'content_id',
  'coverage',
  'classification_id',
] as const satisfies readonly (keyof Columns)[];

export function createAssets(db: Database, parts: AssetParts) {
  const { contents, dictionary, events, gaps, known } = parts;
  const findings = createFindings(db, 'asset');
  const insert = db.prepare(/* sql */ `
    insert into _assets (container_id, key, raw_key, access_run, first_run, last_run, stale, ${COLUMNS.join(', ')})
    values (?, ?, ?, ?, ?, ?, 0, ${COLUMNS.map(() => '?').join(', ')})
    on conflict (container_id, key) do nothing`);
  const update = db.prepare(/* sql */ `
    update _assets set ${COLUMNS.map((name) => `${name} = ?`).join(', ')}, access_run = ?, last_run = ?, stale = 0,
      lost_run = null, removed_at = null
    where asset_id = ?`);
  const select = db.prepare<[number], AssetRow>(/* sql */ `
    select asset_id, access_run, stale, first_run, last_run, lost_run, removed_at, ${COLUMNS.join(', ')}
    from _assets where asset_id = ?`);
  const selectStanding = db.prepare<[number], Standing>(
    /* sql */ 'select level, status from _classifications where classification_id = ?',
  );
  const keepAccess = db.prepare(/* sql */ `
    insert or ignore into _access_history (container_id, asset_id, access_id, first_run, last_run)
    values (?, ?, ?, ?, ?)`);
  const setIdentity = db.prepare(/* sql */ `
    insert into _identities (container_id, identity, version, content_id) values (?, ?, ?, ?)
    on conflict do update set version = excluded.version, content_id = excluded.content_id
    where version <> excluded.version or content_id <> excluded.content_id`);

  function exposure(container: ContainerRow, accessId: number | null): Exposure {
    const id = accessId ?? container.access_id;
    return id === null ? 'unknown' : dictionary.exposure(id);
  }

  /** The content, its part of the gaps, and the row's own coverage (null: the content's). */
  function settle(outcome: AssetOutcome, formerId: number | null, { run }: PageContext) {
    const { asset } = outcome;
    const own = outcome.gaps;
    if (outcome.outcome === 'read') {
      if (outcome.content === undefined) throw new Error(`${asset.uri} was read, but without a result`);
      const result = outcome.content;
      const contentId = contents.save({
        result,
        digests: allDigests(asset, result.digests),
        formerId,
        need: run,
      });
      return { contentId, coverage: null, gaps: [...own, ...result.gaps] };
    }
    if (outcome.outcome === 'linked') {
      if (outcome.contentId === undefined) throw new Error(`${asset.uri} was linked, but not to what`);
      // It may have been merged into another since it was looked up.
      const contentId = contents.survivor(outcome.contentId);
      return { contentId, coverage: null, gaps: [...own, ...contents.gaps(contentId)] };
    }
    const contentId = hasDigests(asset.digests) ? contents.attach(asset.digests, asset.size) : null;
    const coverage: Coverage = outcome.outcome === 'gap' ? 'none' : 'metadata';
    return { contentId, coverage, gaps: own };
  }

  function columnsOf(
    outcome: AssetOutcome,
    container: ContainerRow,
    settled: { readonly contentId: number | null; readonly coverage: Coverage | null },
  ): Columns {
    const { asset, classification } = outcome;
    if (classification === undefined) throw new Error(`${asset.uri} was not classified`);
    const word = (text: string | null | undefined) => (text == null ? null : dictionary.text(text));
    return {
      uri: asset.uri === uriOf(container.uri, asset.key) ? null : asset.uri,
      path: asset.path === asset.key ? null : asset.path,
      name: asset.name === asset.path.slice(asset.path.lastIndexOf('/') + 1) ? null : asset.name,
      size: asset.size,
      version: asset.version,
      modified_at: asset.modifiedAt,
      owner_id: word(asset.owner),
      media_type_id: word(asset.mediaType),
      environment_id: word(asset.environment),
      labels_id: dictionary.labels(asset.labels),
      access_id: asset.access === null ? null : dictionary.access(asset.access),
      content_id: settled.contentId,
      coverage: settled.coverage,
      classification_id: dictionary.classification(classification),
    };
  }

  function add(outcome: AssetOutcome, page: PageContext): Written | undefined {
    const { asset } = outcome;
    const { run, container, at } = page;
    const settled = settle(outcome, null, page);
    const columns = columnsOf(outcome, container, settled);
    const { changes, lastInsertRowid } = insert.run(
      container.container_id,
      asset.key,
      asset.rawKey ?? null,
      run.runId,
      run.runId,
      run.runId,
      ...COLUMNS.map((name) => columns[name]),
    );
    if (changes === 0) return undefined;
    const assetId = Number(lastInsertRowid);
    const owner = { sourceId: run.sourceId, containerId: container.container_id, assetId };
    if (settled.gaps.length > 0) gaps.add(owner, run.runId, settled.gaps);
    if (outcome.metadataFindings.length > 0) findings.add(assetId, outcome.metadataFindings);
    identify(asset, container, settled.contentId);
    // What the first whole listing finds is the baseline: view `events` derives it from the assets.
    if (container.baseline_run !== null) {
      events.append({ runId: run.runId, at, type: 'added', containerId: container.container_id, assetId });
    }
    return { assetId, fresh: true, inserted: true, reappeared: false, found: false };
  }

  function change(outcome: AssetOutcome, page: PageContext, assetId: number): Written {
    const { run, container } = page;
    const formerId = row(assetId).content_id;
    const settled = settle(outcome, formerId, page);
    const columns = columnsOf(outcome, container, settled);
    // Read again: saving the content may have merged or marked it.
    const before = row(assetId);
    const owner = { sourceId: run.sourceId, containerId: container.container_id, assetId };
    gaps.replace(owner, run.runId, settled.gaps);
    findings.replace(assetId, outcome.metadataFindings);
    identify(outcome.asset, container, settled.contentId);
    return store(before, columns, page);
  }

  /** Updates the row if anything in it is different, with the events that this makes. */
  function store(before: AssetRow, columns: Columns, { run, container, at }: PageContext): Written {
    const { asset_id: assetId } = before;
    const containerId = container.container_id;
    const event = { runId: run.runId, at, containerId, assetId };
    const away = before.removed_at !== null || before.lost_run !== null;
    if (away || before.stale === 1 || COLUMNS.some((name) => before[name] !== columns[name])) {
      const shared = before.access_id === columns.access_id;
      if (!shared && before.access_id !== null) {
        const lastRun = Math.max(before.last_run, container.complete_run ?? 0);
        keepAccess.run(containerId, assetId, before.access_id, before.access_run, lastRun);
      }
      const accessRun = shared ? before.access_run : run.runId;
      update.run(...COLUMNS.map((name) => columns[name]), accessRun, run.runId, assetId);
    }
    const reappeared = before.removed_at !== null;
    if (reappeared) events.append({ ...event, type: 'reappeared' });
    if (before.version !== columns.version) {
      events.append({ ...event, type: 'changed', before: before.version, after: columns.version });
    }
    if (before.classification_id !== columns.classification_id) {
      const [old, now] = [before, columns].map((row) => selectStanding.get(row.classification_id));
      if (old && now) for (const what of classificationEvents(old, now)) events.append({ ...event, ...what });
    }
    const [old, now] = [exposure(container, before.access_id), exposure(container, columns.access_id)];
    const type = exposureEvent(old, now);
    if (type !== undefined) events.append({ ...event, type, before: old, after: now });
    const fresh = before.first_run === run.runId;
    return { assetId, fresh, inserted: false, reappeared, found: before.lost_run !== null && !reappeared };
  }

  function row(assetId: number): AssetRow {
    const found = select.get(assetId);
    if (found === undefined) throw new Error(`asset ${assetId} is not in the inventory`);
    return found;
  }

  function identify(asset: Asset, container: ContainerRow, contentId: number | null): void {
    if (asset.identity === undefined || contentId === null) return;
    setIdentity.run(container.container_id, asset.identity, asset.version, contentId);
  }

  /** Same bytes as before; access and owner may be others, and it may have been away. */
  function keep(asset: Asset, { assetId, firstRun, touch }: Recorded, page: PageContext): Written {
    const fresh = firstRun === page.run.runId;
    if (!touch) return { assetId, fresh, inserted: false, reappeared: false, found: false };
    const before = row(assetId);
    const owner_id = asset.owner === null ? null : dictionary.text(asset.owner);
    const access_id = asset.access === null ? null : dictionary.access(asset.access);
    return store(before, { ...before, owner_id, access_id }, page);
  }

  return {
    write(outcome: AssetOutcome, page: PageContext): Written {
      const { asset } = outcome;
      const containerId = page.container.container_id;
      const recorded = known.recorded(containerId, asset);
      if (recorded === null) {
        if (outcome.outcome === 'unchanged') throw new Error(`${asset.uri} is unchanged, but was never seen`);
        const added = add(outcome, page);
        if (added !== undefined) return added;
      }
      // Listed twice: it is known by now.
      const row = recorded ?? known.lookUp(containerId, asset);
      if (row === null) throw new Error(`${asset.uri} was not stored`);
      return outcome.outcome === 'unchanged' ? keep(asset, row, page) : change(outcome, page, row.assetId);
    },
  };
}

export type Assets = ReturnType<typeof createAssets>;

/** Where an asset is when its uri is the plain one. */
function uriOf(container: string, key: string): string {
  return container.endsWith('/') ? container + key : `${container}/${key}`;
}

/** Own digests are of the bytes that were read; the provider's are believed where they do not contradict them. */
function allDigests(asset: Asset, own: Digests): Digests {
  const theirs = asset.digests ?? {};
  // Object.keys of a Digests gives its algorithms.
  const shared = (Object.keys(own) as (keyof Digests)[]).filter(
    (algorithm) => theirs[algorithm] !== undefined,
  );
  const agrees = shared.every((algorithm) => own[algorithm] === theirs[algorithm]);
  return agrees ? { ...theirs, ...own } : own;
}
