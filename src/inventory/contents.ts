/** Contents: the bytes, wherever they are, with their digests, findings, gaps and members. Any shared digest makes one content. */
import type { Database } from 'better-sqlite3';
import type { Sketch } from '../copies/sketch.ts';
import type { Coverage, DigestAlgorithm, Digests, Gap, GapReason } from '../model.ts';
import { COVERAGES, DIGEST_ALGORITHMS } from '../model.ts';
import { createSketches } from './copies.ts';
import type { Dictionary } from './dictionary.ts';
import { createDigests } from './digests.ts';
import { createFindings } from './findings.ts';
import { createSamples } from './samples.ts';
import type { ContentResult, KnownContent } from './types.ts';

/** What decides whether a content must be read again in a run. */
export interface ReadingNeed {
  readonly runId: number;
  readonly rulesetId: number;
  /** 0 metadata, 1 sample, 2 full. */
  readonly depth: number;
  readonly full: boolean;
  readonly configDigest: string;
}

/** The columns that `isCurrent` looks at. */
export interface ContentState {
  readonly ruleset_id: number | null;
  readonly depth: number;
  readonly retry: 'no' | 'yes' | 'config';
  readonly read_run: number | null;
  /** Config digest of the run that read it. */
  readonly config_digest: string | null;
}

/** SQL columns of ContentState, of `_contents c left join _runs r on r.run_id = c.read_run`. */
export const CONTENT_STATE = /* sql */ 'c.ruleset_id, c.depth, c.retry, c.read_run, r.config_digest';

/** False when it must be read (again): see KnownAsset.current. */
export function isCurrent(state: ContentState, need: ReadingNeed): boolean {
  if (need.depth === 0 || (need.full && state.read_run === need.runId)) return true;
  if (need.full || state.depth < need.depth || state.ruleset_id !== need.rulesetId) return false;
  // Within one run one try is enough: a copy of what failed a moment ago is not read as well.
  if (state.read_run === need.runId || state.retry === 'no') return true;
  return state.retry === 'config' && state.config_digest === need.configDigest;
}

interface ContentRow extends ContentState {
  readonly content_id: number;
  readonly size: number | null;
  readonly coverage: Coverage;
}

/** Where a result goes. */
export interface SaveContent {
  readonly result: ContentResult;
  /** Own and provider's together. */
  readonly digests: Digests;
  /** The content that the asset had before, if any. */
  readonly formerId: number | null;
  readonly need: ReadingNeed;
}

export function createContents(db: Database, dictionary: Dictionary) {
  const digestTable = createDigests(db);
  const findingTable = createFindings(db, 'content');
  const samples = createSamples(db);
  const select = db.prepare<[number], ContentRow>(/* sql */ `
    select c.content_id, c.size, c.coverage, ${CONTENT_STATE}
    from _contents c left join _runs r on r.run_id = c.read_run where c.content_id = ?`);
  const insert = db.prepare<[number | null]>(/* sql */ `
    insert into _contents (size, coverage, depth, bytes_read, has_text, has_columns, retry)
    values (?, 'none', 0, 0, 0, 0, 'no')`);
  const update = db.prepare(/* sql */ `
    update _contents set size = ?, format_id = ?, media_type_id = ?, coverage = ?, depth = ?, bytes_read = ?,
      has_text = ?, has_columns = ?, ruleset_id = ?, retry = ?, read_run = ?
    where content_id = ?`);
  const selectSha256 = db
    .prepare<[number], string>(
      /* sql */ "select value from _digests where content_id = ? and algorithm = 'sha256'",
    )
    .pluck();
  const countUsers = db
    .prepare<[number, number], number>(/* sql */ `
      select (select count(*) from _assets where content_id = ?)
        + (select count(*) from _members where member_content_id = ?)`)
    .pluck();
  const markStale = db.prepare<[number]>(
    /* sql */ 'update _assets set stale = 1 where content_id = ? and stale = 0',
  );
  const sketches = createSketches(db);
  const parts = createParts(db, {
    contentOf: (digests, size) => attach(digests, size),
    // What is read on its own has the people in it as well: that one stays.
    sketchMember: (contentId, found) => {
      if (row(contentId).depth === 0) sketches.replace(contentId, found);
    },
  });

  function row(contentId: number): ContentRow {
    const found = select.get(contentId);
    if (found === undefined) throw new Error(`content ${contentId} is not in the inventory`);
    return found;
  }

  function known(contentId: number, need: ReadingNeed): KnownContent {
    const { size, coverage, ...state } = row(contentId);
    const findings = findingTable.list(contentId);
    const sha256 = selectSha256.get(contentId) ?? null;
    return { contentId, coverage, size, sha256, current: isCurrent(state, need), findings };
  }

  /** Gives the content of these digests, made when there is none; contents that they show to be the same are merged. */
  function attach(digests: Digests, size: number | null): number {
    const [first, ...rest] = digestTable
      .matches(digests, size)
      .map(row)
      .sort((a, b) => b.depth - a.depth || COVERAGES.indexOf(b.coverage) - COVERAGES.indexOf(a.coverage));
    const contentId = first?.content_id ?? Number(insert.run(size).lastInsertRowid);
    for (const { content_id } of rest) {
      markStale.run(content_id);
      digestTable.merge(contentId, content_id);
    }
    digestTable.add(contentId, digests);
    return contentId;
  }

  /** Where a result without digests goes: the asset's former content, if it is its own and has none either. */
  function reuse(formerId: number | null, size: number): number {
    const own = formerId !== null && countUsers.get(formerId, formerId) === 1 && !digestTable.has(formerId);
    return own ? formerId : Number(insert.run(size).lastInsertRowid);
  }

  /** Writes what reading found out; copies whose findings are thereby others are marked stale. Gives the content. */
  function save({ result, digests, formerId, need }: SaveContent): number {
    const hashed = Object.keys(digests).length > 0;
    const contentId = hashed ? attach(digests, result.size) : reuse(formerId, result.size);
    const before = row(contentId);
    // A sample of bytes that were read wholly, with the same rules, adds nothing.
    const poorer = before.depth > DEPTHS[result.depth] && isCurrent(before, { ...need, full: false });
    if (poorer) return contentId;
    update.run(
      result.size,
      dictionary.text(result.format),
      dictionary.text(result.mediaType),
      result.coverage,
      DEPTHS[result.depth],
      result.bytesRead,
      result.hasText ? 1 : 0,
      result.hasColumns ? 1 : 0,
      need.rulesetId,
      retryOf(result.gaps),
      need.runId,
      contentId,
    );
    const changed = findingTable.replace(contentId, result.findings);
    if (changed || before.coverage !== result.coverage) markStale.run(contentId);
    parts.replace(contentId, result);
    samples.replace(contentId, result.sample);
    if (result.sketches !== undefined) sketches.replace(contentId, result.sketches);
    return contentId;
  }

  return {
    row,
    known,
    attach,
    save,
    gaps: parts.gaps,
    survivor: digestTable.survivor,
    forget: digestTable.forget,
    find: (digests: Digests, size: number | null) => digestTable.matches(digests, size)[0],
  };
}

