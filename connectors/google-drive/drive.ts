/** One drive as it is listed: which files belong to it, where they lie, who may read them. */
import { createHash } from 'node:crypto';
import type { Asset, Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Access } from '../../src/model.ts';
import { type Ours, toAccess } from './access.ts';
import { type Api, createApi, listPermissions } from './api.ts';
import type { Session } from './client.ts';
import { allFiles, createFolders, type Folders, type Place } from './folders.ts';
import type { LabelNames } from './labels.ts';
import type { Settings } from './settings.ts';
import { type DriveFile, type FilePage, MY_DRIVE, toAsset } from './wire.ts';

const FOLDER = "'application/vnd.google-apps.folder'";
/** Folders are few and small: as many at once as Google gives. */
const FOLDER_PAGE = 1000;

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

export interface Drive extends Pick<Api, 'startToken' | 'changes'> {
  /** Digest of who may read what says nothing itself: what says something itself has them among its readers, unnamed in changes. */
  readonly members: string;
  readonly folders: Folders;
  /** A page of files without folders; with `within` of all that lies directly in these folders, folders and trash included. */
  files(token: string | null, within?: readonly string[]): Promise<FilePage>;
  /** Learns all folders, so that none is asked for alone. */
  loadFolders(): Promise<void>;
  /** The file as an asset; null when it does not belong to this container, or lies in a trash that is not listed. */
  asset(file: DriveFile): Promise<Asset | null>;
}

/** @throws ConnectorError */
export async function openDrive(options: DriveOptions): Promise<Drive> {
  const { container, settings, labels } = options;
  const driveId = container.id.startsWith(MY_DRIVE) ? null : container.id;
  const api = createApi({ ...options, driveId, target: container.uri });
  const root = driveId ?? (await api.file('root'))?.id;
  if (root === undefined) throw new ConnectorError('not-found', `${container.uri}: there is no My Drive`);
  const folders = createFolders({ root, get: api.file });
  const accessOf = createReaders(options, driveId);

  return {
    startToken: api.startToken,
    changes: api.changes,
    members: membersOf(container),
    folders,
    files(token, within) {
      const trash = settings.trash ? '' : ' and trashed = false';
      if (within === undefined) return api.files(`mimeType != ${FOLDER}${trash}`, token);
      return api.files(within.map((id) => `'${id}' in parents`).join(' or '), token);
    },
    async loadFolders() {
      folders.add(await allFiles((token) => api.files(`mimeType = ${FOLDER}`, token, FOLDER_PAGE)));
    },
    async asset(file) {
      const place = await folders.place(file.parent);
      if (file.trashed && !settings.trash) return null;
      if (driveId === null ? !belongs(file, place, settings) : file.driveId !== driveId) return null;
      const access = await accessOf(file, place);
      const named = labels?.read(file.labels) ?? {};
      return toAsset(file, { container: container.id, prefix: place.prefix, access, labels: named });
    },
  };
}

/** Whether a My Drive is the place for a file. What another subject owns is listed in that one's. */
function belongs(file: DriveFile, { inside }: Place, settings: Settings): boolean {
  if (file.driveId !== null) return false;
  if (file.ownedByMe) return true;
  if (file.owner !== null && settings.subjects.includes(file.owner)) return false;
  return inside || settings.sharedWithMe;
}

/** Says who may read a file. Members of a shared drive read all that says nothing itself. */
function createReaders(
  { container, session, ours, signal }: DriveOptions,
  driveId: string | null,
): (file: DriveFile, place: Place) => Promise<Access | null> {
  const target = container.uri;
  const guards = new Map<string, Promise<Access>>();
  const ask = async (id: string) => toAccess(await listPermissions(session, id, { target, signal }), ours);
  return async (file, { guard }) => {
    if (driveId === null) return toAccess(file.permissions, ours);
    if (file.ownAccess) return ask(file.id);
    if (guard === null) return null;
    const known = guards.get(guard) ?? ask(guard);
    guards.set(guard, known);
    return known;
  };
}

/** Whatever order Google names them in. */
function membersOf({ access }: Container): string {
  const grants = access?.grants.map((grant) => JSON.stringify(grant)).sort() ?? [];
  return createHash('sha256').update(grants.join('\n')).digest('base64url');
}
