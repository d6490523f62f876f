/** What a bucket's settings amount to: "no" only when every way is known to be shut. */
import { describe, expect, test } from 'vitest';
import { type BucketSettings, toContainer } from '../../connectors/s3/posture.ts';

const OWNER = { Grantee: { Type: 'CanonicalUser', ID: 'owner' }, Permission: 'FULL_CONTROL' } as const;
const EVERYONE = {
  Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
  Permission: 'READ',
} as const;
const ANY_ACCOUNT = {
  Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers' },
  Permission: 'READ',
} as const;
const OTHER = { Grantee: { Type: 'CanonicalUser', ID: 'other' }, Permission: 'READ' } as const;

/** A bucket as AWS makes it today. */
const SHUT: BucketSettings = {
  region: 'eu-central-1',
  encryption: 'AES256',
  block: { IgnorePublicAcls: true, RestrictPublicBuckets: true },
  policyIsPublic: null,
  policy: null,
  acl: { owner: 'owner', grants: [OWNER] },
  ownership: 'BucketOwnerEnforced',
  versioning: false,
  logging: false,
  labels: {},
};
/** The same with nothing that shuts ACLs or policies. */
const OPEN: BucketSettings = { ...SHUT, block: null, ownership: null };

function judge(settings: Partial<BucketSettings>, base = OPEN): readonly unknown[] {
  const container = toContainer('bucket', 'aws', { ...base, ...settings });
  return [container.publicAccess, container.access?.exposure];
}

function policyFor(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statement });
}

describe('public access and exposure', () => {
  test.each<[string, Partial<BucketSettings>, BucketSettings, string, string]>([
    ['a bucket as AWS makes it', {}, SHUT, 'no', 'internal'],
    ['ACLs that are on, since objects may have their own', {}, OPEN, 'no', 'unknown'],
    ['everyone in the ACL', { acl: { owner: 'owner', grants: [OWNER, EVERYONE] } }, OPEN, 'yes', 'public'],
    ['any AWS account in the ACL', { acl: { owner: 'owner', grants: [ANY_ACCOUNT] } }, OPEN, 'yes', 'public'],
    [
      'everyone in an ACL that is ignored',
      { acl: { owner: 'owner', grants: [EVERYONE] } },
      SHUT,
      'no',
      'internal',
    ],
    [
      'another account in the ACL',
      { acl: { owner: 'owner', grants: [OWNER, OTHER] } },
      OPEN,
      'no',
      'external',
    ],
    ['an ACL that cannot be read', { acl: undefined }, OPEN, 'unknown', 'unknown'],
    ['an ACL that cannot be read and does not count', { acl: undefined }, SHUT, 'no', 'internal'],
    ['a public policy', { policyIsPublic: true }, OPEN, 'yes', 'public'],
    [
      'a public policy and nothing else known',
      { policyIsPublic: true, acl: undefined, block: undefined },
      OPEN,
      'yes',
      'public',
    ],
    ['a policy status that cannot be read', { policyIsPublic: undefined }, OPEN, 'unknown', 'unknown'],
    ['a policy text that cannot be read', { policy: undefined }, SHUT, 'no', 'unknown'],
    ['a policy that is not JSON', { policy: '<ListBucketResult/>' }, SHUT, 'no', 'unknown'],
  ])('%s', (_, settings, base, publicAccess, exposure) => {
    expect(judge(settings, base)).toEqual([publicAccess, exposure]);
  });

  test('nothing known is nothing claimed', () => {
    const none: BucketSettings = {
      region: undefined,
      encryption: undefined,
      block: undefined,
      policyIsPublic: undefined,
      policy: undefined,
      acl: undefined,
      ownership: undefined,
      versioning: undefined,
      logging: undefined,
      labels: undefined,
    };
    expect(toContainer('bucket', 's3-compatible', none)).toMatchObject({
      account: null,
      region: null,
      encryption: null,
      publicAccess: 'unknown',
      versioning: 'unknown',
      logging: 'unknown',
      access: { exposure: 'unknown', grants: [] },
    });
  });

  test('a setting that is known to be absent is said to be', () => {
    const container = toContainer('bucket', 'aws', { ...SHUT, encryption: null });
    expect(container).toMatchObject({ encryption: 'none', versioning: 'no', logging: 'no' });
  });
});

describe('grants by policy', () => {
  const role = 'arn:aws:iam::123456789012:role/reader';

  test.each([
    [
      'a named reader',
      { Effect: 'Allow', Principal: { AWS: role }, Action: 's3:GetObject' },
      [role],
      'unknown',
    ],
    [
      'a wildcard action',
      { Effect: 'Allow', Principal: { AWS: [role] }, Action: ['s3:Get*'] },
      [role],
      'unknown',
    ],
    ['a writer only', { Effect: 'Allow', Principal: { AWS: role }, Action: 's3:PutObject' }, [], 'internal'],
    ['a denial only', { Effect: 'Deny', Principal: '*', Action: 's3:*' }, [], 'internal'],
    ['all but some', { Effect: 'Allow', NotPrincipal: { AWS: role }, Action: 's3:*' }, [], 'unknown'],
    [
      'everyone under a condition',
      { Effect: 'Allow', Principal: '*', Action: 's3:*', Condition: {} },
      [],
      'unknown',
    ],
  ])('%s', (_, statement, principals, exposure) => {
    const container = toContainer('bucket', 'aws', {
      ...SHUT,
      policyIsPublic: false,
      policy: policyFor([statement]),
    });
    const named = container.access?.grants.filter((grant) => grant.via === 'policy');
    expect(named?.map((grant) => grant.principal)).toEqual(principals);
    expect(container.access?.exposure).toBe(exposure);
  });
});
