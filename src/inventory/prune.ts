/** Deletes what nothing points to any more, so that the file does not grow by what is gone. */
import type { Database } from 'better-sqlite3';

/** Contents without an asset or an archive that has them, and judgements and labels that no row has. */
export function pruneUnused(db: Database): void {
  const contents = db.prepare(/* sql */ `
    delete from _contents
    where not exists (select 1 from _assets where _assets.content_id = _contents.content_id)
      and not exists (select 1 from _members where member_content_id = _contents.content_id)`);
  // An archive that goes frees its members.
  while (contents.run().changes > 0);
  db.exec(/* sql */ `
    delete from _classifications where classification_id not in (select classification_id from _assets);
    delete from _labels where labels_id not in
      (select labels_id from _assets where labels_id is not null
       union select labels_id from _containers where labels_id is not null);
  `);
}
