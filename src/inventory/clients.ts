/** The clients of the config, as views and named queries see them. */
import type { Database } from 'better-sqlite3';
import type { ClientRecord } from './types.ts';

/** Makes the stored clients those of the config; one that is no longer there stays, marked as such. */
export function syncClients(db: Database, clients: readonly ClientRecord[]): void {
  const upsert = db.prepare(/* sql */ `
    insert into _clients (client_id, name, aliases, engagement_end, allowed_places, retention_days, configured)
    values (?, ?, ?, ?, ?, ?, 1)
    on conflict do update set name = excluded.name, aliases = excluded.aliases,
      engagement_end = excluded.engagement_end, allowed_places = excluded.allowed_places,
      retention_days = excluded.retention_days, configured = 1`);
  db.prepare(/* sql */ 'update _clients set configured = 0').run();
  for (const { id, name, aliases, engagementEnd, allowedPlaces, retentionDays } of clients) {
    const lists = { aliases: JSON.stringify(aliases), places: JSON.stringify(allowedPlaces) };
    upsert.run(id, name, lists.aliases, engagementEnd, lists.places, retentionDays);
  }
}
