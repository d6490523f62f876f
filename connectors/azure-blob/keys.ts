/** The URI that stands for one blob, or one of its versions or snapshots. */
import { encodeKey } from '../../src/bucket/keys.ts';

/** Which state of a blob: the current one when empty. `deleted` is when it was, for one that has no version. */
export interface BlobState {
  readonly versionId?: string;
  readonly snapshot?: string;
  readonly deleted?: string;
}

/** `az://account/container/name`, each part between slashes percent-encoded, with `?versionId=`, `?snapshot=` or `?deleted=`. */
export function blobUri(containerUri: string, name: string, state: BlobState = {}): string {
  const query = Object.entries(state).map(([key, value]) => `?${key}=${encodeURIComponent(value)}`);
  return `${containerUri}${encodeKey(name)}${query[0] ?? ''}`;
}

export function containerUri(account: string, container: string): string {
  return `az://${account}/${container}/`;
}

export interface BlobAddress {
  readonly container: string;
  readonly name: string;
  readonly state: BlobState;
}

/** The inverse of blobUri. @throws Error for anything that blobUri cannot have made */
export function parseBlobUri(uri: string): BlobAddress {
  const match = /^az:\/\/[^/]+\/([^/]+)\/([^?]+)(?:\?(versionId|snapshot|deleted)=([^?]*))?$/.exec(uri);
  const [, container, name, field, value = ''] = match ?? [];
  if (container === undefined || name === undefined) throw new Error(`not the URI of a blob: ${uri}`);
  const state = field === undefined ? {} : { [field]: decodeURIComponent(value) };
  return { container, name: decodeURIComponent(name), state };
}
