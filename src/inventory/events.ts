/** The append-only record of what changed, chained by hashes so that a later edit shows. */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Exposure, Level, Status } from '../model.ts';
import { levelRank } from '../model.ts';

export const EVENT_TYPES = [
  'baseline',
  'added',
  'changed',
  'removed',
  'reappeared',
  'copied',
  'moved',
  'level-raised',
  'level-lowered',
  'reclassified',
  'exposure-widened',
  'exposure-narrowed',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export interface Event {
  readonly runId: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly type: EventType;
  readonly containerId: number;
  /** Absent for the container itself. */
  readonly assetId?: number;
  readonly before?: string | null;
  readonly after?: string | null;
}

interface EventRow {
  readonly event_id: number;
  readonly run_id: number;
  readonly at: string;
  readonly type: string;
  readonly container_id: number;
  readonly asset_id: number | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly hash: string;
}

/** What checking the chain came to. */
export interface ChainCheck {
  readonly events: number;
  /** Hash of the last event: printed with reports, so that a cut-off end shows; null without events. */
  readonly head: string | null;
  /** `event_id` of the first event whose hash does not fit; null when the chain is whole. */
  readonly brokenAt: number | null;
}

/** Hash before the first event. */
const GENESIS = '0'.repeat(64);

const SELECT_LAST = /* sql */ 'select event_id, hash from _events order by event_id desc limit 1';

export function createEvents(db: Database) {
  const last = db.prepare<[], { event_id: number; hash: string }>(SELECT_LAST);
  const insert = db.prepare(/* sql */ 'insert into _events values (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return {
    append(event: Event): void {
      const previous = last.get();
      const row = {
        event_id: (previous?.event_id ?? 0) + 1,
        run_id: event.runId,
        at: event.at,
        type: event.type,
        container_id: event.containerId,
        asset_id: event.assetId ?? null,
        before: event.before ?? null,
        after: event.after ?? null,
      };
      insert.run(...Object.values(row), chain(previous?.hash ?? GENESIS, row));
    },
  };
}

export type Events = ReturnType<typeof createEvents>;

/** Recomputes every hash. Reads the whole record once. */
export function verifyChain(db: Database): ChainCheck {
  const rows = db.prepare<[], EventRow>(/* sql */ 'select * from _events order by event_id').iterate();
  let previous = GENESIS;
  let events = 0;
  for (const { hash, ...row } of rows) {
    events += 1;
    if (row.event_id !== events || chain(previous, row) !== hash) {
      return { events, head: previous === GENESIS ? null : previous, brokenAt: row.event_id };
    }
    previous = hash;
  }
  return { events, head: events === 0 ? null : previous, brokenAt: null };
}

/** The event that a change of level is; undefined when it is none. Null, not known, is below every level. */
function levelEvent(before: Level | null, after: Level | null): EventType | undefined {
  if (before === after) return undefined;
  return levelRank(after) > levelRank(before) ? 'level-raised' : 'level-lowered';
}

/** Level and status of a classification, as events compare them. */
export interface Standing {
  readonly level: Level | null;
  readonly status: Status;
}

/** The events that another classification is, with what was and what is: of the level, and of whether anybody has said so. */
export function classificationEvents(
  before: Standing,
  after: Standing,
): readonly Pick<Event, 'type' | 'before' | 'after'>[] {
  const level = levelEvent(before.level, after.level);
  return [
    ...(level === undefined ? [] : [{ type: level, before: before.level, after: after.level }]),
    ...(before.status === after.status
      ? []
      : [{ type: 'reclassified' as const, before: before.status, after: after.status }]),
  ];
}

/** `unknown` stands between external and public: it may be anything, so becoming unknown is a widening. */
const WIDTH: Readonly<Record<Exposure, number>> = {
  private: 0,
  internal: 1,
  external: 2,
  unknown: 3,
  public: 4,
};

/** The event that a change of exposure is; undefined when it is none. */
export function exposureEvent(before: Exposure, after: Exposure): EventType | undefined {
  if (before === after) return undefined;
  return WIDTH[after] > WIDTH[before] ? 'exposure-widened' : 'exposure-narrowed';
}

function chain(previous: string, row: Omit<EventRow, 'hash'>): string {
  const text = JSON.stringify([
    row.event_id,
    row.run_id,
    row.at,
    row.type,
    row.container_id,
    row.asset_id,
    row.before,
    row.after,
  ]);
  return createHash('sha256').update(`${previous}\n${text}`).digest('hex');
}
