/** The URI that stands for one object or one of its versions. */
import { encodeKey } from '../../src/bucket/keys.ts';

/**
 * `s3://bucket/key`, each part of the key between slashes percent-encoded as by encodeURIComponent, and
 * `?versionId=` for a version that is not the current one. Slashes, `.` and `..` stay as they are: the URI is compared
 * and decoded as text, never normalised.
 */
export function objectUri(bucket: string, key: string, versionId?: string): string {
  const version = versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`;
  return `s3://${bucket}/${encodeKey(key)}${version}`;
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
