/** Lists a drive by its delta query: whole, which ends in a token, or what changed since one. */
import type { Asset, Container, Cursor, Environment, Page } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Access } from '../../src/model.ts';
import { toAccess } from './access.ts';
import { type Client, COST, type Request } from './client.ts';
import { createFolders, type Folder, type Folders } from './folders.ts';
import { allOf } from './pages.ts';
import type { Settings } from './settings.ts';
import { versionsOf } from './versions.ts';
import { type Item, readOne, readPage, toAsset } from './wire.ts';

export interface ListContext {
  readonly client: Client;
  readonly settings: Settings;
  readonly environment: Environment;
}

/** Graph never gives more. */
const MOST_ITEMS = 1000;
/** A cursor is written with every page: of more folders than this it forgets them, and the listing that goes on has no token. */
const MOST_IN_CURSOR = 4096;
/** Some 4 MB of token; drives of more folders are listed whole each time. */
const MOST_IN_TOKEN = 250_000;
const FIELDS =
  'id,name,eTag,size,lastModifiedDateTime,createdBy,parentReference,root,folder,file,package,remoteItem,malware,deleted';
const LABELS = 'listItem($expand=fields($select=_DisplayName,_IpLabelId))';

/** What cursors and tokens hold, as JSON. */
interface Position {
  /** Of the next page, or of the changes to come; as Request.path. */
  readonly link: string;
  /** As Folders.encode; absent when they were too many. */
  readonly folders?: string;
  /** What was given before is not sure to hold: the listing ends without a token, so that the next one is whole. */
  readonly stale?: boolean;
  /** Of changes: new folder -> how many entries it has, and folder -> how many were given. */
  readonly entries?: readonly (readonly [string, number])[];
  readonly given?: readonly (readonly [string, number])[];
}

/** One enumeration under way. */
interface Enumeration {
  readonly context: ListContext;
  readonly container: Container;
  readonly signal: AbortSignal;
  /** Of changes: what is not there any more, or has another place, concerns assets that are not named. */
  readonly changes: boolean;
  readonly folders: Folders;
  readonly entries: Map<string, number>;
  readonly given: Map<string, number>;
  stale: boolean;
}

/** @throws ConnectorError */
export async function* listDrive(
  context: ListContext,
  container: Container,
  from: Cursor | undefined,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const start: Position = { link: firstLink(context, container), folders: '' };
  const position = from === undefined ? start : readPosition(from);
  try {
    yield* enumerate(begin({ context, container, signal, changes: false }, position), position.link);
  } catch (error) {
    if (!(error instanceof ConnectorError && error.code === 'resync')) throw error;
    // Graph cannot go on where the listing stopped: everything is given again, and what vanished meanwhile is not known.
    const again = { ...start, stale: true };
    yield* enumerate(begin({ context, container, signal, changes: false }, again), start.link);
  }
}

/** @throws ConnectorError `resync` when Graph has forgotten the token, or a folder was renamed, moved or deleted */
export async function* listChanges(
  context: ListContext,
  container: Container,
  { token, from }: { readonly token: Cursor; readonly from: Cursor | undefined },
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const position = readPosition(from ?? token);
  yield* enumerate(begin({ context, container, signal, changes: true }, position), position.link);
}

type Scope = Pick<Enumeration, 'context' | 'container' | 'signal' | 'changes'>;

function begin(scope: Scope, { folders, stale, entries, given }: Position): Enumeration {
  return {
    ...scope,
    folders: createFolders(folders),
    stale: stale === true || folders === undefined,
    entries: new Map(entries),
    given: new Map(given),
  };
}

async function* enumerate(enumeration: Enumeration, first: string): AsyncGenerator<Page> {
  const { context, container, signal } = enumeration;
  const { client } = context;
  for (let link = first; ; ) {
    const cost = link.includes('token') ? COST.delta : COST.list;
    const request = { ...listRequest(container), path: link, cost };
    const { values, nextLink, deltaLink } = readPage('item', await client.json(request, signal));
    const page = await settle(enumeration, values);
    if (nextLink === undefined) {
      if (deltaLink === undefined) {
        throw new ConnectorError(
          'transient',
          `list ${container.uri}: Graph ended it without a sign; scan again`,
        );
      }
      checkEntries(enumeration);
      yield { ...page, next: null, ...endToken(enumeration, client.relative(deltaLink)) };
      return;
    }
    link = client.relative(nextLink);
    yield { ...page, next: writePosition(enumeration, link) };
  }
}

/** Takes in one page of items. The same one may come more than once: the last counts. */
async function settle(enumeration: Enumeration, values: readonly Item[]): Promise<Omit<Page, 'next'>> {
  const items = [...new Map(values.map((item) => [item.id, item])).values()];
  const removed: string[] = [];
  for (const item of items) if (item.deleted) removed.push(forget(enumeration, item));
  const present = items.filter((item) => !item.deleted);
  const access = await Promise.all(present.map((item) => accessOf(enumeration, item)));
  for (const [index, item] of present.entries()) {
    if (isFolder(item)) enter(enumeration, item, access[index] ?? null);
    const parent = item.parentReference?.id;
    if (parent) enumeration.given.set(parent, (enumeration.given.get(parent) ?? 0) + 1);
  }
  const assets: Asset[] = [];
  for (const [index, item] of present.entries()) {
    // A notebook is a folder and something to be listed.
    if (item.root || (item.folder && !item.package)) continue;
    const folder = await folderOf(enumeration, item);
    if (folder === undefined) continue;
    const asset = toAsset(item, { container: enumeration.container, folder, access: access[index] ?? null });
    assets.push(asset, ...(await earlierOf(enumeration, asset)));
  }
  return { assets, gaps: [], ...(removed.length === 0 ? {} : { removed }) };
}

