/** The contents API's JSON, checked, as our types (Jupyter Server REST API, `GET /api/contents`). */
import { z } from 'zod';
import type { Asset, Container } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';
import { bytesOfText, displayOf, keyOf, uriOf } from '../../src/walk/names.ts';

const ENTRY = z.object({
  name: z.string(),
  type: z.enum(['directory', 'file', 'notebook']),
  /** Bytes; null for folders, and for everything on some servers. */
  size: z.number().nullish(),
  /** ISO 8601 UTC with microseconds. */
  last_modified: z.string(),
  mimetype: z.string().nullish(),
});
const FOLDER = z.object({ type: z.literal('directory'), content: z.array(ENTRY) });
const ROOT = z.object({ type: z.literal('directory') });
const VERSION = z.object({ version: z.string() });
/** `GET /api/me`, from Jupyter Server 2. */
const ME = z.object({ identity: z.object({ username: z.string(), name: z.string().nullish() }) });

export interface Entry {
  /** The name's exact bytes (latin1, see src/walk/names.ts). */
  readonly bytes: string;
  readonly isFolder: boolean;
  readonly size: number | null;
  readonly lastModified: string;
  readonly mediaType: string | null;
}

/** What is in a folder, in the server's order. @throws ConnectorError `transient` when the answer is none */
export function toEntries(json: unknown, uri: string): Entry[] {
  return checked(FOLDER, json, uri).content.map((entry) => ({
    bytes: bytesOfName(entry.name),
    isFolder: entry.type === 'directory',
    size: entry.size ?? null,
    lastModified: entry.last_modified,
    mediaType: entry.type === 'notebook' ? 'application/x-ipynb+json' : (entry.mimetype ?? null),
  }));
}

/** True when the answer describes a folder, as the root must. */
export function isFolder(json: unknown): boolean {
  return ROOT.safeParse(json).success;
}

/** The server's version, or null when the answer is not a Jupyter server's. */
export function toVersion(json: unknown): string | null {
  return VERSION.safeParse(json).data?.version ?? null;
}

/** Who the token belongs to, or null on servers that have no identities. */
export function toPrincipal(json: unknown): string | null {
  return ME.safeParse(json).data?.identity.username ?? null;
}

/** A file in a folder whose path (exact bytes) is empty or ends in `/`. */
export function toAsset(entry: Entry, place: { readonly url: string; readonly folder: string }): Asset {
  const bytes = place.folder + entry.bytes;
  const modified = new Date(entry.lastModified);
  const key = keyOf(bytes);
  const exact = bytesOfText(key) === bytes;
  return {
    container: place.url,
    key,
    uri: `${place.url}/files/${uriOf(bytes)}`,
    path: displayOf(bytes),
    name: displayOf(entry.bytes),
    size: entry.size,
    version: `${entry.lastModified}-${entry.size}`,
    modifiedAt: Number.isNaN(modified.getTime()) ? null : modified.toISOString(),
    owner: null,
    mediaType: entry.mediaType,
    access: null,
    environment: 'experiment',
    ...(exact
      ? undefined
      : { rawKey: Uint8Array.from(Buffer.from(bytes, 'latin1')), unread: UNREADABLE_NAME }),
  };
}

/** Jupyter lists such names and answers 400 to every request for them. */
export const UNREADABLE_NAME = {
  reason: 'unsupported-format',
  message: 'the server cannot give what has a name that is not UTF-8; scan the folder itself',
} as const;

/** A folder of this machine. */
export function folderContainer(path: string, uri: string): Container {
  return { ...UNKNOWN, id: path, name: path, uri, publicAccess: 'unknown', access: null };
}

/** A server's whole tree. `open` is whether it answers without a token. */
export function serverContainer(url: string, open: boolean): Container {
  const principal = open ? 'anyone who reaches the server' : 'holders of the token';
  return {
    ...UNKNOWN,
    id: url,
    name: url,
    uri: `${url}/`,
    publicAccess: open ? 'yes' : 'no',
    // A token can be given to anyone, and the server does not say to whom it was.
    access: {
      exposure: open ? 'public' : 'unknown',
      grants: [{ principal, kind: open ? 'everyone' : 'service', role: 'write', via: 'token' }],
    },
  };
}

const UNKNOWN = {
  provider: 'jupyter',
  account: null,
  region: null,
  encryption: null,
  versioning: 'unknown',
  logging: 'unknown',
  labels: {},
} as const;

/** Python shows undecodable bytes of a name as lone surrogates U+DC80 to U+DCFF (PEP 383). */
function bytesOfName(name: string): string {
  if (name.isWellFormed()) return bytesOfText(name);
  return Array.from(name, (char) => {
    const code = char.charCodeAt(0);
    return char.length === 1 && code >= 0xdc80 && code <= 0xdcff
      ? String.fromCharCode(code - 0xdc00)
      : bytesOfText(char);
  }).join('');
}

function checked<T>(schema: z.ZodType<T>, json: unknown, uri: string): T {
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  const where = error.issues[0]?.path.join('.') ?? '';
  throw new ConnectorError(
    'transient',
    `${uri} answered without ${where || 'a folder'}; is it a Jupyter server?`,
  );
}
