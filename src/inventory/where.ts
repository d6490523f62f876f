/** Answers where the data of a person or of a file is, for whoever has the key; opens the inventory for reading only. */
import type { Sample, Sketch } from '../copies/sketch.ts';
import { EXIT, UserError } from '../errors.ts';
import type { Digests } from '../model.ts';
import { COMPARABLE, fromRow, SKETCH_COLUMNS, type SketchRow, type StoredSketch, toTags } from './copies.ts';
import { createIndex } from './copies-index.ts';
import { openForReading } from './open.ts';
import { CLIENT, LEVEL } from './schema/in-force.ts';
import { ASSET_URI } from './schema/views-assets.ts';

/** One place that has it. */
export interface Place {
  readonly assetId: number;
  readonly source: string;
  readonly uri: string;
  /** Path inside the archive; null for the asset itself. */
  readonly member: string | null;
  readonly level: string | null;
  readonly client: string | null;
  readonly exposure: string;
}

/** A place that has data of a file. */
export interface RelatedPlace extends Place {
  /** As in view copies; `same bytes` comes first. */
  readonly how: string;
  /** The table that it is about; null for the whole content. */
  readonly part: string | null;
  /** Share of the file's rows, words or people that are there, 0 to 1. */
  readonly similarity: number;
  /** Share of what is there that is in the file. */
  readonly placeShare: number;
}

export interface Where {
  /** Contents in which a rule found one of these, by tag; see people-sketch.ts. */
  people(tags: readonly number[]): readonly Place[];
  /** What has rows, text or people of these sketches, or the same bytes; the largest share first. */
  related(
    file: { readonly sketches: readonly Sketch[]; readonly digests: Digests },
    compare: CompareFile,
  ): readonly RelatedPlace[];
  /** Contents that were last read before the key was made: they are in no answer. */
  unread(): number;
  close(): void;
}

export type CompareFile = (
  file: Omit<Sketch, 'weight'>,
  known: StoredSketch,
) => { readonly how: string; readonly forward: number; readonly backward: number } | undefined;

/** @throws UserError exit 2 without an inventory, or when `keyId` is not that of its key; exit 4 when it is damaged */
export function openWhere(file: string, keyId: string): Where {
  const db = openForReading(file);
  const known = db.prepare<[], string>(/* sql */ 'select key_id from _sketch_key').pluck().get();
  if (known !== keyId) {
    db.close();
    const advice =
      known === undefined
        ? 'scan once with it'
        : 'restore the key that it was made with, or scan once with this one';
    throw new UserError(`${file} knows nothing by this key; ${advice}`, { exitCode: EXIT.usage });
  }
  const index = createIndex(db);
  const unread = db
    .prepare<[], number>(/* sql */ `
      select count(*) from _contents, _sketch_key where ${COMPARABLE} and read_run <= since_run`)
    .pluck();
  const people = db.prepare<[], Pick<SketchRow, 'content_id' | 'tags' | 'details'>>(
    /* sql */ `select content_id, tags, details from _sketches where kind = 'people'`,
  );
  const one = db.prepare<[number], SketchRow>(
    /* sql */ `select ${SKETCH_COLUMNS} from _sketches where sketch_id = ?`,
  );
  const group = db.prepare<[number, string], SketchRow>(
    /* sql */ `select ${SKETCH_COLUMNS} from _sketches where group_id = ? and kind = ? order by sketch_id`,
  );
  const sameBytes = db
    .prepare<[string], number>(
      /* sql */ `select content_id from _digests where algorithm = 'sha256' and value = ?`,
    )
    .pluck();
  const holders = db.prepare<[string], Place & { readonly contentId: number }>(/* sql */ `
    with wanted as (select value as content_id from json_each(?)), held as (
      select w.content_id, a.asset_id, null as member from wanted w join _assets a on a.content_id = w.content_id
      union all
      select w.content_id, a.asset_id, m.path from wanted w join _members m on m.member_content_id = w.content_id
        join _assets a on a.content_id = m.content_id)
    select d.content_id as contentId, a.asset_id as assetId, s.name as source, ${ASSET_URI} as uri, d.member, ${LEVEL} as level, ${CLIENT} as client,
      coalesce(x.exposure, cx.exposure, 'unknown') as exposure
    from held d
    join _assets a on a.asset_id = d.asset_id and a.removed_at is null
    join _containers c on c.container_id = a.container_id
    join _sources s on s.source_id = c.source_id
    left join _access x on x.access_id = a.access_id
    left join _access cx on cx.access_id = c.access_id
    left join _classifications k on k.classification_id = a.classification_id
    left join _inherited h on h.asset_id = a.asset_id
    order by s.name, uri, d.member`);
  const placesOf = (contentIds: Iterable<number>) => holders.all(JSON.stringify([...contentIds]));

  /** Candidates and all in their groups, each compared on its own. */
  function relatedTo(sketch: Sketch, compare: CompareFile): ReadonlyMap<number, Relation> {
    const groups = new Set(
      index.lookUp(sketch).flatMap((id) => {
        const row = one.get(id);
        return row === undefined ? [] : [row.group_id];
      }),
    );
    const found = new Map<number, Relation>();
    for (const groupId of groups) {
      for (const row of group.iterate(groupId, sketch.kind)) {
        const relation = compare(sketch, fromRow(row));
        if (relation === undefined || (found.get(row.content_id)?.forward ?? -1) >= relation.forward)
          continue;
        found.set(row.content_id, {
          ...relation,
          part: row.part === '' || row.part === '$' ? null : row.part,
        });
      }
    }
    return found;
  }

  return {
    people(tags) {
      const found: number[] = [];
      for (const row of people.iterate()) {
        const sets = [toTags(row.tags), toTags(row.details)];
        if (tags.some((tag) => sets.some((set) => has(set, tag)))) found.push(row.content_id);
      }
      return placesOf(found).map(({ contentId: _, ...place }) => place);
    },
    related({ sketches, digests }, compare) {
      const found = new Map<number, Relation>();
      if (digests.sha256 !== undefined) {
        for (const id of sameBytes.all(digests.sha256)) found.set(id, SAME_BYTES);
      }
      // Rows tell more than text, and both more than people: the first relation stands.
      for (const kind of ['rows', 'text', 'people']) {
        for (const sketch of sketches.filter((each) => each.kind === kind)) {
          for (const [id, relation] of relatedTo(sketch, compare))
            if (!found.has(id)) found.set(id, relation);
        }
      }
      return placesOf(found.keys())
        .map(({ contentId, ...place }) => {
          const { how, part, forward, backward } = found.get(contentId)!; // these were asked for
          return { ...place, how, part, similarity: forward, placeShare: backward };
        })
        .sort((a, b) => b.similarity - a.similarity || b.placeShare - a.placeShare);
    },
    unread: () => unread.get() ?? 0,
    close: () => db.close(),
  };
}

interface Relation {
  readonly how: string;
  readonly part: string | null;
  readonly forward: number;
  readonly backward: number;
}

const SAME_BYTES: Relation = { how: 'same bytes', part: null, forward: 1, backward: 1 };

/** Binary search. */
function has(tags: Sample['tags'], tag: number): boolean {
  let low = 0;
  let high = tags.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (tags[middle] === tag) return true;
    if (tags[middle]! < tag) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
