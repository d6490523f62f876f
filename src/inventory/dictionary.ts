/** Stores what repeats in many rows once: words, labels, access sets, classifications. */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Access } from '../model.ts';
import { createFindSuppression } from './suppressions.ts';
import type { Classification } from './types.ts';

/** Rows kept in memory for each kind; beyond it the memory is emptied. */
const CACHED = 20_000;

/** Each gives a row id, and the same one for the same value. `find...` writes nothing: undefined when it is not stored. */
export interface Dictionary {
  text(value: string): number;
  findText(value: string): number | undefined;
  labels(value: Labels): number | null;
  findLabels(value: Labels): number | null | undefined;
  access(value: Access): number;
  findAccess(value: Access): number | undefined;
  exposure(accessId: number): Access['exposure'];
  classification(value: Classification): number;
  /** After a transaction that was rolled back: ids given in it are no longer true. */
  forget(): void;
}

export type Labels = Readonly<Record<string, string>> | undefined;

export function createDictionary(db: Database): Dictionary {
  const texts = createInterner(db, 'text', (text: string) => text);
  const labels = createInterner(db, 'labels', (text: string) => text);
  const accesses = createAccess(db);
  const classifications = createClassifications(db);
  const labelText = (value: Labels) => {
    const keys = Object.keys(value ?? {}).sort();
    return keys.length === 0 ? undefined : JSON.stringify(value, keys);
  };
  return {
    text: texts.id,
    findText: texts.find,
    labels(value) {
      const text = labelText(value);
      return text === undefined ? null : labels.id(text);
    },
    findLabels(value) {
      const text = labelText(value);
      return text === undefined ? null : labels.find(text);
    },
    ...accesses,
    classification: classifications.id,
    forget() {
      for (const part of [texts, labels, accesses, classifications]) part.forget();
    },
  };
}

interface Interner {
  id(value: string): number;
  find(value: string): number | undefined;
  forget(): void;
}

const INTERNED = {
  text: {
    find: /* sql */ 'select text_id from _texts where text = ?',
    insert: /* sql */ 'insert into _texts (text) values (?)',
  },
  labels: {
    find: /* sql */ 'select labels_id from _labels where labels = ?',
    insert: /* sql */ 'insert into _labels (labels) values (?)',
  },
} as const;

function createInterner(
  db: Database,
  kind: keyof typeof INTERNED,
  bind: (value: string) => string,
): Interner {
  const select = db.prepare<[string], number>(INTERNED[kind].find).pluck();
  const insert = db.prepare<[string]>(INTERNED[kind].insert);
  const cache = createCache();
  const find = (value: string) => cache.get(value) ?? cache.put(value, select.get(bind(value)));
  return {
    find,
    id: (value) => find(value) ?? cache.put(value, Number(insert.run(bind(value)).lastInsertRowid)),
    forget: cache.forget,
  };
}

function createAccess(db: Database) {
  const select = db
    .prepare<[Buffer], number>(/* sql */ 'select access_id from _access where digest = ?')
    .pluck();
  const insert = db.prepare(/* sql */ 'insert into _access (digest, exposure) values (?, ?)');
  const insertGrant = db.prepare(/* sql */ 'insert or ignore into _access_grants values (?, ?, ?, ?, ?)');
  const selectExposure = db
    .prepare<[number], Access['exposure']>(/* sql */ 'select exposure from _access where access_id = ?')
    .pluck();
  const cache = createCache();
  const exposures = new Map<number, Access['exposure']>();
  // A page's assets share Access objects, which spares most of the hashing.
  let digests = new WeakMap<Access, string>();
  const digest = (value: Access) => {
    const known = digests.get(value);
    if (known !== undefined) return known;
    const grants = value.grants.map((grant) => [grant.principal, grant.kind, grant.role, grant.via]);
    const made = shortHash(JSON.stringify([value.exposure, grants.map((grant) => grant.join('\0')).sort()]));
    digests.set(value, made);
    return made;
  };
  const find = (value: Access) => {
    const hash = digest(value);
    return cache.get(hash) ?? cache.put(hash, select.get(Buffer.from(hash, 'hex')));
  };
  const add = (value: Access) => {
    const hash = digest(value);
    const id = Number(insert.run(Buffer.from(hash, 'hex'), value.exposure).lastInsertRowid);
    for (const { principal, kind, role, via } of value.grants) {
      insertGrant.run(id, principal, kind, role, via);
    }
    cache.put(hash, id);
    return id;
  };
  return {
    findAccess: find,
    access: (value: Access) => find(value) ?? add(value),
    exposure(accessId: number): Access['exposure'] {
      const known = exposures.get(accessId) ?? selectExposure.get(accessId);
      if (known === undefined) throw new Error(`access set ${accessId} is not in the inventory`);
      exposures.set(accessId, known);
      return known;
    },
    forget() {
      cache.forget();
      exposures.clear();
      digests = new WeakMap();
    },
  };
}

function createClassifications(db: Database) {
  const select = db
    .prepare<[Buffer], number>(/* sql */ 'select classification_id from _classifications where digest = ?')
    .pluck();
  const insert = db.prepare(/* sql */ `
    insert into _classifications (digest, level, detected_level, basis, status, why, client, client_why,
      declared_level, declared_basis, declared_source)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertSuppressed = db.prepare(/* sql */ `
    insert into _suppressed (classification_id, rule_id, target, suppression_id)
    select ?, rule_id, ?, ? from _rules where rule = ?`);
  const findSuppression = createFindSuppression(db);
  const cache = createCache();

  function add(digest: Buffer, columns: readonly (string | null)[], value: Classification): number {
    const id = Number(insert.run(digest, ...columns).lastInsertRowid);
    for (const { rule, target, by } of value.suppressed) {
      const suppression = typeof by === 'string' ? null : findSuppression(by);
      if (suppression === undefined) throw new Error(`a suppression of ${rule} was never recorded`);
      insertSuppressed.run(id, target, suppression, rule);
    }
    return id;
  }

  return {
    id(value: Classification): number {
      const { level, detectedLevel, basis, status, why, client, clientWhy, declared, suppressed } = value;
      const columns = [level, detectedLevel, basis, status, why, client, clientWhy].concat(
        declared === null ? [null, null, null] : [declared.level, declared.basis, declared.source],
      );
      const text = JSON.stringify([columns, suppressed]);
      const known = cache.get(text);
      if (known !== undefined) return known;
      const digest = Buffer.from(shortHash(text), 'hex');
      const id = select.get(digest) ?? add(digest, columns, value);
      cache.put(text, id);
      return id;
    },
    forget: cache.forget,
  };
}

function createCache() {
  const ids = new Map<string, number>();
  return {
    get: (key: string) => ids.get(key),
    put<T extends number | undefined>(key: string, id: T): T {
      if (id === undefined) return id;
      if (ids.size >= CACHED) ids.clear();
      ids.set(key, id);
      return id;
    },
    forget: () => ids.clear(),
  };
}

/** 16 bytes of sha256, hex. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