function isFolder(item: Item): boolean {
  return !item.remoteItem && Boolean(item.root ?? item.folder ?? item.package);
}

/** A folder that had another name or place has contents that are not named; so has a deleted one. */
function enter(enumeration: Enumeration, item: Item, access: Access | null): void {
  const folder = toFolder(item);
  const change = enumeration.folders.put(folder, access);
  if (change === 'changed') unnamed(enumeration, 'a folder was renamed, moved or shared');
  if (change === 'new') enumeration.entries.set(item.id, item.folder?.childCount ?? 0);
}

function toFolder({ id, root, name, parentReference }: Item): Folder {
  return root
    ? { id, name: '', parent: undefined }
    : { id, name: name ?? id, parent: parentReference?.id ?? undefined };
}

function forget(enumeration: Enumeration, item: Item): string {
  if (enumeration.folders.has(item.id)) unnamed(enumeration, 'a folder was deleted');
  enumeration.entries.delete(item.id);
  return item.id;
}

/** A folder that is new here may have come with contents, out of the recycle bin: are they all given? */
function checkEntries(enumeration: Enumeration): void {
  if (!enumeration.changes) return;
  for (const [id, entries] of enumeration.entries) {
    if ((enumeration.given.get(id) ?? 0) < entries) unnamed(enumeration, 'a folder came with contents');
  }
}

function unnamed(enumeration: Enumeration, what: string): void {
  enumeration.stale = true;
  if (!enumeration.changes) return;
  const { uri } = enumeration.container;
  throw new ConnectorError('resync', `changes of ${uri}: ${what}; the drive is listed anew`);
}

/** Undefined for what lies in a folder that is gone by now. */
async function folderOf(enumeration: Enumeration, item: Item): Promise<string | undefined> {
  const parent = item.parentReference?.id;
  if (!parent) return '';
  try {
    return await enumeration.folders.pathOf(parent, (id) => askFolder(enumeration, id));
  } catch (error) {
    if (!(error instanceof ConnectorError && error.code === 'not-found')) throw error;
    unnamed(enumeration, 'a folder is gone');
    return undefined;
  }
}

/** For folders that were given before the listing was interrupted, or come later than what lies in them. */
async function askFolder({ context, container, signal }: Enumeration, id: string): Promise<Folder> {
  const path = `/drives/${encodeURIComponent(container.id)}/items/${encodeURIComponent(id)}`;
  const request = {
    ...listRequest(container),
    path: `${path}?$select=id,name,root,parentReference`,
    cost: COST.item,
  };
  return toFolder(readOne('item', await context.client.json(request, signal)));
}

/** Null where it is not asked for: as the container's, unknown. */
async function accessOf(enumeration: Enumeration, item: Item): Promise<Access | null> {
  const { context, container, signal } = enumeration;
  if (!context.settings.permissions || item.remoteItem) return null;
  const request = permissionsRequest(container, item.id);
  try {
    return toAccess(await allOf(context.client, { shape: 'permission', request }, signal));
  } catch (error) {
    // Gone meanwhile, or not for this app to know: unknown, which `doctor` explains.
    if (error instanceof ConnectorError && (error.code === 'auth' || error.code === 'not-found')) return null;
    throw error;
  }
}

/** 5 units. */
export function permissionsRequest(container: Container, id: string): Request {
  return {
    name: 'list permissions',
    target: container.uri,
    permission: 'Sites.FullControl.All',
    path: `/drives/${encodeURIComponent(container.id)}/items/${encodeURIComponent(id)}/permissions`,
    cost: COST.permissions,
  };
}

async function earlierOf({ context, signal }: Enumeration, asset: Asset): Promise<readonly Asset[]> {
  return context.settings.versions && asset.unread === undefined ? versionsOf(context, asset, signal) : [];
}

function firstLink({ settings, environment }: ListContext, { id }: Container): string {
  const top = Math.min(environment.pageSize, MOST_ITEMS);
  const expand = settings.labels ? `&$expand=${LABELS}` : '';
  return `/drives/${encodeURIComponent(id)}/root/delta?$top=${top}&$select=${FIELDS}${expand}`;
}

/** What `check` and a listing ask for first, but for its path. */
export function listRequest({ uri }: Container) {
  return { name: 'list', target: uri, permission: 'Files.Read.All, or Sites.Selected for this site' };
}

function endToken({ context, folders, stale }: Enumeration, link: string): Pick<Page, 'token'> {
  // Which earlier versions a removed file had is not known.
  if (stale || context.settings.versions || folders.count > MOST_IN_TOKEN) return {};
  return { token: JSON.stringify({ link, folders: folders.encode() } satisfies Position) };
}

function writePosition(enumeration: Enumeration, link: string): Cursor {
  const { folders, stale, changes, entries, given } = enumeration;
  const position: Position = {
    link,
    ...(changes || folders.count <= MOST_IN_CURSOR ? { folders: folders.encode() } : {}),
    ...(stale ? { stale } : {}),
    // Only of new folders: what is given of others is not counted up.
    ...(changes
      ? { entries: [...entries], given: [...given].filter(([id]) => !folders.has(id) || entries.has(id)) }
      : {}),
  };
  return JSON.stringify(position);
}

/** @throws ConnectorError `resync` for what this connector has not written */
function readPosition(text: Cursor): Position {
  try {
    // Only writePosition and endToken make these; the link is looked at, for the token goes where it leads.
    const position = JSON.parse(text) as Position;
    if (position.link.startsWith('/drives')) return position;
  } catch {
    // No JSON.
  }
  throw new ConnectorError(
    'resync',
    'microsoft-365: a listing cannot be gone on with; the drive is listed anew',
  );
}
