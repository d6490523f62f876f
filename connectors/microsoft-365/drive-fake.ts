/**
 * A drive for the fake Graph: items with the facets that Graph documents, and a delta feed over them.
 * Every change gives its item the next number; the feed is the items in the order of their numbers, so that an item that
 * changes while it is listed comes twice, and a folder that was renamed comes after what lies in it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createDigester } from '../../src/digest/index.ts';

export type Json = Record<string, unknown>;

interface Item {
  readonly id: string;
  name: string;
  /** Null for the root. */
  parent: string | null;
  /** Of its last change. */
  number: number;
  /** Counts up with every change; in the eTag. */
  revision: number;
  /** Null for a folder. */
  body: Buffer | null;
  modified: string;
  /** Facets beside file and folder: `package`, `remoteItem`, `malware`. */
  facets: Json;
  permissions: Json[];
  /** SharePoint's columns. */
  fields: Json;
  /** Earlier bytes, oldest first. */
  history: { readonly body: Buffer; readonly modified: string }[];
}

/** Where a feed stands. */
export interface FeedPosition {
  /** Number of the last item that was given. */
  readonly after: number;
  /** What was deleted up to here is not told; an enumeration begins with what there is. */
  readonly deletedAfter: number;
  /** Ancestors of what changed come with it; an enumeration has them anyway. */
  readonly ancestors: boolean;
}

export interface FakeDrive {
  readonly id: string;
  readonly rootId: string;
  readonly webUrl: string;
  /** Puts a file at a path with `/`, with the folders above it; gives its id. */
  put(path: string, body: Uint8Array, extra?: { readonly facets?: Json; readonly fields?: Json }): string;
  mkdir(path: string): string;
  /** A deleted folder is told alone, without what lies in it. */
  delete(path: string): void;
  /** As if it had always been there: not told in changes, which is how what comes with a restored folder behaves. */
  forget(path: string): void;
  /** Another name or place; what lies in a folder is not told. */
  move(from: string, to: string): void;
  share(path: string, permissions: readonly Json[]): void;
  idOf(path: string): string;
  /** As Graph gives it; undefined when there is none. */
  item(id: string): Json | undefined;
  children(id: string): readonly Json[];
  permissions(id: string): readonly Json[] | undefined;
  versions(id: string): readonly Json[] | undefined;
  /** The bytes; of an earlier version by its id. */
  body(id: string, version?: string): Buffer | undefined;
  /** Up to `top` items of the feed, where it goes on, and whether that is all. */
  feed(
    position: FeedPosition,
    top: number,
  ): { values: readonly Json[]; position: FeedPosition; end: boolean };
  readonly latest: number;
  /** In the recycle bin. */
  readonly trashed: readonly Json[];
}

