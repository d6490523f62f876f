/** Drive's API v3 as the fake answers it: drives, files, permissions, changes, exports, bytes. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Estate, type FakeDrive, type FakeFile, FOLDER } from './estate-fake.ts';
import { compileQuery } from './query-fake.ts';

/** Bytes that an export may have. @see https://developers.google.com/workspace/drive/api/reference/rest/v3/files/export */
const EXPORT_BYTES = 10 * 1024 ** 2;

/** An answer that is an error in Google's form. */
export class Refused extends Error {
  readonly status: number;
  readonly reason: string;
  /** The parameter that is wrong. */
  readonly location: string | undefined;

  constructor(status: number, reason: string, location?: string) {
    super(reason);
    this.status = status;
    this.reason = reason;
    this.location = location;
  }
}

export interface Call {
  /** Address of who is signed in. */
  readonly user: string;
  /** Of the path, behind `/drive/v3/`. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** `tokens.oldest`: page tokens of changes before it no longer serve. @throws Refused, by its function */
export function createApi(estate: Estate, tokens: { readonly oldest: number }) {
  /** The answer's JSON; undefined when it has been sent. */
  function route(call: Call): object | undefined {
    const [resource, id, verb] = call.parts;
    if (resource === 'about') return { user: { emailAddress: call.user, displayName: 'Invented' } };
    if (resource === 'drives') return id === undefined ? listDrives(call) : driveJson(driveOf(call, id));
    if (resource === 'changes') return id === undefined ? listChanges(call) : { startPageToken: tokenNow() };
    if (resource !== 'files') throw new Refused(404, 'notFound');
    if (id === undefined) return listFiles(call);
    if (verb === 'permissions') return listPermissions(call, id);
    const file = fileOf(call, id);
    if (verb === 'export') return exportFile(call, file);
    if (call.query.get('alt') === 'media') return sendMedia(call, file);
    return fileJson(call, file);
  }

  const tokenNow = () => String(estate.log.length);

  function listDrives({ user, query }: Call): object {
    const seen = [...estate.drives.values()].filter((drive) => isMember(user, drive));
    const { items, nextPageToken } = pageOf(seen, query, 10);
    return { kind: 'drive#driveList', drives: items.map(driveJson), nextPageToken };
  }

  function driveOf({ user }: Call, id: string): FakeDrive {
    const drive = estate.drives.get(id);
    if (drive === undefined || !isMember(user, drive)) throw new Refused(404, 'notFound');
    return drive;
  }

  function listFiles(call: Call): object {
    const { user, query } = call;
    const test = compileQuery(query.get('q') ?? 'trashed=false or trashed=true', {
      root: estate.users.get(user) ?? '',
      me: user,
    });
    if (test === undefined) throw new Refused(400, 'invalid', 'q');
    const driveId = query.get('driveId');
    if (driveId !== null) {
      driveOf(call, driveId);
      const asked = ['corpora=drive', 'includeItemsFromAllDrives=true', 'supportsAllDrives=true'];
      if (!asked.every((one) => query.toString().includes(one))) throw new Refused(400, 'invalid', 'driveId');
    }
    const found = [...estate.files.values()].filter((file) => {
      if (!estate.mayRead(user, file)) return false;
      if (
        driveId !== null
          ? file.driveId !== driveId
          : file.driveId && query.get('includeItemsFromAllDrives') !== 'true'
      )
        return false;
      return test({
        ...{ name: file.name, mimeType: file.mimeType, trashed: estate.isTrashed(file) },
        ...{ parents: parentsOf(file), owners: file.owner === undefined ? [] : [file.owner] },
      });
    });
    const { items, nextPageToken } = pageOf(found, query, 1000);
    const files = items.map((file) => fileJson(call, file));
    return { kind: 'drive#fileList', incompleteSearch: false, files, nextPageToken };
  }

  function listPermissions(call: Call, id: string): object {
    const drive = estate.drives.get(id);
    const all = drive ? driveOf(call, id).permissions : estate.permissionsOf(fileOf(call, id));
    const { items, nextPageToken } = pageOf([...all], call.query, 100);
    return { kind: 'drive#permissionList', permissions: items, nextPageToken };
  }

  function listChanges(call: Call): object {
    const { user, query } = call;
    const from = Number(query.get('pageToken'));
    if (!/^\d+$/.test(query.get('pageToken') ?? '') || from < tokens.oldest) {
      throw new Refused(400, 'invalid', 'pageToken');
    }
    const driveId = query.get('driveId');
    if (driveId !== null) driveOf(call, driveId);
    const size = Number(query.get('pageSize') ?? 100);
    const last = new Map(estate.log.map(({ fileId }, index) => [fileId, index]));
    const fresh = [...estate.log.entries()].filter(
      ([index, { fileId, audience }]) =>
        index >= from && last.get(fileId) === index && audience.has(driveId ?? user),
    );
    const changes = fresh.slice(0, size).map(([, { fileId }]) => {
      const file = estate.files.get(fileId);
      const gone =
        file === undefined || !estate.mayRead(user, file) || (driveId !== null && file.driveId !== driveId);
      const kind = {
        kind: 'drive#change',
        type: 'file',
        changeType: 'file',
        time: '2026-01-05T09:30:00.000Z',
      };
      return { ...kind, fileId, removed: gone, ...(gone ? {} : { file: fileJson(call, file) }) };
    });
    const next = fresh[size];
    return {
      kind: 'drive#changeList',
      changes,
      ...(next === undefined ? { newStartPageToken: tokenNow() } : { nextPageToken: String(next[0]) }),
    };
  }

  function fileOf(call: Call, id: string): FakeFile {
    const { user } = call;
    const root = estate.users.get(user);
    if (root !== undefined && (id === 'root' || id === root)) return rootOf(root, call.user);
    const file = estate.files.get(id);
    if (file === undefined || !estate.mayRead(user, file)) throw new Refused(404, 'notFound');
    return file;
  }

  function fileJson({ user, query }: Call, file: FakeFile): object {
    const { id, name, mimeType, driveId, owner, createdTime, modifiedTime, version } = file;
    const shared = driveId !== undefined;
    const labels = query.get('includeLabels')?.split(',') ?? [];
    const { labelInfo, ...more } = file.more as { labelInfo?: { labels: { id: string }[] } };
    return {
      ...{
        kind: 'drive#file',
        id,
        name,
        mimeType,
        driveId,
        createdTime,
        modifiedTime,
        version: String(version),
      },
      parents: parentsOf(file),
      trashed: estate.isTrashed(file),
      explicitlyTrashed: file.trashed,
      owners: shared ? undefined : [{ emailAddress: owner, me: owner === user }],
      ownedByMe: shared ? undefined : owner === user,
      // Of a shared drive's items, permissions are not in lists.
      permissions: shared ? undefined : estate.permissionsOf(file),
      hasAugmentedPermissions: shared ? file.permissions.length > 0 : undefined,
      inheritedPermissionsDisabled: file.inheritedPermissionsDisabled,
      capabilities: { canDownload: true },
      ...contentOf(file),
      ...(labels.length > 0 && {
        labelInfo: { labels: labelInfo?.labels.filter((label) => labels.includes(label.id)) ?? [] },
      }),
      ...more,
    };
  }

  return { route, rootOf };
}

function rootOf(id: string, owner: string): FakeFile {
  const time = '2020-01-01T00:00:00.000Z';
  return {
    ...{
      id,
      name: 'My Drive',
      mimeType: FOLDER,
      parent: undefined,
      driveId: undefined,
      owner,
      body: undefined,
    },
    ...{
      exports: {},
      trashed: false,
      permissions: [],
      inheritedPermissionsDisabled: false,
      version: 1,
      revision: 1,
    },
    ...{ createdTime: time, modifiedTime: time, more: {} },
  };
}

function isMember(user: string, { permissions }: FakeDrive): boolean {
  return permissions.some(({ emailAddress }) => emailAddress === user);
}

function driveJson({ id, name, restrictions }: FakeDrive): object {
  return { kind: 'drive#drive', id, name, restrictions };
}

/** At the top of a shared drive the drive itself is the parent. */
function parentsOf({ parent, driveId }: FakeFile): readonly string[] {
  const id = parent ?? driveId;
  return id === undefined ? [] : [id];
}

/** Only what has bytes has checksums and a head revision; a document's size is what it takes up, not what it exports to. */
function contentOf({ id, body, exports, revision }: FakeFile): object {
  if (body === undefined) return Object.keys(exports).length > 0 ? { size: '1024' } : {};
  const sum = (algorithm: string) => createHash(algorithm).update(body).digest('hex');
  const sums = { md5Checksum: sum('md5'), sha1Checksum: sum('sha1'), sha256Checksum: sum('sha256') };
  return { ...sums, size: String(body.length), headRevisionId: `${id}-${revision}` };
}

/** One page of a list; its token says behind which place it goes on. */
function pageOf<T>(all: readonly T[], query: URLSearchParams, largest: number) {
  const size = Math.min(Number(query.get('pageSize') ?? 100), largest);
  const token = query.get('pageToken');
  const from = token === null ? 0 : Number(/^~(\d+)$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new Refused(400, 'invalid', 'pageToken');
  const end = from + size;
  return { items: all.slice(from, end), nextPageToken: end < all.length ? `~${end}` : undefined };
}

function exportFile({ query, response }: Call, { exports }: FakeFile): undefined {
  if (Object.keys(exports).length === 0) throw new Refused(403, 'fileNotExportable');
  const bytes = exports[query.get('mimeType') ?? ''];
  if (bytes === undefined) throw new Refused(400, 'badRequest', 'convertTo');
  if (bytes.length > EXPORT_BYTES) throw new Refused(403, 'exportSizeLimitExceeded');
  response.writeHead(200, { 'content-type': query.get('mimeType') ?? '' }).end(bytes);
}

function sendMedia({ request, response }: Call, { body }: FakeFile): undefined {
  if (body === undefined) throw new Refused(403, 'fileNotDownloadable');
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (range === null) return void response.writeHead(200, { 'content-length': body.length }).end(body);
  const start = Number(range[1]);
  const part = body.subarray(start, range[2] ? Number(range[2]) + 1 : undefined);
  if (part.length === 0) throw new Refused(416, 'requestedRangeNotSatisfiable');
  const told = `bytes ${start}-${start + part.length - 1}/${body.length}`;
  response.writeHead(206, { 'content-range': told, 'content-length': part.length }).end(part);
}
