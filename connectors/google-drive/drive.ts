/** One drive as it is listed: which files belong to it, where they lie, who may read them. */
import { createHash } from 'node:crypto';
import type { Asset, Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Access } from '../../src/model.ts';
import { type Ours, toAccess } from './access.ts';
import type { Session } from './client.ts';
import { headerIn } from './failure.ts';
import { allFiles, createFolders, type Folders, type Place } from './folders.ts';
import type { LabelNames } from './labels.ts';
import type { Settings } from './settings.ts';
import {
  CHANGE_FIELDS,
  type ChangePage,
  type DriveFile,
  FILE_FIELDS,
  type FilePage,
  LIST_FIELDS,
  MY_DRIVE,
  PERMISSIONS_FIELDS,
  type Permission,
  readChanges,
  readFile,
  readFiles,
  readPermissions,
  toAsset,
} from './wire.ts';

const FOLDER = "'application/vnd.google-apps.folder'";

export interface DriveOptions {
  readonly container: Container;
  readonly session: Session;
  readonly settings: Settings;
  readonly ours: Ours;
  /** Null when labels are not asked for. */
  readonly labels: LabelNames | null;
  /** Most files in a page. */
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

export interface Drive {
  /** Digest of who may read what says nothing itself: what says something itself has them among its readers, unnamed in changes. */
  readonly members: string;
  /** A page of files without folders; with `within` of all that lies directly in these folders, folders and trash included. */
  files(token: string | null, within?: readonly string[]): Promise<FilePage>;
  /** Learns all folders, so that none is asked for alone. */
  loadFolders(): Promise<void>;
  readonly folders: Folders;
  /** Where changes begin from now on, and the server's time (ISO 8601 UTC). */
  startToken(): Promise<{ readonly token: string; readonly at: string }>;
  changes(token: string): Promise<ChangePage & { readonly at: string }>;
  /** The file as an asset; null when it does not belong to this container, or lies in a trash that is not listed. */
  asset(file: DriveFile): Promise<Asset | null>;
}

export async function openDrive(options: DriveOptions): Promise<Drive> {
  const { container, session, settings, ours, labels, pageSize, signal } = options;
  const driveId = container.id.startsWith(MY_DRIVE) ? null : container.id;
  const target = container.uri;
  const asked = driveId === null ? {} : { driveId, supportsAllDrives: true, includeItemsFromAllDrives: true };
  const labelled = labels && labels.ids.length > 0 ? { includeLabels: labels.ids.join(',') } : {};
  const guards = new Map<string, Promise<Access>>();

  async function list(q: string, pageToken: string | null, size: number): Promise<FilePage> {
    const corpora = driveId === null ? 'user' : 'drive';
    const page = pageToken === null ? {} : { pageToken };
    const fields = { fields: LIST_FIELDS, pageSize: size, ...labelled };
    const { data } = await session.request({ name: 'files.list', target }, signal, (api, call) =>
      api.files.list({ q, corpora, spaces: 'drive', ...asked, ...fields, ...page }, call),
    );
    return readFiles(data);
  }

  async function get(fileId: string): Promise<DriveFile | null> {
    const operation = { name: 'files.get', target: `a folder of ${target}` };
    try {
      const { data } = await session.request(operation, signal, (api, call) =>
        api.files.get({ fileId, fields: FILE_FIELDS, supportsAllDrives: true }, call),
      );
      return readFile(data);
    } catch (error) {
      if (error instanceof ConnectorError && error.code === 'not-found') return null;
      throw error;
    }
  }

  async function rootId(): Promise<string> {
    if (driveId !== null) return driveId;
    const root = await get('root');
    if (root === null) throw new ConnectorError('not-found', `files.get ${target}: there is no My Drive`);
    return root.id;
  }

  const folders = createFolders({ root: await rootId(), get });

  /** Members of a shared drive read all that says nothing else. */
  async function accessOf(file: DriveFile, { guard }: Place): Promise<Access | null> {
    if (driveId === null) return toAccess(file.permissions, ours);
    const decisive = file.ownAccess ? file.id : guard;
    if (decisive === null) return null;
    const asking = async () => toAccess(await listPermissions(session, decisive, { target, signal }), ours);
    if (decisive === file.id) return asking();
    const known = guards.get(decisive) ?? asking();
    guards.set(decisive, known);
    return known;
  }

  /** What another subject owns is listed in that one's My Drive. */
  function belongs(file: DriveFile, { inside }: Place): boolean {
    if (driveId !== null) return file.driveId === driveId;
    if (file.driveId !== null) return false;
    if (file.ownedByMe) return true;
    if (file.owner !== null && settings.subjects.includes(file.owner)) return false;
    return inside || settings.sharedWithMe;
  }

  return {
    members: membersOf(container),
    files(token, within) {
      const trash = settings.trash ? '' : ' and trashed = false';
      if (within === undefined) return list(`mimeType != ${FOLDER}${trash}`, token, pageSize);
      return list(within.map((id) => `'${id}' in parents`).join(' or '), token, pageSize);
    },
    async loadFolders() {
      folders.add(await allFiles((token) => list(`mimeType = ${FOLDER}`, token, 1000)));
    },
    folders,
    async startToken() {
      const { data, headers } = await session.request(
        { name: 'changes.getStartPageToken', target },
        signal,
        (api, call) =>
          api.changes.getStartPageToken(driveId === null ? {} : { driveId, supportsAllDrives: true }, call),
      );
      if (data.startPageToken) return { token: data.startPageToken, at: dateOf(headers) };
      throw new ConnectorError('transient', `changes.getStartPageToken ${target}: no token; scan again`);
    },
    async changes(pageToken) {
      const all = { includeRemoved: true, spaces: 'drive', pageSize, fields: CHANGE_FIELDS, ...labelled };
      const { data, headers } = await session.request({ name: 'changes.list', target }, signal, (api, call) =>
        api.changes.list({ pageToken, ...asked, ...all }, call),
      );
      return { ...readChanges(data), at: dateOf(headers) };
    },
    async asset(file) {
      const place = await folders.place(file.parent);
      if ((file.trashed && !settings.trash) || !belongs(file, place)) return null;
      const access = await accessOf(file, place);
      const named = labels?.read(file.labels) ?? {};
      return toAsset(file, { container: container.id, prefix: place.prefix, access, labels: named });
    },
  };
}

/** Everybody who may read an item or a shared drive. @throws ConnectorError */
export async function listPermissions(
  session: Session,
  fileId: string,
  { target, signal }: { readonly target: string; readonly signal: AbortSignal },
): Promise<readonly Permission[] | null> {
  const all: Permission[] = [];
  try {
    for (let pageToken: string | undefined; ; ) {
      const page = pageToken === undefined ? {} : { pageToken };
      const fields = { fields: PERMISSIONS_FIELDS, supportsAllDrives: true, pageSize: 100 };
      const { data } = await session.request({ name: 'permissions.list', target }, signal, (api, call) =>
        api.permissions.list({ fileId, ...fields, ...page }, call),
      );
      const { permissions, next } = readPermissions(data);
      all.push(...permissions);
      if (next === null) return all;
      pageToken = next;
    }
  } catch (error) {
    // Only who may share it sees with whom it is shared.
    if (error instanceof ConnectorError && error.code === 'auth') return null;
    throw error;
  }
}

/** Whatever order Google names them in. */
function membersOf({ access }: Container): string {
  const grants = access?.grants.map((grant) => JSON.stringify(grant)).sort() ?? [];
  return createHash('sha256').update(grants.join('\n')).digest('base64url');
}

/** By Google's clock; 1970 when it does not say, so that what was listed then is too old. */
function dateOf(headers: unknown): string {
  const date = new Date(headerIn(headers, 'date') ?? '');
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
