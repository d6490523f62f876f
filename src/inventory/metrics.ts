/** What a monitoring system watches: counts and times of the inventory, by source. */
import type { Database } from 'better-sqlite3';

/** One measured value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Row {
  readonly source: string | null;
  readonly a: string | null;
  readonly b: string | null;
  readonly value: number | null;
}

/** Name, meaning, names of the two labels beside `source`, and the select that gives the values. */
const METRICS: readonly (readonly [string, string, readonly (string | null)[], string])[] = [
  [
    'whereabouts_last_scan_timestamp_seconds',
    'Start of the last scan, whatever came of it',
    [null, null],
    "select source, null as a, null as b, cast(strftime('%s', last_scan) as integer) as value from sources where last_scan is not null",
  ],
  [
    'whereabouts_last_complete_scan_timestamp_seconds',
    'Start of the last scan that listed everything',
    [null, null],
    "select source, null as a, null as b, cast(strftime('%s', last_complete) as integer) as value from sources where last_complete is not null",
  ],
  [
    'whereabouts_assets',
    'Assets that are there, by level in force and status; level unknown is never harmless',
    ['level', 'status'],
    "select source, coalesce(level, 'unknown') as a, status as b, count(*) as value from assets where removed_at is null group by 1, 2, 3",
  ],
  [
    'whereabouts_gaps_open',
    'What could not be read, by reason',
    ['reason', 'incomplete'],
    "select source, reason as a, incomplete as b, count(*) as value from gaps where open = 'yes' group by 1, 2, 3",
  ],
  [
    'whereabouts_alerts_open',
    'Alerts that nobody has settled, by type',
    ['type', null],
    `select null as source, t.type as a, null as b, count(l.alert_id) as value
     from _alert_types t left join _alerts l on l.type = t.type and l.closed_at is null group by t.type`,
  ],
];

export function readMetrics(db: Database): readonly Metric[] {
  return METRICS.map(([name, help, labels, sql]) => {
    const samples = db
      .prepare<[], Row>(sql)
      .all()
      .map(({ source, a, b, value }) => ({
        labels: Object.fromEntries(
          [['source', source] as const, [labels[0] ?? '', a] as const, [labels[1] ?? '', b] as const].flatMap(
            ([label, text]) => (label === '' || text === null ? [] : [[label, text]]),
          ),
        ),
        value: value ?? 0,
      }));
    return { name, help, samples };
  });
}
