/** Sketches as they are kept: written with their content, thrown away with the key that they were made with. */
import type { Database } from 'better-sqlite3';
import type { DOCUMENT as DocumentPart, Sample, Sketch } from '../copies/sketch.ts';

/** A sketch with its place in the inventory. */
export interface StoredSketch extends Omit<Sketch, 'weight'> {
  readonly sketchId: number;
  readonly contentId: number;
  /** Null for the largest of its group. */
  readonly parentId: number | null;
  readonly groupId: number;
}

export interface SketchRow {
  readonly sketch_id: number;
  readonly content_id: number;
  readonly kind: Sketch['kind'];
  readonly part: string;
  readonly size: number;
  readonly distinct_tags: number;
  readonly tags: Buffer;
  readonly distinct_details: number;
  readonly details: Buffer;
  readonly head: Buffer;
  readonly parent_id: number | null;
  readonly group_id: number;
}

/** As in copies/sketch.ts, which is beside this folder. */
const DOCUMENT: typeof DocumentPart = '$';

/** SQL columns of SketchRow. */
export const SKETCH_COLUMNS = /* sql */ `sketch_id, content_id, kind, part, size, distinct_tags, tags, distinct_details,
  details, head, parent_id, group_id`;

/** SQL that is true for contents in which there is something to recognise. */
export const COMPARABLE = '(depth > 0 and (has_text = 1 or has_columns = 1))';

export function createSketches(db: Database) {
  const select = db.prepare<[number], SketchRow>(
    /* sql */ `select ${SKETCH_COLUMNS} from _sketches where content_id = ?`,
  );
  const remove = db.prepare<[number]>(/* sql */ 'delete from _sketches where sketch_id = ?');
  const insert = db.prepare(/* sql */ `
    insert into _sketches (content_id, kind, part, whole, size, distinct_tags, tags, distinct_details, details, head, group_id)
    values (@content_id, @kind, @part, @whole, @size, @distinct_tags, @tags, @distinct_details, @details, @head, 0)`);
  const found = db.prepare<[number]>(
    /* sql */ 'update _sketches set group_id = sketch_id where sketch_id = ?',
  );
  const wait = db.prepare<[string, number]>(/* sql */ 'insert into _sketches_pending values (?, ?)');
  const key = db.prepare<[], string>(/* sql */ 'select key_id from _sketch_key').pluck();

  return {
    /** Sketches that are as they were keep their group. */
    replace(contentId: number, sketches: readonly Sketch[]): void {
      const before = new Map(select.all(contentId).map((row) => [nameOf(row), row]));
      const main = mainOf(sketches);
      for (const sketch of sketches) {
        const row = toRow(sketch, contentId, sketch === main);
        const former = before.get(nameOf(sketch));
        before.delete(nameOf(sketch));
        if (former !== undefined && isSame(former, row)) continue;
        if (former !== undefined) remove.run(former.sketch_id);
        const sketchId = Number(insert.run(row).lastInsertRowid);
        found.run(sketchId);
        wait.run(sketch.kind, sketchId);
      }
      for (const { sketch_id } of before.values()) remove.run(sketch_id);
    },
    /** Null before the first key. */
    keyId: (): string | null => key.get() ?? null,
    /** Sketches of another key mean nothing any more: contents are to be read again. Gives how many. */
    useKey(keyId: string): number {
      const former = key.get();
      if (former === keyId) return 0;
      const stale = db
        .prepare(/* sql */ `update _contents set retry = 'yes' where ${COMPARABLE}`)
        .run().changes;
      db.exec(/* sql */ `
        delete from _sketches; delete from _sketch_index; delete from _sketches_gone; delete from _sketch_key`);
      db.prepare(/* sql */ 'insert into _sketch_key select ?, coalesce(max(run_id), 0) from _runs').run(
        keyId,
      );
      return stale;
    },
  };
}

export type Sketches = ReturnType<typeof createSketches>;

export function fromRow(row: SketchRow): StoredSketch {
  return {
    sketchId: row.sketch_id,
    contentId: row.content_id,
    parentId: row.parent_id,
    groupId: row.group_id,
    kind: row.kind,
    part: row.part,
    size: row.size,
    sample: sampleOf(row.tags, row.distinct_tags),
    details: sampleOf(row.details, row.distinct_details),
    head: toTags(row.head),
  };
}

/** The blob's tags; machines that store numbers the other way round are not supported. */
export function toTags(blob: Uint8Array): Uint32Array {
  // A blob may begin anywhere; 32-bit numbers must not.
  return new Uint32Array(blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.length));
}

function sampleOf(blob: Buffer, distinct: number): Sample {
  return { tags: toTags(blob), distinct };
}

/** Share of a content that is most of it. */
const MOST = 0.9;

/** The one that most of the content is; a list of people only where there is no other. */
function mainOf(sketches: readonly Sketch[]): Sketch | undefined {
  const parts = sketches.filter(({ kind }) => kind !== 'people');
  if (parts.length === 0) return sketches[0];
  const document = parts.find(({ part }) => part === DOCUMENT);
  if (document !== undefined) return document;
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return parts.find(({ weight }) => weight >= total * MOST);
}

function toRow({ kind, part, size, sample, details, head }: Sketch, contentId: number, whole: boolean) {
  return {
    content_id: contentId,
    kind,
    part,
    whole: whole ? 1 : 0,
    size,
    distinct_tags: sample.distinct,
    tags: toBlob(sample.tags),
    distinct_details: details.distinct,
    details: toBlob(details.tags),
    head: toBlob(head),
  };
}

function toBlob({ buffer, byteOffset, byteLength }: Uint32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function nameOf({ kind, part }: Pick<Sketch, 'kind' | 'part'>): string {
  return `${kind} ${part}`;
}

function isSame(former: SketchRow, row: ReturnType<typeof toRow>): boolean {
  return (
    former.size === row.size &&
    former.tags.equals(row.tags) &&
    former.details.equals(row.details) &&
    former.head.equals(row.head)
  );
}
