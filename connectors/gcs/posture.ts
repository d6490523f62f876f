/** What a bucket's settings and IAM policy amount to: who may read it, whether the public may, how it is kept. Pure. */
import type { Container } from '../../src/connector.ts';
import type { Access, Exposure, Fact, Grant } from '../../src/model.ts';
import { bucketUri } from './keys.ts';
import type { BucketFacts, Policy } from './wire.ts';

/** One bucket as far as we may know it: undefined for what was denied. */
export interface KnownBucket {
  readonly name: string;
  readonly facts: BucketFacts | undefined;
  readonly policy: Policy | undefined;
}

/** What tells ours from others. */
export interface Ours {
  /** Lower-case; empty when nobody said. */
  readonly domains: readonly string[];
  readonly project: string | undefined;
}

/** Predefined roles by what they let do with objects; null lets nobody read one. */
const ROLES: Readonly<Record<string, Grant['role'] | null>> = {
  'roles/storage.objectViewer': 'read',
  'roles/storage.legacyObjectReader': 'read',
  'roles/storage.objectUser': 'write',
  'roles/storage.objectAdmin': 'write',
  'roles/storage.admin': 'own',
  'roles/storage.legacyObjectOwner': 'own',
  'roles/storage.objectCreator': null,
  'roles/storage.bucketViewer': null,
  'roles/storage.legacyBucketReader': null,
  'roles/storage.legacyBucketWriter': null,
  'roles/storage.legacyBucketOwner': null,
  'roles/storage.insightsCollectorService': null,
};

export function toContainer(known: KnownBucket, ours: Ours): Container {
  const { name, facts } = known;
  const publicAccess = publicAccessOf(known);
  return {
    id: name,
    name,
    uri: bucketUri(name),
    provider: 'gcp',
    account: facts?.projectNumber ?? null,
    region: facts?.location?.toLowerCase() ?? null,
    encryption: encryptionOf(facts),
    publicAccess,
    versioning: facts === undefined ? 'unknown' : facts.versioning?.enabled === true ? 'yes' : 'no',
    // Data access audit logs are set for the whole project and not seen here.
    logging: facts?.logging?.logBucket === undefined ? 'unknown' : 'yes',
    labels: { ...facts?.labels, ...settingsOf(facts) },
    access: accessOf(known, publicAccess, ours),
  };
}

/** Google encrypts everything; the question is by whose key. */
function encryptionOf(facts: BucketFacts | undefined): string | null {
  if (facts === undefined) return null;
  const key = facts.encryption?.defaultKmsKeyName;
  return key === undefined ? 'Google-managed' : `CMEK ${key}`;
}

/** Settings that have no column, as labels with a dot, which no label of a bucket can have. */
function settingsOf(facts: BucketFacts | undefined): Readonly<Record<string, string>> {
  const retention = facts?.retentionPolicy;
  const period = retention?.retentionPeriod;
  const settings = {
    'gcs.location-type': facts?.locationType,
    'gcs.uniform-access': toText(facts && facts.iamConfiguration?.uniformBucketLevelAccess?.enabled === true),
    'gcs.public-access-prevention': facts?.iamConfiguration?.publicAccessPrevention,
    'gcs.retention-seconds': period && `${period}${retention?.isLocked ? ' (locked)' : ''}`,
    'gcs.soft-delete-seconds': facts?.softDeletePolicy?.retentionDurationSeconds,
  };
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function toText(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'yes' : 'no';
}

function isPrevented({ facts }: KnownBucket): boolean {
  return facts?.iamConfiguration?.publicAccessPrevention === 'enforced';
}

/** Without uniform access, objects have lists of their own, and each may be public. */
function isUniform({ facts }: KnownBucket): boolean {
  return facts?.iamConfiguration?.uniformBucketLevelAccess?.enabled === true;
}

/** No only when it is prevented, or when the whole policy is known and nothing else can open an object. */
function publicAccessOf(known: KnownBucket): Fact {
  if (isPrevented(known)) return 'no';
  const grants = grantsOf(known.policy);
  if (grants.some((grant) => grant.kind === 'everyone')) return 'yes';
  return known.policy !== undefined && !opensUnseen(known.policy) && isUniform(known) ? 'no' : 'unknown';
}

function accessOf(known: KnownBucket, publicAccess: Fact, ours: Ours): Access {
  const prevented = isPrevented(known);
  const grants = grantsOf(known.policy).filter((grant) => !(prevented && grant.kind === 'everyone'));
  if (publicAccess === 'yes') return { exposure: 'public', grants };
  const reaches = grants.map((grant) => reachOf(grant, { ...ours, project: ours.project }));
  if (reaches.includes('external')) return { exposure: 'external', grants };
  const complete = known.policy !== undefined && !namesUnknownRole(known.policy) && isUniform(known);
  const sure = publicAccess === 'no' && complete && !reaches.includes('unknown');
  return { exposure: sure ? 'internal' : 'unknown', grants };
}

/** A role that we do not know may let everybody read. */
function opensUnseen(policy: Policy): boolean {
  return policy.bindings.some(
    ({ role, members }) =>
      ROLES[role] === undefined && members.some((member) => kindOf(member) === 'everyone'),
  );
}

function namesUnknownRole(policy: Policy): boolean {
  return policy.bindings.some(({ role }) => ROLES[role] === undefined);
}

/** Who may read objects by the bucket's own policy. Conditions are not weighed: a grant may be narrower in truth. */
function grantsOf(policy: Policy | undefined): readonly Grant[] {
  return (policy?.bindings ?? []).flatMap(({ role, members }) => {
    const may = ROLES[role];
    if (may === undefined || may === null) return [];
    return members
      .filter((member) => !member.startsWith('deleted:'))
      .map((member): Grant => ({ principal: member, kind: kindOf(member), role: may, via: 'iam' }));
  });
}

/** @see https://cloud.google.com/iam/docs/principal-identifiers */
function kindOf(member: string): Grant['kind'] {
  // Whoever has any Google account is authenticated.
  if (member === 'allUsers' || member === 'allAuthenticatedUsers') return 'everyone';
  if (member.startsWith('serviceAccount:')) return 'service';
  if (member.startsWith('domain:')) return 'domain';
  return member.startsWith('user:') || member.startsWith('principal:') ? 'user' : 'group';
}

/** Of one grant alone; `unknown` where nobody said which domains are ours. */
function reachOf({ principal, kind }: Grant, { domains, project }: Ours): Exposure {
  if (/^project(?:Owner|Editor|Viewer):/.test(principal)) return 'internal';
  const domain = principal
    .slice(principal.lastIndexOf('@') + 1)
    .replace(/^domain:/, '')
    .toLowerCase();
  if (domains.includes(domain)) return 'internal';
  if (kind === 'service') return domain === `${project}.iam.gserviceaccount.com` ? 'internal' : 'unknown';
  if (!/^(?:user|group|domain):/.test(principal)) return 'unknown';
  return domains.length > 0 ? 'external' : 'unknown';
}
