/** What S3 and the SDK say becomes our assets and our errors, checked at this boundary. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { toConnectorError } from '../../connectors/s3/failure.ts';
import s3 from '../../connectors/s3/index.ts';
import { objectUri, parseObjectUri } from '../../connectors/s3/keys.ts';
import { readSettings } from '../../connectors/s3/settings.ts';
import { readListing } from '../../connectors/s3/wire.ts';
import { compareKeys } from '../../src/bucket/keys.ts';

const MD5 = '0cc175b9c0f1b6a831c399e269772661';
const FACTS = { bucket: 'bucket', etagIsMd5: true };

function listed(object: object, facts = FACTS) {
  return readListing({ $metadata: {}, Contents: [{ Key: 'a', ...object }] }, facts).assets[0];
}

describe('listings', () => {
  test.each([
    ['a plain ETag', `"${MD5}"`, FACTS, { md5: MD5 }],
    ['a multipart ETag', `"${MD5}-2"`, FACTS, undefined],
    ['a bucket under KMS', `"${MD5}"`, { ...FACTS, etagIsMd5: false }, undefined],
    ['no ETag', undefined, FACTS, undefined],
  ])('md5 of %s', (_, ETag, facts, digests) => {
    expect(listed({ ETag }, facts)?.digests).toEqual(digests);
  });

  const past = new Date(0);
  test.each([
    ['GLACIER', undefined, 'archived'],
    ['DEEP_ARCHIVE', undefined, 'archived'],
    ['GLACIER', { IsRestoreInProgress: true }, 'archived'],
    ['GLACIER', { IsRestoreInProgress: false, RestoreExpiryDate: past }, undefined],
    ['GLACIER_IR', undefined, undefined],
    ['STANDARD', undefined, undefined],
  ])('storage class %s restored as %j', (StorageClass, RestoreStatus, reason) => {
    expect(listed({ StorageClass, RestoreStatus })?.unread?.reason).toBe(reason);
  });

  test('keys are decoded only when the server says that it encoded them', () => {
    const Contents = [{ Key: 'a%2Fb+c' }];
    expect(readListing({ $metadata: {}, Contents }, FACTS).assets[0]?.key).toBe('a%2Fb+c');
    expect(readListing({ $metadata: {}, Contents, EncodingType: 'url' }, FACTS).assets[0]?.key).toBe('a/b c');
  });
});

describe('keys', () => {
  test.each(['.', '..', 'a//b', 'a?versionId=1', 'a#b', '100%', 'new\nline', '\u{1f600}', 'dir/'])(
    'the URI of %j leads back to it',
    (key) => {
      const current = { bucket: 'bucket', key, versionId: undefined };
      expect(parseObjectUri(objectUri('bucket', key))).toEqual(current);
      expect(parseObjectUri(objectUri('bucket', key, 'v?1&'))).toEqual({ ...current, versionId: 'v?1&' });
      expect(s3.fromArgument(objectUri('bucket', key))).toEqual({ buckets: ['bucket'], prefixes: [key] });
    },
  );

  test('the order is that of UTF-8 bytes', () => {
    const keys = ['\u{1f600}', '\uffee', 'a', 'a/', 'a!', '', 'ab', '\ud7ff'];
    const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(keys.toSorted(compareKeys)).toEqual(byBytes);
  });
});

describe('settings', () => {
  test('prefixes inside others are dropped, and the environment gives credentials and endpoint', () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'ID',
      AWS_SECRET_ACCESS_KEY: 'invented',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
    };
    expect(readSettings({ prefixes: ['b/', 'a/b', 'a/', 'b/'] }, env)).toMatchObject({
      buckets: null,
      prefixes: ['a/', 'b/'],
      endpoint: 'http://127.0.0.1:1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'ID', secretAccessKey: 'invented' },
    });
  });

  test.each([
    ['half a credential', { accessKeyId: 'ID' }],
    ['an endpoint that is no URL', { endpoint: 's3.example.com' }],
    ['a path for a bucket', { buckets: ['bucket/prefix'] }],
    ['a number for a flag', { versions: 1 }],
  ])('%s is a mistake in the config', (_, options) => {
    expect(() => readSettings(options, {})).toThrowError(expect.objectContaining({ code: 'config' }));
  });
});

describe('failures', () => {
  const operation = { name: 'ListObjectsV2', uri: 's3://bucket/', permission: 's3:ListBucket' };
  const failure = (name: string, status: number, headers: Readonly<Record<string, string>> = {}) =>
    Object.assign(new Error('text of the server'), {
      name,
      $metadata: { httpStatusCode: status },
      $response: { statusCode: status, headers: { authorization: 'canary', ...headers } },
    });

  test.each([
    ['SlowDown', 503, 'throttled'],
    ['Unknown', 429, 'throttled'],
    ['InternalError', 500, 'transient'],
    ['Unknown', 200, 'transient'],
    ['RequestTimeout', 400, 'transient'],
    ['AccessDenied', 403, 'auth'],
    ['Unknown', 401, 'auth'],
    ['ExpiredToken', 400, 'auth'],
    ['NoSuchBucket', 404, 'not-found'],
    ['NoSuchKey', 404, 'gone'],
    ['PreconditionFailed', 412, 'changed'],
    ['InvalidObjectState', 403, 'unsupported'],
    ['PermanentRedirect', 301, 'config'],
    ['NotImplemented', 501, 'unsupported'],
  ])('%s with status %i is %s', (name, status, code) => {
    const error = toConnectorError(failure(name, status), operation);
    expect(error.code).toBe(code);
    expect(error.message).toContain('ListObjectsV2 s3://bucket/');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/canary|text of the server/);
  });

  test("Retry-After is seconds, or a date by the server's clock", () => {
    const date = 'Wed, 21 Oct 2026 07:28:00 GMT';
    const later = 'Wed, 21 Oct 2026 07:28:09 GMT';
    const waitFor = (headers: Readonly<Record<string, string>>) =>
      toConnectorError(failure('SlowDown', 503, headers), operation).retryAfter;
    expect(waitFor({ 'retry-after': '7' })).toBe(7);
    expect(waitFor({ 'retry-after': later, date })).toBe(9);
    expect(waitFor({ 'retry-after': 'soon' })).toBeUndefined();
    expect(waitFor({})).toBeUndefined();
  });

  test('a denial names the permission that is missing', () => {
    expect(toConnectorError(failure('AccessDenied', 403), operation).message).toContain('s3:ListBucket');
  });
});
