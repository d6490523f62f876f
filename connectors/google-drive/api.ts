/** The requests that list one drive, each with its answer read. */
import { ConnectorError } from '../../src/errors.ts';
import type { Session } from './client.ts';
import { headerIn } from './failure.ts';
import type { LabelNames } from './labels.ts';
import {
  CHANGE_FIELDS,
  type ChangePage,
  type DriveFile,
  FILE_FIELDS,
  type FilePage,
  LIST_FIELDS,
  PERMISSIONS_FIELDS,
  type Permission,
  readChanges,
  readFile,
  readFiles,
  readPermissions,
} from './wire.ts';

export interface ApiOptions {
  readonly session: Session;
  /** Null for the My Drive of the session's user. */
  readonly driveId: string | null;
  /** The drive's URI, for messages. */
  readonly target: string;
  /** Null when labels are not asked for. */
  readonly labels: LabelNames | null;
  /** Most files in a page. */
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

/** Each throws ConnectorError. */
export interface Api {
  /** A page of what fits a query. */
  files(q: string, token: string | null, size?: number): Promise<FilePage>;
  /** One file or folder, `root` too; null when it cannot be seen. */
  file(id: string): Promise<DriveFile | null>;
  /** Where changes begin from now on, and the server's time (ISO 8601 UTC). */
  startToken(): Promise<{ readonly token: string; readonly at: string }>;
  changes(token: string): Promise<ChangePage & { readonly at: string }>;
}

export function createApi({ session, driveId, target, labels, pageSize, signal }: ApiOptions): Api {
  const place = driveId === null ? {} : { driveId, supportsAllDrives: true, includeItemsFromAllDrives: true };
  const labelled = labels && labels.ids.length > 0 ? { includeLabels: labels.ids.join(',') } : {};
  const asked = { ...place, ...labelled, spaces: 'drive' };

  return {
    async files(q, token, size = pageSize) {
      const page = { pageSize: size, fields: LIST_FIELDS, ...(token !== null && { pageToken: token }) };
      const corpora = driveId === null ? 'user' : 'drive';
      const { data } = await session.request({ name: 'files.list', target }, signal, (api, call) =>
        api.files.list({ q, corpora, ...asked, ...page }, call),
      );
      return readFiles(data);
    },
    async file(fileId) {
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
    },
    async startToken() {
      const operation = { name: 'changes.getStartPageToken', target };
      const { data, headers } = await session.request(operation, signal, (api, call) =>
        api.changes.getStartPageToken(driveId === null ? {} : { driveId, supportsAllDrives: true }, call),
      );
      if (data.startPageToken) return { token: data.startPageToken, at: dateOf(headers) };
      throw new ConnectorError('transient', `changes.getStartPageToken ${target}: no token; scan again`);
    },
    async changes(pageToken) {
      const page = { pageToken, pageSize, includeRemoved: true, fields: CHANGE_FIELDS };
      const { data, headers } = await session.request({ name: 'changes.list', target }, signal, (api, call) =>
        api.changes.list({ ...asked, ...page }, call),
      );
      return { ...readChanges(data), at: dateOf(headers) };
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

/** By Google's clock; 1970 when it does not say, so that what was listed then is too old. */
function dateOf(headers: unknown): string {
  const date = new Date(headerIn(headers, 'date') ?? '');
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
