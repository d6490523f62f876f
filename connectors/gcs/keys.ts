/** The URI that stands for one object or one of its generations. */
import { encodeKey } from '../../src/bucket/keys.ts';

/** `gs://bucket/name`, each part between slashes percent-encoded, with `?generation=` for one that is not the live one. */
export function objectUri(bucket: string, name: string, generation?: string): string {
  return `gs://${bucket}/${encodeKey(name)}${generation === undefined ? '' : `?generation=${generation}`}`;
}

export function bucketUri(bucket: string): string {
  return `gs://${bucket}/`;
}

export interface ObjectAddress {
  readonly bucket: string;
  readonly name: string;
  /** Undefined means the live one. */
  readonly generation: string | undefined;
}

/** The inverse of objectUri. @throws Error for anything that objectUri cannot have made */
export function parseObjectUri(uri: string): ObjectAddress {
  const match = /^gs:\/\/([^/]+)\/([^?]+)(?:\?generation=(\d+))?$/.exec(uri);
  const [, bucket, name, generation] = match ?? [];
  if (bucket === undefined || name === undefined) throw new Error(`not the URI of a GCS object: ${uri}`);
  return { bucket, name: decodeURIComponent(name), generation };
}
