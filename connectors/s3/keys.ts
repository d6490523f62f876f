/** Object keys: their order, and the URI that stands for one object or one of its versions. */

/**
 * `s3://bucket/key`, each part of the key between slashes percent-encoded as by encodeURIComponent, and
 * `?versionId=` for a version that is not the current one. Slashes, `.` and `..` stay as they are: the URI is compared
 * and decoded as text, never normalised.
 */
export function objectUri(bucket: string, key: string, versionId?: string): string {
  const encoded = key.split('/').map(encodeURIComponent).join('/');
  const version = versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`;
  return `s3://${bucket}/${encoded}${version}`;
}

export function bucketUri(bucket: string): string {
  return `s3://${bucket}/`;
}

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
  /** Undefined means the current version. */
  readonly versionId: string | undefined;
}

/** The inverse of objectUri. @throws Error for anything that objectUri cannot have made */
export function parseObjectUri(uri: string): ObjectAddress {
  const match = /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=([^?]*))?$/.exec(uri);
  const [, bucket, key, versionId] = match ?? [];
  if (bucket === undefined || key === undefined) throw new Error(`not the URI of an S3 object: ${uri}`);
  return {
    bucket,
    key: decodeURIComponent(key),
    versionId: versionId === undefined ? undefined : decodeURIComponent(versionId),
  };
}

/** Orders as S3 lists: by UTF-8 bytes. JavaScript's own order differs where surrogates meet U+E000 to U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates, which stand for code points above U+FFFF, come after everything else. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The key up to and with its last slash; '' at the top. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** The longest folder that both keys lie in: `a/b/` for `a/b/1` and `a/b/c/2`. */
export function commonFolder(a: string, b: string): string {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  return folderOf(a.slice(0, index));
}

/** How many different entries a listing with delimiter `/` under `folder` would show for these keys, which are ascending. */
export function countEntries(keys: readonly string[], folder: string): number {
  let entries = 0;
  let last = '';
  for (const key of keys) {
    const slash = key.indexOf('/', folder.length);
    const entry = slash < 0 ? key : key.slice(0, slash + 1);
    if (entry !== last) entries += 1;
    last = entry;
  }
  return entries;
}
