/** Which alerts were sent where, so that each is sent once, and again until it arrives. */
import type { Database } from 'better-sqlite3';
import type { AlertFacts, AlertType } from './alert-types.ts';

/** An alert as people are told of it. */
export interface AlertView {
  readonly alert_id: number;
  readonly type: AlertType;
  readonly status: 'open' | 'closed';
  /** ISO 8601 UTC. */
  readonly raised_at: string;
  readonly run_id: number;
  readonly what: string;
  readonly meaning: string;
  readonly todo: string;
  readonly source: string | null;
  readonly asset_id: number | null;
  readonly uri: string | null;
  readonly level: string | null;
  readonly client: string | null;
  readonly exposure: string | null;
  readonly original: string | null;
  readonly facts: AlertFacts;
  readonly closed_at: string | null;
  readonly closed_why: string | null;
}

type Row = Omit<AlertView, 'facts'> & { readonly facts: string };

/** Rows of view `alerts` with their facts read. */
export function toAlerts(rows: readonly Row[]): readonly AlertView[] {
  // Written by alerts.ts, of this shape.
  return rows.map((row) => ({ ...row, facts: JSON.parse(row.facts) as AlertFacts }));
}

export type AlertRow = Row;

export function createDeliveries(db: Database) {
  const select = db.prepare<[string], Row>(/* sql */ `
    select * from alerts l where status = 'open'
      and not exists (select 1 from _deliveries d where d.alert_id = l.alert_id and d.channel = ?)
    order by alert_id`);
  const insert = db.prepare(/* sql */ 'insert or ignore into _deliveries values (?, ?, ?)');
  const attempt = db.prepare(/* sql */ `
    insert into _channels values (?, ?, ?)
    on conflict do update set attempted_at = excluded.attempted_at, error = excluded.error`);

  return {
    /** Open alerts that have not arrived there yet. */
    undelivered: (channel: string): readonly AlertView[] => toAlerts(select.all(channel)),
    /** What an attempt came to; with an error nothing counts as delivered. */
    noteDelivery(
      channel: string,
      outcome: { readonly at: string; readonly alerts: readonly number[]; readonly error: string | null },
    ): void {
      attempt.run(channel, outcome.at, outcome.error);
      if (outcome.error !== null) return;
      for (const id of outcome.alerts) insert.run(id, channel, outcome.at);
    },
  };
}
