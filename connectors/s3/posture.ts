/** What a bucket's settings amount to: who may read it, whether the public may, how it is kept. Pure. */
import type { Grant as AclGrant } from '@aws-sdk/client-s3';
import type { Container } from '../../src/connector.ts';
import type { Access, Exposure, Fact, Grant } from '../../src/model.ts';
import { bucketUri } from './keys.ts';
import { type PolicyReaders, readPolicy } from './policy.ts';

/** null: the server says that there is none. undefined: not known, for want of permission or support. */
export type Answer<T> = T | null | undefined;

export interface PublicAccessBlock {
  readonly IgnorePublicAcls: boolean;
  readonly RestrictPublicBuckets: boolean;
}

/** One bucket's settings as its server gave them. */
export interface BucketSettings {
  readonly region: Answer<string>;
  readonly encryption: Answer<string>;
  readonly block: Answer<PublicAccessBlock>;
  readonly policyIsPublic: Answer<boolean>;
  /** The policy's JSON text. */
  readonly policy: Answer<string>;
  readonly acl: Answer<{ readonly owner: string | undefined; readonly grants: readonly AclGrant[] }>;
  /** `BucketOwnerEnforced` switches all ACLs off; null means that they are on. */
  readonly ownership: Answer<string>;
  readonly versioning: Answer<boolean>;
  readonly logging: Answer<boolean>;
  readonly labels: Answer<Readonly<Record<string, string>>>;
}

export function toContainer(
  bucket: string,
  provider: 'aws' | 's3-compatible',
  known: BucketSettings,
): Container {
  const publicAccess = publicAccessOf(known);
  return {
    id: bucket,
    name: bucket,
    uri: bucketUri(bucket),
    provider,
    account: known.acl?.owner ?? null,
    region: known.region ?? null,
    encryption: known.encryption === null ? 'none' : (known.encryption ?? null),
    publicAccess,
    versioning: factOf(known.versioning),
    logging: factOf(known.logging),
    labels: known.labels ?? {},
    access: accessOf(known, publicAccess, provider),
  };
}

/** Yes as soon as one way is open; no only when both policy and ACL are known and shut. */
function publicAccessOf(known: BucketSettings): Fact {
  const ways = [publicByPolicy(known), publicByAcl(known)];
  if (ways.includes('yes')) return 'yes';
  return ways.every((way) => way === 'no') ? 'no' : 'unknown';
}

function publicByPolicy({ policyIsPublic, block }: BucketSettings): Fact {
  return block?.RestrictPublicBuckets === true ? 'no' : factOf(policyIsPublic);
}

function publicByAcl(known: BucketSettings): Fact {
  if (aclsAreOff(known) || known.block?.IgnorePublicAcls === true) return 'no';
  if (known.acl === undefined) return 'unknown';
  return known.acl?.grants.some((grant) => toGrant(grant)?.kind === 'everyone') ? 'yes' : 'no';
}

function aclsAreOff(known: BucketSettings): boolean {
  return known.ownership === 'BucketOwnerEnforced';
}

function accessOf(known: BucketSettings, publicAccess: Fact, provider: 'aws' | 's3-compatible'): Access {
  const readers = readersOf(known);
  const ignorePublic = known.block?.IgnorePublicAcls === true;
  const byAcl = (known.acl?.grants ?? [])
    .map(toGrant)
    .filter((grant) => grant !== undefined)
    .filter((grant) => !(ignorePublic && grant.kind === 'everyone'));
  const openByPolicy = publicByPolicy(known) === 'yes';
  const byPolicy = readers.grants.filter((grant) => grant.kind !== 'everyone' || openByPolicy);
  const everyone: readonly Grant[] =
    openByPolicy && !byPolicy.some((grant) => grant.kind === 'everyone')
      ? [{ principal: '*', kind: 'everyone', role: 'read', via: 'policy' }]
      : [];
  const grants = [...byAcl, ...byPolicy, ...everyone];
  return { exposure: exposureOf(known, { publicAccess, grants, readers, provider }), grants };
}

function readersOf({ policy }: BucketSettings): PolicyReaders {
  return typeof policy === 'string' ? readPolicy(policy) : { grants: [], complete: policy === null };
}

/**
 * `internal` on AWS, where identity policies of the owning account, which S3 does not show, decide who of it may read;
 * `private` elsewhere. Where ACLs are on, an object may be more open than its bucket, so that nothing can be promised.
 */
function exposureOf(
  known: BucketSettings,
  found: {
    readonly publicAccess: Fact;
    readonly grants: readonly Grant[];
    readonly readers: PolicyReaders;
    readonly provider: 'aws' | 's3-compatible';
  },
): Exposure {
  if (found.publicAccess === 'yes') return 'public';
  const owner = known.acl?.owner;
  const others = found.grants.filter(
    (grant) => grant.via === 'acl' && grant.kind === 'user' && grant.principal !== owner,
  );
  // Whose account a principal belongs to, and what its conditions amount to, S3 does not tell.
  const named = found.readers.grants.length > 0;
  if (found.publicAccess === 'unknown' || !found.readers.complete || named) return 'unknown';
  if (others.length > 0) return 'external';
  if (!aclsAreOff(known)) return 'unknown';
  return found.provider === 'aws' ? 'internal' : 'private';
}

const ROLES = { FULL_CONTROL: 'own', WRITE_ACP: 'own', WRITE: 'write', READ: 'read' } as const;

/** Undefined for the right to read the ACL itself, which opens no data. */
function toGrant({ Grantee, Permission }: AclGrant): Grant | undefined {
  const role = Object.entries(ROLES).find(([name]) => name === Permission)?.[1];
  if (role === undefined || Grantee === undefined) return undefined;
  if (Grantee.Type !== 'Group') {
    return { principal: Grantee.ID ?? Grantee.EmailAddress ?? 'unknown', kind: 'user', role, via: 'acl' };
  }
  const group = (Grantee.URI ?? '').split('/').at(-1) ?? '';
  // Whoever has any AWS account is authenticated.
  const everyone = group === 'AllUsers' || group === 'AuthenticatedUsers';
  return { principal: group, kind: everyone ? 'everyone' : 'service', role, via: 'acl' };
}

function factOf(answer: Answer<boolean>): Fact {
  if (answer === undefined) return 'unknown';
  return answer ? 'yes' : 'no';
}