/** Ids are made from `id` and the order of creation, so that equal drives are equal. */
export function createFakeDrive(id: string, webUrl: string): FakeDrive {
  const items = new Map<string, Item>();
  /** Folder -> name -> what is in it. */
  const inside = new Map<string, Map<string, Item>>();
  const gone = new Map<string, number>();
  const trashed: Json[] = [];
  let number = 0;
  let made = 0;
  let clock = Date.UTC(2026, 0, 5, 9, 30);
  const root = add({ name: 'root', parent: null, body: null });

  function add(fields: Pick<Item, 'name' | 'parent' | 'body'>): Item {
    const digits = createHash('sha256').update(`${id}/${made++}`).digest('hex').toUpperCase();
    const item: Item = {
      ...fields,
      id: `01${digits.slice(0, 32)}`,
      number: 0,
      revision: 0,
      modified: '',
      facets: {},
      permissions: [],
      fields: {},
      history: [],
    };
    items.set(item.id, item);
    enter(item);
    return touch(item);
  }

  function enter(item: Item): void {
    const folder = inside.get(item.parent ?? '') ?? new Map<string, Item>();
    inside.set(item.parent ?? '', folder.set(item.name, item));
  }

  function leave(item: Item): void {
    inside.get(item.parent ?? '')?.delete(item.name);
  }

  function contentsOf(id: string): readonly Item[] {
    return [...(inside.get(id)?.values() ?? [])];
  }

  function touch(item: Item): Item {
    item.number = ++number;
    item.revision += 1;
    clock += 1500;
    // Without a fraction, as SharePoint gives it.
    item.modified = new Date(clock).toISOString().replace(/\.\d+Z$/, 'Z');
    return item;
  }

  function child(parent: string, name: string): Item | undefined {
    return inside.get(parent)?.get(name);
  }

  function at(path: string): Item {
    let item = root;
    for (const name of path.split('/')) {
      const next = child(item.id, name);
      if (next === undefined) throw new Error(`the fake drive has no ${path}`);
      item = next;
    }
    return item;
  }

  function folder(path: string): Item {
    if (path === '') return root;
    const cut = path.lastIndexOf('/');
    const above = folder(path.slice(0, Math.max(0, cut)));
    const name = path.slice(cut + 1);
    return child(above.id, name) ?? add({ name, parent: above.id, body: null });
  }

  function below(item: Item): readonly Item[] {
    return contentsOf(item.id).flatMap((one) => [one, ...below(one)]);
  }

  function ancestors(item: Item): readonly Item[] {
    const above = item.parent === null ? undefined : items.get(item.parent);
    return above === undefined ? [] : [...ancestors(above), above];
  }

  function hashes(body: Buffer): Json {
    const quick = createDigester('quickxor');
    quick.update(body);
    const sum = (algorithm: string) => createHash(algorithm).update(body).digest('hex').toUpperCase();
    // "Not all services provide a value for all hash properties": some have all here.
    const rest = body.length % 3 === 0 ? { sha1Hash: sum('sha1'), sha256Hash: sum('sha256') } : {};
    return { quickXorHash: Buffer.from(quick.digest(), 'hex').toString('base64'), ...rest };
  }

  function toJson(item: Item): Json {
    const kind = item.body
      ? { file: { mimeType: 'application/octet-stream', hashes: hashes(item.body) } }
      : { folder: { childCount: contentsOf(item.id).length } };
    const { facets } = item;
    return {
      id: item.id,
      name: item.name,
      eTag: `"{${item.id}},${item.revision}"`,
      size: item.body?.length ?? 0,
      createdDateTime: item.modified,
      lastModifiedDateTime: item.modified,
      createdBy: { user: { email: 'ada@contoso.example', displayName: 'Ada Example' } },
      webUrl: `${webUrl}/${encodeURIComponent(item.name)}`,
      ...(item.parent === null
        ? { root: {} }
        : { parentReference: { driveId: id, id: item.parent, driveType: 'business' } }),
      ...('remoteItem' in facets ? {} : kind),
      ...facets,
    };
  }

  return {
    id,
    webUrl,
    rootId: root.id,
    trashed,
    get latest() {
      return number;
    },
    put(path, body, { facets = {}, fields = {} } = {}) {
      const cut = path.lastIndexOf('/');
      const above = folder(path.slice(0, Math.max(0, cut)));
      const name = path.slice(cut + 1);
      const former = child(above.id, name);
      const item = former ?? add({ name, parent: above.id, body: Buffer.from(body) });
      if (former?.body) former.history.push({ body: former.body, modified: former.modified });
      Object.assign(item, { body: Buffer.from(body), facets, fields });
      if (former) touch(former);
      return item.id;
    },
    mkdir: (path) => folder(path).id,
    delete(path) {
      const item = at(path);
      for (const one of below(item)) items.delete(one.id);
      items.delete(item.id);
      leave(item);
      gone.set(item.id, ++number);
      trashed.push({
        id: randomUUID(),
        name: item.name,
        size: item.body?.length ?? 0,
        deletedDateTime: new Date(clock).toISOString(),
        deletedFromLocation: `${new URL(webUrl).pathname.slice(1)}/${path.split('/').slice(0, -1).join('/')}`,
      });
    },
    forget(path) {
      at(path).number = 0;
    },
    move(from, to) {
      const item = at(from);
      const cut = to.lastIndexOf('/');
      const above = folder(to.slice(0, Math.max(0, cut)));
      leave(item);
      item.parent = above.id;
      item.name = to.slice(cut + 1);
      enter(item);
      touch(item);
    },
    share(path, permissions) {
      const item = path === '' ? root : at(path);
      item.permissions = [...permissions];
      touch(item);
    },
    idOf: (path) => at(path).id,
    item: (key) => withFields(key === 'root' ? root : items.get(key)),
    children: (key) => contentsOf(key === 'root' ? root.id : key).map(toJson),
    permissions(key) {
      const item = key === 'root' ? root : items.get(key);
      // Effective ones: those of the folders above hold as well.
      return item && [...ancestors(item), item].flatMap((one) => one.permissions);
    },
    versions(key) {
      const item = items.get(key);
      if (!item?.body) return undefined;
      const all = [...item.history, { body: item.body, modified: item.modified }];
      return all
        .map(({ body, modified }, index) => ({
          id: `${index + 1}.0`,
          size: body.length,
          lastModifiedDateTime: modified,
        }))
        .reverse();
    },
    body(key, version) {
      const item = items.get(key);
      if (version === undefined) return item?.body ?? undefined;
      const index = Number.parseInt(version, 10) - 1;
      return (
        item?.history[index]?.body ?? (index === item?.history.length ? (item?.body ?? undefined) : undefined)
      );
    },
    feed({ after, deletedAfter, ancestors: withAncestors }, top) {
      const live = [...items.values()].filter((item) => item.number > after);
      const dead = [...gone].filter(([, when]) => when > after && when > deletedAfter);
      const all = [
        ...live.map((item) => ({ when: item.number, item, id: item.id })),
        ...dead.map(([key, when]) => ({ when, item: undefined, id: key })),
      ].sort((a, b) => a.when - b.when);
      const some = all.slice(0, top);
      const changed = some.flatMap(({ item }) => item ?? []);
      const above = withAncestors
        ? [...new Set(changed.flatMap(ancestors))].filter((one) => !changed.includes(one))
        : [];
      const values = [
        ...above.map((item) => withFields(item) ?? {}),
        ...some.map(({ item, id: key }) => withFields(item) ?? { id: key, deleted: { state: 'deleted' } }),
      ];
      const position = { after: some.at(-1)?.when ?? after, deletedAfter, ancestors: withAncestors };
      return { values, position, end: some.length === all.length };
    },
  };

  function withFields(item: Item | undefined): Json | undefined {
    return item && { ...toJson(item), listItem: { id: '1', fields: item.fields } };
  }
}
