/** Finds contents by their digests, and merges those that turn out to be one. */
import type { Database } from 'better-sqlite3';
import type { DigestAlgorithm, Digests } from '../model.ts';

/** Says which contents were hashed here and yet lack a digest that is wanted. */
export function createLacking(db: Database) {
  const select = db.prepare<[{ id: number; wanted: string }], number>(/* sql */ `
    select 1 from _digests h where h.content_id = @id and h.algorithm = 'sha256' and exists (
      select 1 from json_each(@wanted) w
      where not exists (select 1 from _digests d where d.content_id = @id and d.algorithm = w.value))`);
  return (contentIds: readonly number[], wanted: readonly DigestAlgorithm[]): ReadonlySet<number> => {
    const list = JSON.stringify(wanted);
    return new Set(contentIds.filter((id) => select.get({ id, wanted: list }) !== undefined));
  };
}

/** Strongest first: where a stronger one disagrees, a weaker one that agrees is a collision. */
const STRENGTH = [
  'sha256',
  'sha1',
  'dropbox',
  'md5',
  'quickxor',
  'crc32c',
] as const satisfies readonly DigestAlgorithm[];

interface Candidate {
  readonly content_id: number;
  readonly size: number | null;
}

export function createDigests(db: Database) {
  const select = db.prepare<[string, DigestAlgorithm], Candidate>(/* sql */ `
    select content_id, size from _digests join _contents using (content_id)
    where value = ? and algorithm = ? order by content_id`);
  const selectValue = db
    .prepare<[number, DigestAlgorithm], string>(
      /* sql */ 'select value from _digests where content_id = ? and algorithm = ?',
    )
    .pluck();
  const selectAny = db
    .prepare<[number], number>(/* sql */ 'select 1 from _digests where content_id = ? limit 1')
    .pluck();
  const insert = db.prepare(/* sql */ `
    insert into _digests (content_id, algorithm, value) values (?, ?, ?)
    on conflict do update set value = excluded.value where value <> excluded.value`);
  const moves = [
    'update _assets set content_id = @keep where content_id = @drop',
    'update _members set member_content_id = @keep where member_content_id = @drop',
    'update _identities set content_id = @keep where content_id = @drop',
    `insert or ignore into _digests (content_id, algorithm, value)
      select @keep, algorithm, value from _digests where content_id = @drop`,
    'delete from _contents where content_id = @drop',
  ].map((sql) => db.prepare<[{ keep: number; drop: number }]>(sql));

  function fits(candidate: Candidate, digests: Digests, by: DigestAlgorithm, size: number | null): boolean {
    const sized = candidate.size !== null && size !== null;
    if (sized && candidate.size !== size) return false;
    // 32 bits are not enough without the size.
    if (by === 'crc32c' && !sized) return false;
    for (const algorithm of STRENGTH.slice(0, STRENGTH.indexOf(by))) {
      const ours = digests[algorithm];
      if (ours === undefined) continue;
      const theirs = selectValue.get(candidate.content_id, algorithm);
      if (theirs !== undefined && theirs !== ours) return false;
    }
    return true;
  }

  // Of this process: who looked a content up before it was merged still finds it.
  const merged = new Map<number, number>();

  return {
    /** The content that `contentId` was merged into, or itself. */
    survivor(contentId: number): number {
      let survivor = contentId;
      for (let next = merged.get(survivor); next !== undefined; next = merged.get(survivor)) survivor = next;
      return survivor;
    },
    forget: () => merged.clear(),
    /** Contents that share a digest, strongest algorithm first. `size`: bytes, null when unknown. */
    matches(digests: Digests, size: number | null): readonly number[] {
      const found = new Set<number>();
      for (const algorithm of STRENGTH) {
        const value = digests[algorithm];
        if (value === undefined) continue;
        for (const candidate of select.all(value, algorithm)) {
          if (fits(candidate, digests, algorithm, size)) found.add(candidate.content_id);
        }
      }
      return [...found];
    },
    has: (contentId: number) => selectAny.get(contentId) !== undefined,
    add(contentId: number, digests: Digests): void {
      for (const algorithm of STRENGTH) {
        const value = digests[algorithm];
        if (value !== undefined) insert.run(contentId, algorithm, value);
      }
    },
    /** Everything that points to `drop` points to `keep` afterwards. */
    merge(keep: number, drop: number): void {
      for (const move of moves) move.run({ keep, drop });
      merged.set(drop, keep);
    },
  };
}