export type Contents = ReturnType<typeof createContents>;

const DEPTHS = { sample: 1, full: 2 } as const;

/** Gaps that the next try may close, and those that other limits in the config may. */
export const RETRY: ReadonlySet<GapReason> = new Set([
  'io-error',
  'gone',
  'changed',
  'throttled',
  'unavailable',
  'permission-denied',
  'time-limit',
]);
const LIMITS: ReadonlySet<GapReason> = new Set(['archive-limit', 'size-limit', 'memory-limit']);

function retryOf(gaps: readonly Gap[]): ContentState['retry'] {
  if (gaps.some(({ reason }) => RETRY.has(reason))) return 'yes';
  return gaps.some(({ reason }) => LIMITS.has(reason)) ? 'config' : 'no';
}

/** Gaps and members of a content. */
interface PartsContext {
  readonly contentOf: (digests: Digests, size: number) => number;
  readonly sketchMember: (contentId: number, sketches: readonly Sketch[]) => void;
}

function createParts(db: Database, { contentOf, sketchMember }: PartsContext) {
  const deleteGaps = db.prepare<[number]>(/* sql */ 'delete from _content_gaps where content_id = ?');
  const insertGap = db.prepare(/* sql */ `
    insert into _content_gaps (content_id, position, reason, message, place) values (?, ?, ?, ?, ?)`);
  const selectGaps = db.prepare<[number], { reason: GapReason; message: string; place: string | null }>(
    /* sql */ 'select reason, message, place from _content_gaps where content_id = ? order by position',
  );
  const deleteMembers = db.prepare<[number]>(/* sql */ 'delete from _members where content_id = ?');
  const insertMember = db.prepare(/* sql */ `
    insert into _members (content_id, path, position, size, member_content_id) values (?, ?, ?, ?, ?)`);
  return {
    gaps: (contentId: number): readonly Gap[] =>
      selectGaps
        .all(contentId)
        .map(({ reason, message, place }) => ({ reason, message, ...(place === null ? {} : { place }) })),
    replace(contentId: number, { gaps, members }: ContentResult): void {
      deleteGaps.run(contentId);
      for (const [position, { reason, message, place }] of gaps.entries()) {
        insertGap.run(contentId, position, reason, message, place ?? null);
      }
      deleteMembers.run(contentId);
      for (const [position, { path, size, digests, sketches = [] }] of members.entries()) {
        const memberId = contentOf(digests, size);
        insertMember.run(contentId, path, position, size, memberId);
        if (sketches.length > 0) sketchMember(memberId, sketches);
      }
    },
  };
}

/** Whether any digest is there at all. */
export function hasDigests(digests: Digests | undefined): digests is Digests {
  return DIGEST_ALGORITHMS.some((algorithm: DigestAlgorithm) => digests?.[algorithm] !== undefined);
}
